// The request for where logs begin and end, in version 5, the first in which a log's end never goes back: a new leader that
// does not know yet how far the log was told to reach says so (OFFSET_NOT_AVAILABLE, KIP-207) instead of telling less.
// KafkaJS knows it up to version 3. Source: https://kafka.apache.org/protocol#The_Messages_ListOffsets
import type { RequestDefinition } from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

const LIST_OFFSETS = 2;
const VERSION = 5;
const CONSUMER = -1;
/** Which leader epoch we take the partition to be in. */
const ANY_EPOCH = -1;

export interface ListOffsetsRequest {
  readonly isolationLevel: 0 | 1;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
  }[];
}

export interface ListOffsetsAnswer {
  readonly throttleTime: number;
  /** Milliseconds the broker asks us to wait before the next request; KafkaJS sees to it. */
  readonly clientSideThrottleTime: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly offset: string;
      /** Of a log's end: the epoch in which the one that answers believes to lead. */
      readonly leaderEpoch: number;
    }[];
  }[];
}

export const listOffsetsDefinition: RequestDefinition = {
  versions: [String(VERSION)],
  protocol: () => (request) => ({
    request: {
      apiKey: LIST_OFFSETS,
      apiVersion: VERSION,
      apiName: 'ListOffsets',
      encode: async () => encode(request as ListOffsetsRequest),
    },
    response: { decode, parse: async (decoded) => decoded },
  }),
};

function encode({ isolationLevel, topics }: ListOffsetsRequest): Encoder {
  const encoder = new Encoder().writeInt32(CONSUMER).writeInt8(isolationLevel).writeInt32(topics.length);
  for (const { topic, partitions } of topics) {
    encoder.writeString(topic).writeInt32(partitions.length);
    for (const { partition, timestamp } of partitions) {
      encoder.writeInt32(partition).writeInt32(ANY_EPOCH).writeInt64(timestamp);
    }
  }
  return encoder;
}

async function decode(raw: Buffer): Promise<ListOffsetsAnswer> {
  let at = 0;
  const past = (bytes: number) => {
    const from = at;
    at += bytes;
    return from;
  };
  const int16 = () => raw.readInt16BE(past(2));
  const int32 = () => raw.readInt32BE(past(4));
  const list = <T>(item: () => T): T[] => Array.from({ length: int32() }, item);
  const partition = () => {
    const [which, errorCode] = [int32(), int16()];
    past(8); // timestamp
    const offset = String(raw.readBigInt64BE(past(8)));
    return { partition: which, errorCode, offset, leaderEpoch: int32() };
  };
  const clientSideThrottleTime = int32();
  const responses = list(() => {
    const length = int16();
    const topic = raw.toString('utf8', past(length), at);
    return { topic, partitions: list(partition) };
  });
  return { throttleTime: 0, clientSideThrottleTime, responses };
}
