// The brokers of a cluster, connected when needed, known from the answers of those that live.
//
// KafkaJS's Cluster asks for the metadata of every topic there is and fails when any of their partitions has no leader;
// here each question names its topics, and a code in the answer concerns only who asked.
import kafkajs, { type Logger } from 'kafkajs';
import Broker, { type ConnectionPool } from 'kafkajs/src/broker/index.js';
import type { PoolBuilder } from 'kafkajs/src/cluster/connectionPoolBuilder.js';
import { ask, type MetadataAnswer, type RequestName, type Requests } from './ask.ts';
import { check, LEADER_NOT_AVAILABLE, ProtocolFailure } from './error-codes.ts';

const AUTHENTICATION_MS = 10_000;

interface Node {
  readonly host: string;
  readonly port: number;
  readonly broker: Broker;
}

export class Brokers {
  readonly #seeds: number;
  readonly #pools: PoolBuilder;
  readonly #logger: Logger;
  readonly #nodes = new Map<number, Node>();
  /**
   * Those that have said what they speak: KafkaJS calls a broker connected from its first byte on, and one whose first
   * answer was lost for ever.
   */
  readonly #ready = new WeakSet<Broker>();
  readonly #connecting = new WeakMap<Broker, Promise<Broker>>();
  #seed: Broker | undefined;
  #closed = false;

  /** @param seeds how many brokers `pools` goes round when it is not told which */
  constructor(seeds: number, pools: PoolBuilder, logger: Logger) {
    this.#seeds = seeds;
    this.#pools = pools;
    this.#logger = logger;
  }

