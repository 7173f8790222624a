// Keeps every owned partition supplied: one fetch per broker at a time, one answer ahead of delivery.
//
// A broker is asked for all its partitions at once, and again as soon as none of them has more than one fetch waiting to
// be delivered; asking for some of them only would let the broker hold its answer back while another runs dry. A leader
// that moves is found by renewing the picture of the cluster; nobody else is disturbed by it.
import type Broker from 'kafkajs/src/broker/index.js';
import { unknownTopic } from '../../faults.ts';
import { SharedAnswer } from '../answer-memory.ts';
import type { Brokers } from '../brokers.ts';
import { ProtocolFailure } from '../error-codes.ts';
import { isPassing, tooOld } from '../failures.ts';
import { type AnsweredPartition, FETCH_VERSION } from '../fetch-answer.ts';
import { Fetched } from '../fetched.ts';
import type { Cursor } from './cursor.ts';
import { outOfRange } from './faults.ts';
import { EARLIEST, LATEST, listOffsets } from './offsets.ts';
import type { Picture } from './picture.ts';
import { CODE, MOVED } from './requests.ts';
import { backoff } from './timing.ts';

const FETCH_KEY = 1;
const READ_COMMITTED = 1;
/**
 * Small enough that what was read from the socket is still in the processor's caches when it is judged: with 4 and 16 MiB
 * a pair of two records cost 17.4 µs of CPU instead of 15.1, on two busy cores.
 */
const PARTITION_BYTES = 1024 * 1024;
const ANSWER_BYTES = 4 * 1024 * 1024;
/** Nothing more is fetched while so much waits to be delivered. */
const QUEUED_BYTES = 16 * 1024 * 1024;
const QUEUED_FETCHES = 2;
const LIST_MS = 5_000;
/** A fetch that takes so long makes us look who leads by now; slow networks take long too. */
const DOUBT_MS = 3_000;
/** A topic that brokers have called unknown so many times in a row is gone. */
const UNKNOWN_TIMES = 8;
/** Stands for partitions without a leader. */
const NOBODY = -1;

export interface FetchingParts {
  readonly address: string;
  readonly brokers: Brokers;
  readonly picture: Picture;
  readonly cursors: readonly Cursor[];
  /** How long a broker may hold an answer back that it has nothing for, in milliseconds. */
  readonly waitMs: number;
  /** How old the picture may grow, in milliseconds. */
  readonly metadataMs: number;
  /** Something was queued. */
  arrived(): void;
  failed(error: unknown): void;
}

export class Fetching {
  readonly #parts: FetchingParts;
  /** Brokers that are being asked, or are left alone for a moment. */
  readonly #busy = new Set<number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isClosed = false;
  /** Tries in a row without an answer that was of use, by broker. */
  readonly #failures = new Map<number, number>();
  #unknown = 0;
  #isChecking = false;

  constructor(parts: FetchingParts) {
    this.#parts = parts;
  }

