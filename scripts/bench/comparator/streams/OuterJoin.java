// The usual way: a Kafka Streams outer join of both topics by key, JSON compared field by field, one row for each pair
// that differs. Reads a backlog to its end and prints one line of JSON.
//
//   java -cp JARS OuterJoin.java BROKERS LEGACY CANDIDATE OUT rocksdb|memory STATE_FOLDER RECORDS
//
// Windows of 30 s and 10 s of grace, at least once, changelogs on (without them a crash loses the open pairs), values as
// bytes through the stores and parsed once, when both are there. Timed from the first record to the last, so neither the
// start of the JVM nor the joining of the group counts.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.ValueJoinerWithKey;
import org.apache.kafka.streams.state.BuiltInDslStoreSuppliers;

public final class OuterJoin {
  private static final Set<String> VOLATILE = Set.of("requestId", "processedAt");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LongAdder read = new LongAdder();
  private static final LongAdder pairs = new LongAdder();
  private static final LongAdder differing = new LongAdder();
  private static final AtomicLong firstAt = new AtomicLong();
  private static final AtomicLong firstCpu = new AtomicLong();
  private static volatile long lastAt;

  public static void main(String[] args) throws Exception {
    String name = "parallax-bench-" + ProcessHandle.current().pid() + "-" + System.currentTimeMillis();
    Path state = Path.of(args[5], name);
    long records = Long.parseLong(args[6]);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
      admin.createTopics(List.of(new NewTopic(args[3], 4, (short) 1))).all().get();
    }
    KafkaStreams streams = new KafkaStreams(topology(args[1], args[2], args[3]).build(), settings(name, args[0], args[4], state));
    streams.start();
    while (read.sum() < records) {
      if (streams.state() == KafkaStreams.State.ERROR) throw new IllegalStateException("Kafka Streams ended in an error");
      Thread.sleep(5);
    }
    double cpu = (cpu() - firstCpu.get()) / 1e9;
    double seconds = (lastAt - firstAt.get()) / 1e9;
    System.out.printf(Locale.ROOT,
        "{\"records\":%d,\"pairs\":%d,\"differing\":%d,\"seconds\":%.3f,\"cpuSeconds\":%.3f,\"peakRssBytes\":%d}%n",
        read.sum(), pairs.sum(), differing.sum(), seconds, cpu, peakRss());
    streams.close(Duration.ofSeconds(20));
  }

  private static StreamsBuilder topology(String legacy, String candidate, String out) {
    StreamsBuilder builder = new StreamsBuilder();
    Consumed<String, byte[]> in = Consumed.with(Serdes.String(), Serdes.ByteArray());
    KStream<String, byte[]> left = builder.stream(legacy, in).peek((id, value) -> seen());
    KStream<String, byte[]> right = builder.stream(candidate, in).peek((id, value) -> seen());
    ValueJoinerWithKey<String, byte[], byte[], byte[]> judge = OuterJoin::judge;
    left.outerJoin(right, judge, JoinWindows.ofTimeDifferenceAndGrace(Duration.ofSeconds(30), Duration.ofSeconds(10)),
            StreamJoined.with(Serdes.String(), Serdes.ByteArray(), Serdes.ByteArray()).withName("pair").withStoreName("pair"))
        .filter((id, row) -> row != null)
        .to(out, Produced.with(Serdes.String(), Serdes.ByteArray()));
    return builder;
  }

  private static Properties settings(String name, String brokers, String store, Path state) {
    Properties p = new Properties();
    p.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    p.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    p.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    p.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
    p.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
    p.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 30_000);
    p.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 5_000);
    p.put(StreamsConfig.TOPOLOGY_OPTIMIZATION_CONFIG, StreamsConfig.OPTIMIZE);
    if (store.equals("memory")) {
      p.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, BuiltInDslStoreSuppliers.InMemoryDslStoreSuppliers.class);
    }
    p.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    p.put(StreamsConfig.consumerPrefix("max.poll.records"), 5_000);
    p.put(StreamsConfig.consumerPrefix("max.partition.fetch.bytes"), 4 << 20);
    p.put(StreamsConfig.consumerPrefix("fetch.min.bytes"), 64 << 10);
    p.put(StreamsConfig.consumerPrefix("fetch.max.wait.ms"), 100);
    p.put(StreamsConfig.producerPrefix("linger.ms"), 100);
    p.put(StreamsConfig.producerPrefix("batch.size"), 256 << 10);
    p.put(StreamsConfig.producerPrefix("buffer.memory"), 64L << 20);
    return p;
  }

  private static void seen() {
    long now = System.nanoTime();
    if (firstAt.get() == 0 && firstAt.compareAndSet(0, now)) firstCpu.set(cpu());
    lastAt = now;
    read.increment();
  }

  private static byte[] judge(String id, byte[] legacy, byte[] candidate) {
    if (legacy == null || candidate == null) return row(id, List.of(legacy == null ? "missing-legacy" : "missing-candidate"));
    pairs.increment();
    try {
      List<String> paths = new ArrayList<>();
      compare("", JSON.readTree(legacy), JSON.readTree(candidate), paths);
      if (paths.isEmpty()) return null;
      differing.increment();
      return row(id, paths);
    } catch (java.io.IOException error) {
      throw new java.io.UncheckedIOException(error);
    }
  }

  private static byte[] row(String id, List<String> paths) {
    return JSON.createObjectNode().put("id", id).put("paths", String.join(" ", paths)).toString()
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Jackson's own equality first: it tells what is the same without building a path. */
  private static void compare(String path, JsonNode one, JsonNode other, List<String> paths) {
    if (one.equals(other)) return;
    if (one.isObject() && other.isObject()) {
      Set<String> names = new HashSet<>();
      for (Iterator<String> it = one.fieldNames(); it.hasNext();) names.add(it.next());
      for (Iterator<String> it = other.fieldNames(); it.hasNext();) names.add(it.next());
      for (String name : names) {
        if (path.isEmpty() && VOLATILE.contains(name)) continue;
        if (one.has(name) && other.has(name)) compare(path + "/" + name, one.get(name), other.get(name), paths);
        else paths.add(path + "/" + name);
      }
    } else if (one.isArray() && other.isArray() && one.size() == other.size()) {
      for (int i = 0; i < one.size(); i++) compare(path + "/" + i, one.get(i), other.get(i), paths);
    } else {
      paths.add(path);
    }
  }

  private static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
  }

  private static long peakRss() throws java.io.IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
    return 0;
  }
}
