// A produce request with record batches of our own making: one batch a partition, its answer by partition.
import type Broker from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';
import produceResponse from 'kafkajs/src/protocol/requests/produce/v7/response.js';

const PRODUCE = 0;
/** Batches of magic 2 in any codec, since Kafka 2.1. */
const VERSION = 7;
const ALL_IN_SYNC = -1;
/** What the broker may take to replicate; then it answers REQUEST_TIMED_OUT. */
const REPLICATION_MS = 8_000;

export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly batch: Buffer;
}

export interface Produced {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** Of the batch's first record, whenever it was written: a batch sent twice is found again by its sequence. */
  readonly baseOffset: number;
}

/** Resolves once every in-sync replica has them. Rejects when no answer came: any of them may be written, or not. */
export async function produce(broker: Broker, batches: readonly PartitionBatch[]): Promise<readonly Produced[]> {
  const answer = await broker.connectionPool.send({
    request: { apiKey: PRODUCE, apiVersion: VERSION, apiName: 'Produce', encode: async () => encode(batches) },
    response: { decode: produceResponse.decode, parse: async (decoded) => decoded },
    logResponseError: false,
  });
  const { topics } = answer as Awaited<ReturnType<typeof produceResponse.decode>>;
  return topics.flatMap(({ topicName, partitions }) =>
    partitions.map(({ partition, errorCode, baseOffset }) => {
      return { topic: topicName, partition, errorCode, baseOffset: Number(baseOffset) };
    }),
  );
}

function encode(batches: readonly PartitionBatch[]): Encoder {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic);
  const size = batches.reduce((sum, { topic, batch }) => sum + batch.length + topic.length * 3 + 16, 64);
  const encoder = new Encoder(size);
  encoder.writeString(null).writeInt16(ALL_IN_SYNC).writeInt32(REPLICATION_MS).writeInt32(byTopic.size);
  for (const [topic, own] of byTopic) {
    encoder.writeString(topic).writeInt32(own.length);
    for (const { partition, batch } of own) {
      encoder.writeInt32(partition).writeInt32(batch.length).writeBuffer(batch);
    }
  }
  return encoder;
}
