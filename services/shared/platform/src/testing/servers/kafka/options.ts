// What a Kafka for tests may be asked for, and what it gives.
import type { FaultProxy } from '../fault-proxy.ts';
import type { Progress } from '../java.ts';

export interface KafkaOptions {
  /** 3: replication factor 3, min.insync.replicas 2. Default 1. */
  readonly brokers?: 1 | 3;
  /** Adds a SASL_SSL listener: SCRAM-SHA-256, SCRAM-SHA-512, PLAIN for these users, and OAUTHBEARER for unsigned tokens. */
  readonly security?: KafkaSecurity;
  /** Adds a plaintext listener that is reached through a fault proxy for each broker. Default false. */
  readonly proxied?: boolean;
  /** A dead broker is noticed within two seconds, not nine. Default true for three brokers. */
  readonly quickFailover?: boolean;
  /** Last word on the brokers' properties. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly tell?: Progress;
}

export interface KafkaSecurity {
  /** Name to password: letters, digits, spaces and dashes. */
  readonly users: Readonly<Record<string, string>>;
  /** Users of the secure listener may do nothing until an ACL says so; the plaintext listener's clients may do everything. */
  readonly acl?: boolean;
}

export interface KafkaNode {
  readonly id: number;
  /** host:port of the plaintext listener. */
  readonly address: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** An orderly end. */
  stop(): Promise<void>;
  /** After kill or stop; resolves when the cluster knows the broker again. */
  start(): Promise<void>;
  /** SIGSTOP, until resumed. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

export interface RunningKafka {
  readonly by: 'containers' | 'jars';
  readonly version: string;
  readonly clusterId: string;
  /** host:port of each broker, plaintext. */
  readonly brokers: readonly string[];
  readonly nodes: readonly KafkaNode[];
  /** The SASL_SSL listener, when security was asked for. */
  readonly secure: { readonly brokers: readonly string[]; readonly ca: string } | undefined;
  /** The listener behind proxies, when it was asked for: one proxy a broker, in the order of the nodes. */
  readonly proxied: { readonly brokers: readonly string[]; readonly proxies: readonly FaultProxy[] } | undefined;
  /** Resolves when every replica of every partition is in sync. */
  inSync(): Promise<void>;
  stop(): Promise<void>;
}
