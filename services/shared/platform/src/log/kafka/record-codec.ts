// KafkaJS's fetch answers, decoded by us: what its consumer hands out then has headers as the log port wants them.
//
// KafkaJS keeps one definition per request that all its clients look up, so the codec is replaced there, once a process.
import fetchDefinition from 'kafkajs/src/protocol/requests/fetch/index.js';
import { type AbortedTransaction, committedRecords } from './committed-records.ts';
import { decodeRecordSet, type RecordBatch } from './record-batch.ts';

/** The newest version KafkaJS knows; brokers have it since Kafka 2.3. */
export const FETCH_VERSION = 11;

export interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly lastStableOffset: string;
  readonly lastStartOffset: string;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: readonly RecordBatch[];
}

export interface FetchAnswer {
  readonly throttleTime: 0;
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
}

/** Safe to call any number of times. */
export function useOwnRecordCodec(): void {
  const marked: { replaced?: boolean } & typeof fetchDefinition = fetchDefinition;
  if (marked.replaced === true) return;
  marked.replaced = true;
  const { protocol } = fetchDefinition;
  fetchDefinition.protocol = ({ version }) => {
    const exchange = protocol({ version });
    if (version !== FETCH_VERSION) return exchange;
    return (request) => {
      const made = exchange(request);
      const decode = async (raw: Buffer): Promise<object> => asKafkaJs(await decodeFetch(raw));
      return { ...made, response: { decode, parse: made.response.parse } };
    };
  };
}

/** Layout: Fetch response version 11, https://kafka.apache.org/protocol#The_Messages_Fetch. */
export async function decodeFetch(raw: Buffer): Promise<FetchAnswer> {
  const answer = new AnswerReader(raw);
  const clientSideThrottleTime = answer.int32();
  const errorCode = answer.int16();
  answer.int32();
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = [];
  for (let topics = answer.int32(); topics > 0; topics--) {
    const topicName = answer.text();
    const partitions: FetchedPartition[] = [];
    for (let count = answer.int32(); count > 0; count--) {
      const partition = answer.int32();
      const ownError = answer.int16();
      const highWatermark = String(answer.int64());
      const lastStableOffset = String(answer.int64());
      const lastStartOffset = String(answer.int64());
      const aborted: AbortedTransaction[] = [];
      for (let listed = answer.int32(); listed > 0; listed--) {
        aborted.push({ producerId: Number(answer.int64()), firstOffset: Number(answer.int64()) });
      }
      answer.int32();
      const size = Math.max(0, answer.int32());
      const batches = await decodeRecordSet(answer.bytes(size));
      const ends = { highWatermark, lastStableOffset, lastStartOffset };
      partitions.push({ partition, errorCode: ownError, ...ends, aborted, batches });
    }
    responses.push({ topicName, partitions });
  }
  // The throttling is the client's business since KIP-219; `throttleTime` is what KafkaJS would wait for again.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, responses };
}

/**
 * As KafkaJS's own decoder gives it. Aborted transactions are filtered here, and what must not be seen is shown as a
 * control record at the last offset that was passed: its consumer drops it, and its cursor counts it.
 */
function asKafkaJs(answer: FetchAnswer): object {
  const responses = answer.responses.map(({ topicName, partitions }) => ({
    topicName,
    partitions: partitions.map(({ batches, aborted, ...partition }) => {
      const { records, next } = committedRecords(batches, aborted, 0);
      const messages: object[] = records.map((record) => {
        return {
          ...record,
          offset: String(record.offset),
          timestamp: String(record.timestamp),
          isControlRecord: false,
        };
      });
      if (batches.length > 0 && records.at(-1)?.offset !== next - 1) messages.push(skippedUpTo(next - 1));
      return { ...partition, abortedTransactions: [], messages };
    }),
  }));
  return { ...answer, responses };
}

function skippedUpTo(offset: number): object {
  return { offset: String(offset), timestamp: '0', key: null, value: null, headers: [], isControlRecord: true };
}

class AnswerReader {
  readonly #raw: Buffer;
  #at = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  int16(): number {
    return this.#raw.readInt16BE(this.#pass(2));
  }

  int32(): number {
    return this.#raw.readInt32BE(this.#pass(4));
  }

  int64(): bigint {
    return this.#raw.readBigInt64BE(this.#pass(8));
  }

  text(): string {
    return this.bytes(this.int16()).toString('utf8');
  }

  bytes(length: number): Buffer {
    const from = this.#pass(length);
    return this.#raw.subarray(from, this.#at);
  }

  #pass(length: number): number {
    this.#at += length;
    return this.#at - length;
  }
}
