// Kafka's own client, for tests: what it writes we must read, and what we write it must read.
//
// java -cp JARS JavaClient.java produce BROKERS TOPIC CODEC COUNT   writes COUNT records, number i with key k-i, value
//                                                                    v-i and dots, headers h=i (bytes), h=null, 1=x
// java -cp JARS JavaClient.java consume BROKERS TOPIC               prints each committed record: offset, key, value, headers
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class JavaClient {
  public static void main(String[] args) throws Exception {
    if (args[0].equals("produce")) produce(args[1], args[2], args[3], Integer.parseInt(args[4]));
    else consume(args[1], args[2]);
  }

  static void produce(String brokers, String topic, String codec, int count) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", brokers, "compression.type", codec, "linger.ms", "50", "batch.size", "200000");
    try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < count; i++) {
        var record = new ProducerRecord<>(topic, 0, bytes("k-" + i), bytes("v-" + i + ".".repeat(400)));
        record.headers().add("h", bytes("" + i)).add("h", null).add("1", bytes("x"));
        producer.send(record);
      }
    }
  }

  static void consume(String brokers, String topic) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed", "check.crcs", "true");
    var partition = new TopicPartition(topic, 0);
    try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      var out = new StringBuilder();
      while (consumer.position(partition) < end) {
        for (var record : consumer.poll(Duration.ofMillis(200))) out.append(line(record)).append('\n');
      }
      System.out.print(out);
    }
  }

  static String line(ConsumerRecord<byte[], byte[]> record) {
    var line = new StringBuilder(record.offset() + " " + record.timestamp());
    line.append(' ').append(hex(record.key())).append(' ').append(hex(record.value()));
    for (Header header : record.headers()) line.append(' ').append(header.key()).append('=').append(hex(header.value()));
    return line.toString();
  }

  static String hex(byte[] bytes) {
    return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
