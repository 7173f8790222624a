// Connections to a Kafka cluster: one way to set KafkaJS up for every part of this adapter.
import { hostname } from 'node:os';
import kafkajs, { type ISocketFactory, type Kafka, type KafkaConfig, type RetryOptions } from 'kafkajs';
import createPools from 'kafkajs/src/cluster/connectionPoolBuilder.js';
import Cluster from 'kafkajs/src/cluster/index.js';
import loggers from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { brokersOf } from './address.ts';
import { Brokers } from './brokers.ts';
import { telemetryLog } from './client-log.ts';
import { registerCodecs } from './codecs.ts';
import { spareIdleTimers } from './request-queue.ts';
import { type KafkaSecurity, securityOf } from './security.ts';

export interface KafkaOptions extends KafkaSecurity {
  /** What the client tells of itself; default: nothing is told. */
  readonly telemetry?: Pick<Telemetry, 'record'>;
  /** How the brokers see this client in their logs and quotas; default `parallax`, host and process. */
  readonly clientId?: string;
}

/**
 * A broker that dies takes seconds to be replaced; the client's own five tries are over before that, and its consumer
 * then starts over, which costs 20 s where waiting costs 5 to 9.
 */
export const PATIENT: RetryOptions = {
  retries: 200,
  initialRetryTime: 100,
  maxRetryTime: 1_000,
  factor: 0.2,
  multiplier: 2,
};
/** Where a caller is waiting to be told what is wrong, or tries again itself. */
export const BRIEF: RetryOptions = { retries: 3, initialRetryTime: 100, maxRetryTime: 300, factor: 0.2, multiplier: 2 };

export const METADATA_MAX_AGE_MS = 60_000;
const CONNECT_MS = 5_000;
const REQUEST_MS = 30_000;
/** For questions of our own: a broker that says nothing for so long is taken for dead, and another one asked. */
const ANSWER_MS = 10_000;

export interface ClusterOptions {
  /** Default {@link BRIEF}. */
  readonly retry?: RetryOptions;
  /** What the default read isolation of its requests is; default 0, read uncommitted. */
  readonly isolationLevel?: 0 | 1;
  /** Milliseconds without an answer after which a request has failed; default 30 s. */
  readonly requestMs?: number;
}

export interface KafkaConnection {
  /** Shown in messages; holds no secret. */
  readonly address: string;
  readonly brokers: readonly string[];
  /** The public client, for consumer groups; patient. */
  readonly kafka: Kafka;
  /** Who the brokers take us for, where we say it ourselves. */
  readonly user: string | undefined;
  /** New connections to all brokers, for requests of our own. */
  open(): Brokers;
  /** KafkaJS's client below the public one. */
  cluster(options?: ClusterOptions): Cluster;
}

/** Connects to nothing yet. @throws Fault `bad-address`, `log-security` */
export function kafkaConnection(address: string, options: KafkaOptions = {}): KafkaConnection {
  const brokers = brokersOf(address);
  const logCreator = telemetryLog(options.telemetry);
  const logger = loggers.createLogger({ level: kafkajs.logLevel.INFO, logCreator });
  const settings = {
    ...securityOf(options),
    clientId: options.clientId ?? `parallax-${hostname()}-${process.pid}`,
    connectionTimeout: CONNECT_MS,
    authenticationTimeout: 10_000,
    enforceRequestTimeout: true,
    socketFactory: promptSockets(),
  } satisfies Partial<KafkaConfig>;
  const below = { ...settings, brokers, logger };
  registerCodecs();
  spareIdleTimers();
  return {
    address,
    brokers,
    user: options.logUser || undefined,
    kafka: new kafkajs.Kafka({
      ...settings,
      brokers: [...brokers],
      requestTimeout: REQUEST_MS,
      retry: PATIENT,
      logLevel: kafkajs.logLevel.INFO,
      logCreator,
    }),
    open: () => new Brokers(brokers.length, createPools({ ...below, requestTimeout: ANSWER_MS }), logger),
    cluster: ({ retry = BRIEF, isolationLevel = 0, requestMs = REQUEST_MS } = {}) =>
      new Cluster({
        ...below,
        retry,
        isolationLevel,
        requestTimeout: requestMs,
        metadataMaxAge: METADATA_MAX_AGE_MS,
        allowAutoTopicCreation: false,
      }),
  };
}

/** The end of a request must not wait for what went before it to be acknowledged, as Java's client has it too. */
function promptSockets(): ISocketFactory {
  const create = createSocketFactory();
  return (options) => create(options).setNoDelay(true);
}
