// The answer to a fetch, without its records, which are left as the bytes they are.
// Source: https://kafka.apache.org/protocol#The_Messages_Fetch, version 11.
import type { AbortedTransaction } from './aborted.ts';

export const FETCH_VERSION = 11;

export interface AnsweredPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** As far as every replica in sync has it. */
  readonly highWatermark: number;
  /** What may be read at present ends here: before the first open transaction. */
  readonly lastStable: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Record batches; a view on the answer. */
  readonly records: Buffer;
}

export interface FetchAnswer {
  /** Milliseconds the broker asks us to wait before the next request; KafkaJS sees to it. */
  readonly clientSideThrottleTime: number;
  readonly errorCode: number;
  readonly partitions: readonly AnsweredPartition[];
}

export async function decodeFetchAnswer(raw: Buffer): Promise<FetchAnswer> {
  let at = 0;
  const past = (bytes: number) => {
    const from = at;
    at += bytes;
    return from;
  };
  const int16 = () => raw.readInt16BE(past(2));
  const int32 = () => raw.readInt32BE(past(4));
  const int64 = () => raw.readBigInt64BE(past(8));
  const clientSideThrottleTime = int32();
  const errorCode = int16();
  past(4); // session id
  const partitions: AnsweredPartition[] = [];
  for (let topics = int32(); topics > 0; topics--) {
    const length = int16();
    const topic = raw.toString('utf8', past(length), at);
    for (let count = int32(); count > 0; count--) {
      const [partition, code] = [int32(), int16()];
      const highWatermark = Number(int64());
      const lastStable = Number(int64());
      past(8); // log start
      const aborted: AbortedTransaction[] = [];
      for (let left = int32(); left > 0; left--) aborted.push({ producerId: int64(), firstOffset: Number(int64()) });
      past(4); // preferred read replica
      const size = Math.max(0, int32());
      const records = raw.subarray(past(size), at);
      partitions.push({ topic, partition, errorCode: code, highWatermark, lastStable, aborted, records });
    }
  }
  return { clientSideThrottleTime, errorCode, partitions };
}
