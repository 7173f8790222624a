// What one would write instead of a replay, at its fastest: a KafkaJS producer that sends the same bytes from memory.
//   node kafkajs-producer.ts BROKERS TOPIC RECORDS BYTES
import kafkajs from 'kafkajs';

const BATCH = 2_000;
const [brokers = '', topic = '', records = '0', bytes = '0'] = process.argv.slice(2);
const { Kafka, logLevel } = kafkajs;
const client = new Kafka({ clientId: 'plain', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
await producer.connect();
const value = Buffer.alloc(Number(bytes), 'x');
const began = performance.now();
const before = process.cpuUsage();
for (let sent = 0; sent < Number(records); sent += BATCH) {
  const messages = Array.from({ length: Math.min(BATCH, Number(records) - sent) }, (_, index) => {
    const key = `o-${sent + index}`;
    return { key, value, headers: { 'correlation-id': key } };
  });
  await producer.send({ topic, messages, acks: -1 });
}
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(before);
process.stdout.write(`${JSON.stringify({ records: Number(records), seconds, cpuSeconds: (user + system) / 1e6 })}\n`);
await producer.disconnect();
