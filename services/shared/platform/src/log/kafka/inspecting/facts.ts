// What an inspection of a Kafka cluster tells.
import type { Fault } from '@parallax/core';
import type { Allowed, DescribedPartition } from './requests.ts';

export type { Allowed, Operation } from './requests.ts';

export interface BrokerFacts {
  readonly id: number;
  /** host:port, as it tells its clients. */
  readonly address: string;
  /** Why this machine does not reach it; absent: it does. */
  readonly unreachable?: Fault;
  /** By the protocol it speaks: the oldest Apache Kafka that does; undefined: not reached. */
  readonly since?: string;
}

export interface ClusterFacts {
  readonly clusterId: string;
  readonly brokers: readonly BrokerFacts[];
  readonly allowed: Allowed;
}

export interface TopicFacts {
  readonly topic: string;
  readonly kind: 'there' | 'absent' | 'hidden';
  readonly partitions: readonly DescribedPartition[];
  readonly allowed: Allowed;
  /** By Kafka's names for them; undefined: they may not be read. */
  readonly settings: ReadonlyMap<string, string> | undefined;
}

export interface GroupFacts {
  /** `Dead`: there is none. */
  readonly state: string;
  readonly members: number;
  readonly allowed: Allowed;
}

export interface BatchFacts {
  readonly codec: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  readonly records: number;
  readonly bytes: number;
  readonly isTransactional: boolean;
  readonly isAppendTime: boolean;
  readonly lastOffset: number;
}
