// Apache Avro's own reader, for tests: prints of each object its records' number and the SHA-256 over every byte of them.
//
// java -cp JARS ReadArchive.java OBJECT…
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;

public class ReadArchive {
  public static void main(String[] args) throws Exception {
    for (String path : args) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long count = 0;
      try (var reader = new DataFileReader<GenericRecord>(new File(path), new GenericDatumReader<>())) {
        for (GenericRecord record : reader) {
          digest.update((line(record) + "\n").getBytes(StandardCharsets.UTF_8));
          count++;
        }
      }
      System.out.println(count + " " + HexFormat.of().formatHex(digest.digest()));
    }
  }

  static String line(GenericRecord record) {
    StringBuilder line = new StringBuilder();
    for (String name : List.of("topic", "partition", "offset", "timestamp", "timestampType")) {
      line.append(record.get(name)).append('|');
    }
    line.append(hex(record.get("key"))).append('|').append(hex(record.get("value")));
    for (Object header : (List<?>) record.get("headers")) {
      GenericRecord one = (GenericRecord) header;
      line.append('|').append(one.get("name")).append('=').append(hex(one.get("value")));
    }
    return line.toString();
  }

  static String hex(Object bytes) {
    if (bytes == null) return "null";
    ByteBuffer buffer = ((ByteBuffer) bytes).duplicate();
    byte[] copy = new byte[buffer.remaining()];
    buffer.get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
