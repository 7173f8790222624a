// Connections to a Kafka cluster: one way to set KafkaJS up for every part of this adapter.
import { connect, type Socket } from 'node:net';
import { hostname } from 'node:os';
import kafkajs, { type ISocketFactory } from 'kafkajs';
import createPools from 'kafkajs/src/cluster/connectionPoolBuilder.js';
import loggers from 'kafkajs/src/loggers/index.js';
import createSocketFactory from 'kafkajs/src/network/socketFactory.js';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { brokersOf } from './address.ts';
import { Answers } from './answers.ts';
import { Brokers } from './brokers.ts';
import { telemetryLog } from './client-log.ts';
import { clientIdOf, type ProcessName } from './consuming/predecessors.ts';
import { spareIdleTimers } from './request-queue.ts';
import { type KafkaSecurity, securityOf } from './security.ts';

export interface KafkaOptions extends KafkaSecurity {
  /** What the client tells of itself; default: nothing is told. */
  readonly telemetry?: Pick<Telemetry, 'record'>;
  /** How the brokers see this client in their logs and quotas; default `parallax`, host and process. */
  readonly clientId?: string;
}

const CONNECT_MS = 5_000;
/** A broker that says nothing for so long is taken for dead, and another one asked. */
const ANSWER_MS = 10_000;

export interface KafkaConnection {
  /** Shown in messages; holds no secret. */
  readonly address: string;
  /** Who the brokers take us for, where we say it ourselves. */
  readonly user: string | undefined;
  /** The process that the client id names; undefined where an id was given. */
  readonly process: ProcessName | undefined;
  /** New connections to all brokers. Whoever opens them closes them. */
  open(): Brokers;
}

/** Connects to nothing yet. @throws Fault `bad-address`, `log-security` */
export function kafkaConnection(address: string, options: KafkaOptions = {}): KafkaConnection {
  const brokers = brokersOf(address);
  const own: ProcessName = { host: hostname(), pid: process.pid, began: String(Math.round(performance.timeOrigin)) };
  const logger = loggers.createLogger({ level: kafkajs.logLevel.INFO, logCreator: telemetryLog(options.telemetry) });
  const settings = {
    ...securityOf(options),
    brokers,
    logger,
    clientId: options.clientId ?? clientIdOf(own),
    connectionTimeout: CONNECT_MS,
    requestTimeout: ANSWER_MS,
    enforceRequestTimeout: true,
    socketFactory: promptSockets(),
  };
  spareIdleTimers();
  return {
    address,
    user: options.logUser || undefined,
    process: options.clientId === undefined ? own : undefined,
    open: () => new Brokers(brokers.length, createPools(settings), logger),
  };
}

/** Of one read: about what the kernel has at once. */
const READ_BYTES = 256 * 1024;
const KEEP_ALIVE_MS = 60_000;

/** The end of a request must not wait for what went before it to be acknowledged, as Java's client has it too. */
function promptSockets(): ISocketFactory {
  const encrypted = createSocketFactory();
  return (options) => (options.ssl ? encrypted(options) : plainSocket(options)).setNoDelay(true);
}

/** Gives out whole answers (answers.ts), as its data. */
function plainSocket({ host, port, onConnect }: Parameters<ISocketFactory>[0]): Socket {
  const answers = new Answers((answer) => socket.emit('data', answer));
  const onread = {
    buffer: Buffer.allocUnsafeSlow(READ_BYTES),
    callback: (bytes: number, buffer: Uint8Array) => {
      answers.take(Buffer.from(buffer.buffer, buffer.byteOffset, bytes));
      return true;
    },
  };
  const socket = connect({ host, port, onread }, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
}