  /** A connected broker, whichever. Rejects with what the most telling of all of them said. */
  async any(): Promise<Broker> {
    const known = [...this.#nodes.values()].map(({ broker }) => broker);
    const connected = [...known, this.#seed].find((broker) => broker !== undefined && this.#isUsable(broker));
    if (connected !== undefined) return connected;
    const errors: unknown[] = [];
    for (const broker of known) {
      try {
        return await this.#connect(broker);
      } catch (error) {
        errors.push(error);
      }
    }
    for (let count = 0; count < this.#seeds; count++) {
      try {
        const seed = this.#newBroker(await this.#pools.build());
        this.#seed = seed;
        return await this.#connect(seed);
      } catch (error) {
        errors.push(error);
      }
    }
    throw errors.find((error) => !isConnectionError(error)) ?? errors.at(-1);
  }

  /** The broker of that id, connected; it must have stood in an answer of metadata() or coordinator(). */
  async node(id: number): Promise<Broker> {
    const node = this.#nodes.get(id);
    // -1 and the like: an election goes on.
    if (node === undefined) throw new ProtocolFailure(LEADER_NOT_AVAILABLE);
    return this.#connect(node.broker);
  }

  /** Asks that broker; a connection that broke or went silent is not used again. */
  async ask<N extends RequestName>(
    broker: Broker,
    name: N,
    request: Requests[N]['request'],
  ): Promise<Requests[N]['answer']> {
    return this.using(broker, () => ask(broker, name, request));
  }

  /** The same for a request of one's own making. */
  async using<T>(broker: Broker, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (error instanceof Error && /ConnectionClosed|RequestTimeout|ConnectionError/.test(error.name))
        this.drop(broker);
      throw error;
    }
  }

  /** @param topics none: all */
  async metadata(topics: readonly string[]): Promise<MetadataAnswer> {
    const answer = await this.ask(await this.any(), 'Metadata', { topics, allowAutoTopicCreation: false });
    await this.#learn(answer.brokers);
    return answer;
  }

  /** What each broker that can be reached knows of these topics. */
  async metadataOfAll(topics: readonly string[]): Promise<readonly MetadataAnswer[]> {
    await this.metadata(topics);
    const answers = await Promise.all(
      [...this.#nodes.keys()].map(async (id) => {
        try {
          return await this.ask(await this.node(id), 'Metadata', { topics, allowAutoTopicCreation: false });
        } catch {
          return undefined;
        }
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  /** The broker that keeps the group. */
  async coordinator(groupId: string): Promise<Broker> {
    const answer = await this.ask(await this.any(), 'GroupCoordinator', { groupId });
    check(answer.errorCode);
    await this.#learn([answer.coordinator], false);
    return this.node(answer.coordinator.nodeId);
  }

  /** The next use of this broker makes new connections. */
  drop(broker: Broker): void {
    for (const [id, node] of this.#nodes) if (node.broker === broker) this.#nodes.delete(id);
    if (this.#seed === broker) this.#seed = undefined;
    hangUp(broker);
  }

  /** What still waits for an answer is rejected. */
  close(): void {
    this.#closed = true;
    const all = [...this.#nodes.values()].map(({ broker }) => broker);
    this.#nodes.clear();
    if (this.#seed !== undefined) all.push(this.#seed);
    for (const broker of all) hangUp(broker);
  }

  async #learn(brokers: readonly { nodeId: number; host: string; port: number }[], whole = true): Promise<void> {
    for (const { nodeId, host, port } of brokers) {
      const node = this.#nodes.get(nodeId);
      if (node?.host === host && node.port === port) continue;
      const pool = await this.#pools.build({ host, port });
      // Somebody else's answer may have come first.
      const now = this.#nodes.get(nodeId);
      if (now?.host === host && now.port === port) continue;
      if (now !== undefined) this.drop(now.broker);
      this.#nodes.set(nodeId, { host, port, broker: this.#newBroker(pool, nodeId) });
    }
    if (!whole) return;
    const named = new Set(brokers.map(({ nodeId }) => nodeId));
    for (const [id, { broker }] of this.#nodes) if (!named.has(id)) this.drop(broker);
  }

  #newBroker(connectionPool: Awaited<ReturnType<PoolBuilder['build']>>, nodeId: number | null = null): Broker {
    connectOnce(connectionPool);
    takeWhole(connectionPool);
    const settings = { authenticationTimeout: AUTHENTICATION_MS, allowAutoTopicCreation: false };
    return new Broker({ connectionPool, logger: this.#logger, nodeId, ...settings });
  }

  async #connect(broker: Broker): Promise<Broker> {
    if (this.#closed) throw new Error('closed');
    if (this.#isUsable(broker)) return broker;
    let connecting = this.#connecting.get(broker);
    if (connecting === undefined) {
      connecting = this.#newConnection(broker).finally(() => this.#connecting.delete(broker));
      this.#connecting.set(broker, connecting);
    }
    return connecting;
  }

  async #newConnection(broker: Broker): Promise<Broker> {
    try {
      await broker.connect();
    } catch (error) {
      this.drop(broker);
      throw error;
    }
    this.#ready.add(broker);
    if (this.#closed) hangUp(broker);
    return broker;
  }

  #isUsable(broker: Broker): boolean {
    return this.#ready.has(broker) && broker.isConnected();
  }
}

/**
 * Left to itself, KafkaJS opens a socket for each request that finds the connection not open yet, and forgets all but the
 * last of them: the others keep the process alive for ever.
 */
function connectOnce({ pool }: ConnectionPool): void {
  for (const connection of pool) {
    const connect = connection.connect.bind(connection);
    let connecting: Promise<unknown> | undefined;
    connection.connect = () => {
      connecting ??= connect().finally(() => {
        connecting = undefined;
      });
      return connecting;
    };
  }
}

/** Left to itself, KafkaJS joins the nothing that an answer has left with the next answer: a copy of all of it. */
function takeWhole({ pool }: ConnectionPool): void {
  for (const connection of pool) {
    const processData = connection.processData.bind(connection);
    connection.processData = (data) => {
      if (connection.bytesBuffered === 0) connection.chunks = [];
      processData(data);
    };
  }
}

/**
 * Left to itself, KafkaJS waits for the answers that are due before it lets go of a connection, and stops watching their
 * time: with a broker that hangs, they and their askers would wait for ever.
 */
function hangUp(broker: Broker): void {
  const { host, port, pool } = broker.connectionPool;
  const reason = new kafkajs.KafkaJSConnectionError('The connection was given up', { broker: `${host}:${port}` });
  for (const connection of pool) {
    // Who has just been given this broker would connect it again, and nobody would close that.
    connection.connect = () => Promise.reject(reason);
    connection.rejectRequests(reason);
    connection.socket?.destroy();
  }
  void broker.disconnect().catch(() => undefined);
}

function isConnectionError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith('KafkaJSConnection');
}
