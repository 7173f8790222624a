// Requests that KafkaJS does not know in the versions that tell what the asking user may do (KIP-430).
// Source of the layouts: https://kafka.apache.org/protocol, Metadata version 8 and DescribeGroups version 3.

import type Broker from 'kafkajs/src/broker/index.js';
import Encoder from 'kafkajs/src/protocol/encoder.js';

/** Operations of ACLs, each a bit of the answers; codes of org.apache.kafka.common.acl.AclOperation. */
const OPERATIONS = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Describe: 8,
  DescribeConfigs: 10,
  IdempotentWrite: 12,
} as const;
export type Operation = keyof typeof OPERATIONS;

/** undefined: the broker does not say. */
export type Allowed = ReadonlySet<Operation> | undefined;

export interface DescribedPartition {
  readonly errorCode: number;
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly inSync: readonly number[];
}

export interface DescribedTopic {
  readonly errorCode: number;
  readonly topic: string;
  readonly partitions: readonly DescribedPartition[];
  readonly allowed: Allowed;
}

export interface DescribedCluster {
  readonly brokers: readonly { readonly id: number; readonly host: string; readonly port: number }[];
  readonly clusterId: string;
  readonly controller: number;
  readonly topics: readonly DescribedTopic[];
  readonly allowed: Allowed;
}

export interface DescribedGroup {
  readonly errorCode: number;
  /** `Stable`, `Empty`, `Dead` (there is none), … */
  readonly state: string;
  readonly protocolType: string;
  readonly members: number;
  readonly allowed: Allowed;
}

const METADATA = { apiKey: 3, apiVersion: 8, apiName: 'Metadata' };
const DESCRIBE_GROUPS = { apiKey: 15, apiVersion: 3, apiName: 'DescribeGroups' };

export async function describeCluster(broker: Broker, topics: readonly string[]): Promise<DescribedCluster> {
  const body = new Encoder().writeInt32(topics.length);
  for (const topic of topics) body.writeString(topic);
  // No creating of topics; operations of the cluster and of the topics are wanted.
  body.writeBuffer(Buffer.from([0, 1, 1]));
  return exchange(broker, METADATA, body, (read) => {
    read.int32(); // throttle
    const brokers = read.list(() => {
      const node = { id: read.int32(), host: read.text(), port: read.int32() };
      read.text(); // rack
      return node;
    });
    const [clusterId, controller] = [read.text(), read.int32()];
    const described = read.list((): DescribedTopic => {
      const [errorCode, topic] = [read.int16(), read.text()];
      read.int8(); // internal
      const partitions = read.list((): DescribedPartition => {
        const [code, partition, leader] = [read.int16(), read.int32(), read.int32()];
        read.int32(); // leader epoch
        const [replicas, inSync] = [read.list(() => read.int32()), read.list(() => read.int32())];
        read.list(() => read.int32()); // offline replicas
        return { errorCode: code, partition, leader, replicas, inSync };
      });
      return { errorCode, topic, partitions, allowed: operationsOf(read.int32()) };
    });
    return { brokers, clusterId, controller, topics: described, allowed: operationsOf(read.int32()) };
  });
}

/** Asked of the group's coordinator. */
export async function describeGroup(broker: Broker, group: string): Promise<DescribedGroup> {
  const body = new Encoder()
    .writeInt32(1)
    .writeString(group)
    .writeBuffer(Buffer.from([1]));
  return exchange(broker, DESCRIBE_GROUPS, body, (read) => {
    read.int32(); // throttle
    const [described] = read.list((): DescribedGroup => {
      const errorCode = read.int16();
      read.text(); // its name
      const [state, protocolType] = [read.text(), read.text()];
      read.text(); // protocol
      const members = read.list(() => {
        for (let field = 0; field < 3; field++) read.text();
        for (let field = 0; field < 2; field++) read.bytes();
      });
      return { errorCode, state, protocolType, members: members.length, allowed: operationsOf(read.int32()) };
    });
    if (described === undefined) throw new Error('The broker describes no group.');
    return described;
  });
}

async function exchange<T extends object>(
  broker: Broker,
  which: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string },
  body: Encoder,
  decode: (read: Answer) => T,
): Promise<T> {
  return broker.connectionPool.send({
    request: { ...which, encode: async () => body },
    response: { decode: async (raw) => decode(new Answer(raw)), parse: async (decoded) => decoded },
    logResponseError: false,
  }) as Promise<T>;
}

function operationsOf(bits: number): Allowed {
  // The smallest number: not asked for, or not told.
  if (bits === -0x80000000) return undefined;
  const held = Object.entries(OPERATIONS).filter(([, code]) => ((bits >>> code) & 1) === 1);
  return new Set(held.map(([name]) => name as Operation));
}

/** Reads the fields of an answer one after the other. */
class Answer {
  readonly #raw: Buffer;
  #at = 0;

  constructor(raw: Buffer) {
    this.#raw = raw;
  }

  int8(): number {
    return this.#raw.readInt8(this.#past(1));
  }

  int16(): number {
    return this.#raw.readInt16BE(this.#past(2));
  }

  int32(): number {
    return this.#raw.readInt32BE(this.#past(4));
  }

  /** '' where it is null. */
  text(): string {
    const length = this.int16();
    return length < 0 ? '' : this.#raw.toString('utf8', this.#past(length), this.#at);
  }

  bytes(): void {
    this.#past(Math.max(0, this.int32()));
  }

  list<T>(read: () => T): readonly T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  #past(bytes: number): number {
    const from = this.#at;
    this.#at += bytes;
    return from;
  }
}