  /** Asks whom there is something to ask. To be called whenever a cursor has moved, was resumed or ran dry. */
  wake(): void {
    if (this.#isClosed || this.#isChecking) return;
    const { cursors, picture } = this.#parts;
    if (!this.#hasRoom()) return;
    const byLeader = new Map<number, Cursor[]>();
    let isLeaderless = false;
    for (const cursor of cursors) {
      if (cursor.isPaused || cursor.askedBy !== undefined) continue;
      const leader = picture.leader(cursor.topic, cursor.partition);
      if (leader === undefined) isLeaderless = true;
      else if (byLeader.has(leader)) byLeader.get(leader)?.push(cursor);
      else byLeader.set(leader, [cursor]);
    }
    for (const [leader, led] of byLeader) {
      if (this.#busy.has(leader) || led.some(({ queue }) => queue.length >= QUEUED_FETCHES)) continue;
      this.#busy.add(leader);
      void this.#ask(leader, led);
    }
    if (isLeaderless) this.#lookAround();
  }

  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** What waits for a paused partition makes room for those that are read. */
  #hasRoom(): boolean {
    const { cursors } = this.#parts;
    let queued = cursors.reduce((sum, cursor) => sum + cursor.queuedBytes, 0);
    for (const cursor of cursors) {
      if (queued <= QUEUED_BYTES) return true;
      if (!cursor.isPaused) continue;
      queued -= cursor.queuedBytes;
      cursor.forget();
    }
    return queued <= QUEUED_BYTES;
  }

  async #ask(leader: number, cursors: readonly Cursor[]): Promise<void> {
    const { brokers, picture, metadataMs, waitMs } = this.#parts;
    const asked = cursors.map((cursor) => ({ cursor, version: cursor.version, from: cursor.fetchFrom }));
    for (const { cursor } of asked) cursor.askedBy = asked;
    const doubts = setInterval(() => void this.#doubt(leader, asked), DOUBT_MS);
    let isQuiet = true;
    try {
      if (picture.age > metadataMs) await picture.renew();
      const broker = await brokers.node(leader);
      checkVersion(broker.versions, this.#parts.address);
      const answer = await brokers.ask(broker, 'Fetch', {
        isolationLevel: READ_COMMITTED,
        maxWaitTime: waitMs,
        minBytes: 1,
        maxBytes: ANSWER_BYTES,
        topics: shuffled(asked).map(({ cursor: { topic, partition }, from }) => {
          return { topic, partitions: [{ partition, fetchOffset: from, maxBytes: PARTITION_BYTES }] };
        }),
      });
      if (answer.errorCode !== CODE.none) throw new ProtocolFailure(answer.errorCode);
      if (this.#isClosed) return;
      isQuiet = this.#take(answer.partitions, asked);
    } catch (error) {
      if (this.#isClosed) return;
      if (!isPassing(error)) this.#parts.failed(error);
      isQuiet = false;
    } finally {
      clearInterval(doubts);
      for (const { cursor } of asked) if (cursor.askedBy === asked) cursor.askedBy = undefined;
    }
    if (isQuiet) {
      this.#failures.delete(leader);
      this.#busy.delete(leader);
      this.wake();
    } else this.#later(leader, () => this.#busy.delete(leader));
  }

  /** A broker that keeps us waiting may hang, and its partitions have another leader by now: that one is asked. */
  async #doubt(leader: number, asked: readonly Asked[]): Promise<void> {
    const { picture } = this.#parts;
    await picture.renew().catch(() => undefined);
    let isMoved = false;
    for (const { cursor } of asked) {
      if (cursor.askedBy !== asked || picture.leader(cursor.topic, cursor.partition) === leader) continue;
      cursor.askedBy = undefined;
      isMoved = true;
    }
    if (isMoved) this.wake();
  }

  /** False: some of it failed in a way that passes. */
  #take(partitions: readonly AnsweredPartition[], asked: readonly Asked[]): boolean {
    const byPlace = new Map(asked.map((each) => [`${each.cursor.topic}/${each.cursor.partition}`, each]));
    let isQuiet = true;
    const answer = new SharedAnswer(partitions[0]?.records.buffer);
    for (const { topic, partition, errorCode, highWatermark, lastStable, aborted, records } of partitions) {
      const one = byPlace.get(`${topic}/${partition}`);
      if (one === undefined || one.cursor.version !== one.version || one.cursor.askedBy !== asked) continue;
      if (errorCode === CODE.none) {
        this.#queue(one, new Fetched(records, aborted, one.from, answer), lastStable, highWatermark);
      } else if (errorCode === CODE.offsetOutOfRange) {
        void this.#check(one);
      } else if (MOVED.has(errorCode)) isQuiet = false;
      else this.#parts.failed(new ProtocolFailure(errorCode));
    }
    this.#parts.arrived();
    return isQuiet;
  }

  #queue({ cursor, from }: Asked, fetched: Fetched, lastStable: number, highWatermark: number): void {
    cursor.isHeld = fetched.isEmpty && from >= lastStable && lastStable < highWatermark;
    if (!fetched.isEmpty) {
      cursor.queue.push(fetched);
      cursor.fetchFrom = fetched.end;
      cursor.isAnywhere = false;
      cursor.progress++;
    } else if (from >= lastStable) cursor.progress++;
  }

  /**
   * A broker says that there is no such offset. KafkaJS would go to the log's beginning or end without a word, and
   * commit that. Whether it is so is asked of the present leader, for a replica may be behind.
   */
  async #check({ cursor, version, from }: Asked): Promise<void> {
    const { brokers, picture } = this.#parts;
    this.#isChecking = true;
    try {
      await picture.renew();
      const [start, end] = await Promise.all(
        ([EARLIEST, LATEST] as const).map(async (at) => {
          const { found } = await listOffsets(brokers, picture, [cursor], { at, withinMs: LIST_MS });
          return found[0]?.offset;
        }),
      );
      if (this.#isClosed || cursor.version !== version || start === undefined || end === undefined) return;
      if (from < start && cursor.isAnywhere) cursor.seek(start);
      else if (from < start || from > end) this.#parts.failed(outOfRange(cursor, from, start, end));
    } catch (error) {
      if (!this.#isClosed && !isPassing(error)) this.#parts.failed(error);
    } finally {
      this.#isChecking = false;
      this.#later(NOBODY);
    }
  }

  /** Renews the picture, and goes on. */
  #lookAround(): void {
    if (this.#timers.size === 0) this.#later(NOBODY);
  }

  async #renew(): Promise<void> {
    const { address, cursors, failed, picture } = this.#parts;
    try {
      await picture.renew();
    } catch (error) {
      if (!this.#isClosed && !isPassing(error)) failed(error);
      return;
    }
    const unknown = new Set(picture.unknown());
    const gone = cursors.find(({ topic }) => unknown.has(topic));
    this.#unknown = gone === undefined ? 0 : this.#unknown + 1;
    if (gone !== undefined && this.#unknown > UNKNOWN_TIMES && !this.#isClosed)
      failed(unknownTopic(gone.topic, address));
  }

  #later(leader: number, then: () => void = () => undefined): void {
    if (this.#isClosed) return;
    const tries = this.#failures.get(leader) ?? 0;
    this.#failures.set(leader, tries + 1);
    const timer = setTimeout(async () => {
      await this.#renew();
      this.#timers.delete(timer);
      then();
      this.wake();
    }, backoff(tries));
    this.#timers.add(timer);
  }
}

interface Asked {
  readonly cursor: Cursor;
  readonly version: number;
  readonly from: number;
}

function checkVersion(versions: Broker['versions'], address: string): void {
  if ((versions?.[FETCH_KEY]?.maxVersion ?? 0) < FETCH_VERSION) throw tooOld(address);
}

/** A broker fills its answer in the order it was asked in: with one order some partitions would always come last. */
function shuffled<T>(items: readonly T[]): T[] {
  const from = Math.floor(Math.random() * items.length);
  return [...items.slice(from), ...items.slice(0, from)];
}
