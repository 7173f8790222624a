// Producers with transactions, for tests of what a consumer may see of them.
import kafkajs, { type Producer, type Transaction } from 'kafkajs';
import { onTestFinished } from 'vitest';

export interface TransactionalProducer {
  begin(): Promise<Transaction>;
}

/** Each has a producer id of its own, so that their transactions may overlap. */
export async function transactionalProducer(brokers: readonly string[]): Promise<TransactionalProducer> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const producer: Producer = kafka.producer({
    transactionalId: `parallax-test-${crypto.randomUUID()}`,
    maxInFlightRequests: 1,
    idempotent: true,
    retry: { retries: 20, initialRetryTime: 50, maxRetryTime: 500 },
  });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return { begin: () => producer.transaction() };
}

/** `values` to partition 0, in this order. */
export async function put(
  to: Transaction,
  topic: string,
  values: readonly string[],
  key: Buffer | null = null,
): Promise<void> {
  await to.send({ topic, messages: values.map((value) => ({ partition: 0, key, value })) });
}

/** Takes the records of partition 0 below `offset` away, as retention does. */
export async function deleteBelow(brokers: readonly string[], topic: string, offset: number): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  // Its client deletes only what it has asked for before.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
  await admin.disconnect();
}

/** Gives a topic more partitions; `count` in all. */
export async function addPartitions(brokers: readonly string[], topic: string, count: number): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createPartitions({ topicPartitions: [{ topic, count }] });
  await admin.disconnect();
}

export async function createTopic(
  brokers: readonly string[],
  topic: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
  await admin.disconnect();
}
