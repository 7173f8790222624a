// The floor: a bare KafkaJS consumer of both topics that counts the records, or parses every value as well.
//   node floor.ts BROKERS LEGACY CANDIDATE RECORDS count|parse
import kafkajs from 'kafkajs';

const [brokers = '', legacy = '', candidate = '', records = '0', what = 'count'] = process.argv.slice(2);
const { Kafka, logLevel } = kafkajs;
const client = new Kafka({ clientId: 'floor', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const consumer = client.consumer({
  groupId: `floor-${process.pid}-${Date.now()}`,
  maxBytesPerPartition: 4 << 20,
  maxBytes: 32 << 20,
});
await consumer.connect();
await consumer.subscribe({ topics: [legacy, candidate], fromBeginning: true });
let read = 0;
let began = 0;
let before = process.cpuUsage();
const { promise: done, resolve: finish } = Promise.withResolvers<void>();
await consumer.run({
  autoCommit: false,
  eachBatch: async ({ batch }) => {
    if (began === 0) {
      began = performance.now();
      before = process.cpuUsage();
    }
    for (const { value } of batch.messages) {
      if (what === 'parse') JSON.parse(String(value));
      read++;
    }
    if (read >= Number(records)) finish();
  },
});
await done;
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
const peakRssBytes = process.resourceUsage().maxRSS * 1024;
process.stdout.write(
  `${JSON.stringify({ records: read, seconds, cpuSeconds: (user + system) / 1e6, peakRssBytes })}\n`,
);
await consumer.disconnect();
