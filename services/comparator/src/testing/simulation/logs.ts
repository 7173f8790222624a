// The systems' logs in a simulation, and what is true of them: what was written, when, where, and what has become of it.
import { type Committed, decodeSide, type LogRecord, type NewRecord, SIDES, type Side } from '@parallax/core';
import type { MemoryLog, Random } from '@parallax/platform/testing';
import type { Hiding } from './hiding.ts';

export const TOPICS: Readonly<Record<Side, string>> = { legacy: 'a', candidate: 'b' };

/** With its id where the mended file finds it. */
export interface TrueRecord extends LogRecord {
  readonly partition: number;
  readonly writtenAt: number;
  /** Taken back by its transaction. */
  isAborted: boolean;
  /** Lost by the log, which has given its offset to another since, or will. */
  isCutOff: boolean;
  /** It could not be read before the file was mended. */
  readonly isHidden: boolean;
}

export const DAMAGES = ['none', 'transactions', 'retention', 'compaction', 'truncation'] as const;
export type Damage = (typeof DAMAGES)[number];

/** Longer than a reader that stands still is believed to be held up by a transaction. */
const SILENCES_MS = [500, 5_000, 40_000] as const;

interface Open {
  readonly transaction: ReturnType<MemoryLog['begin']>;
  readonly records: TrueRecord[];
  readonly until: number;
}

export class Logs {
  readonly written: Readonly<Record<Side, TrueRecord[]>> = { legacy: [], candidate: [] };
  readonly #log: MemoryLog;
  readonly #random: Random;
  readonly #damage: Damage;
  readonly #partitions: number;
  readonly #hiding: Hiding;
  readonly #open: Record<Side, Open | undefined> = { legacy: undefined, candidate: undefined };
  #silences: { readonly topic: string; readonly partition: number; readonly until: number }[] = [];
  /** Whether some log has lost its newest records. */
  isTruncated = false;
  /** Whether some of these had been read by a process that committed it. */
  hasLostRead = false;

  #shrunk: { readonly topic: string; readonly partition: number; readonly end: number } | undefined;

  constructor(log: MemoryLog, random: Random, damage: Damage, partitions: number, hiding: Hiding) {
    this.#log = log;
    this.#random = random;
    this.#damage = damage;
    this.#partitions = partitions;
    this.#hiding = hiding;
  }

  async open(timestamps: 'create' | 'append'): Promise<void> {
    const compacted = this.#damage === 'compaction';
    for (const side of SIDES) {
      const isCompacted = compacted && this.#random.chance(0.6);
      const spec = { topic: TOPICS[side], partitions: this.#partitions, compacted: isCompacted, timestamps };
      await this.#log.ensureTopic(spec);
    }
  }

  async write(side: Side, record: Omit<LogRecord, 'offset'>, partition: number, now: number): Promise<void> {
    const topic = TOPICS[side];
    // Of a compacted log older records of a key go; the key is not the id.
    const key = this.#damage === 'compaction' ? Uint8Array.of(this.#random.below(12)) : record.key;
    const hidden = this.#hiding.hide(side, record);
    const given: NewRecord = { ...(hidden ?? record), key, partition };
    if (this.#damage === 'transactions' && this.#open[side] === undefined && this.#random.chance(0.08)) {
      const until = now + this.#random.below(this.#random.pick([300, 3000, 40_000]));
      this.#open[side] = { transaction: this.#log.begin(), records: [], until };
    }
    const open = this.#open[side];
    const [position] =
      open === undefined ? await this.#log.append(topic, [given]) : open.transaction.append(topic, [given]);
    const [stored] = await this.#log.read(topic, partition, position?.offset ?? 0, 1);
    const timestamp = stored?.offset === position?.offset ? (stored?.timestamp ?? 0) : record.timestamp;
    const offset = position?.offset ?? 0;
    const kept: TrueRecord = {
      ...record,
      key,
      timestamp,
      offset,
      partition,
      writtenAt: now,
      isAborted: false,
      isCutOff: false,
      isHidden: hidden !== undefined,
    };
    this.written[side].push(kept);
    open?.records.push(kept);
  }

  /** Transactions end whose time has come, or all of them. */
  endTransactions(now: number): void {
    for (const side of SIDES) {
      const open = this.#open[side];
      if (open === undefined || open.until > now) continue;
      this.#open[side] = undefined;
      const isAborted = this.#random.chance(0.4);
      for (const record of open.records) record.isAborted = isAborted;
      if (isAborted) open.transaction.abort();
      else open.transaction.commit();
    }
  }

  /**
   * Retention takes some of the older part of a partition. Not before there is a checkpoint: without one it is not known
   * that there was anything.
   */
  async expire(group: string): Promise<void> {
    const side = this.#random.pick(SIDES);
    const { length } = await this.#log.committed(group, Object.values(TOPICS));
    if (length < 2 * this.#partitions) return;
    const extents = await this.#log.extents([TOPICS[side]]);
    const { partition, start, end } = this.#random.pick(extents);
    this.#log.expire(
      TOPICS[side],
      partition,
      start + this.#random.below(Math.ceil((end - start) * this.#random.pick([0.7, 1])) + 1),
    );
  }

  /** Another leader, which has got everything. */
  elect(): void {
    this.#log.elect(TOPICS[this.#random.pick(SIDES)], this.#random.below(this.#partitions));
  }

  /** The leader of a partition hangs: it tells how far it reaches, and delivers nothing. */
  silence(now: number): void {
    const place = { topic: TOPICS[this.#random.pick(SIDES)], partition: this.#random.below(this.#partitions) };
    this.#log.silence(place.topic, place.partition, true);
    this.#silences.push({ ...place, until: now + this.#random.pick(SILENCES_MS) });
  }

  /** Leaders answer again whose time has come: some only when all else is calm, for then a process lives long enough. */
  endSilences(now: number): void {
    const over = this.#silences.filter(({ until }) => until <= now);
    this.#silences = this.#silences.filter(({ until }) => until > now);
    for (const place of over) {
      if (this.#silences.some((one) => isSamePlace(one, place))) continue;
      this.#log.silence(place.topic, place.partition, false);
    }
  }

  /**
   * An unclean election: the newest records of a partition are gone. Not before a process has committed how far it reached:
   * without that nobody can know of them. `hasRead`: some of them have been read and committed, so that it is seen however
   * soon others take their place. Returns whether it happened.
   */
  async truncate(group: string, hasRead: boolean): Promise<boolean> {
    if (this.isTruncated) return false;
    const committed = await this.#log.committed(group, Object.values(TOPICS));
    const extents = await this.#log.extents(Object.values(TOPICS));
    // What is read at once is never lost unread.
    const silent = extents.filter((one) => this.#silences.some((other) => isSamePlace(one, other)));
    const { topic, partition, start, end } = this.#random.pick(silent.length > 0 ? silent : extents);
    const known = committed.find((one) => isSamePlace(one, { topic, partition }));
    const unread = end - (known?.offset ?? 0);
    const lost = Math.min(end - start, 1 + this.#random.below(8) + (hasRead ? unread : 0));
    if (known === undefined || reachOf(known) < end || lost < (hasRead ? unread + 1 : 1)) return false;
    this.isTruncated = true;
    this.hasLostRead = lost > unread;
    this.#shrunk = { topic, partition, end };
    this.#log.truncate(topic, partition, end - lost);
    for (const side of SIDES) {
      for (const record of TOPICS[side] === topic ? this.written[side] : []) {
        if (record.partition === partition && record.offset >= end - lost) record.isCutOff = true;
      }
    }
    return true;
  }

  /** What has lost its newest records has got beyond them again. */
  get isRegrown(): boolean {
    const { topic, partition, end = 0 } = this.#shrunk ?? {};
    return SIDES.some((side) =>
      this.written[side].some((one) => {
        return TOPICS[side] === topic && one.partition === partition && one.offset >= end && !one.isCutOff;
      }),
    );
  }

  /** What any reader of the whole logs could still read, by side. */
  async gone(): Promise<ReadonlySet<LogRecord>> {
    const gone = new Set<LogRecord>();
    for (const side of SIDES) {
      for (let partition = 0; partition < this.#partitions; partition++) {
        const there = await this.#log.read(TOPICS[side], partition, 0, Number.MAX_SAFE_INTEGER);
        const offsets = new Set(there.map(({ offset }) => offset));
        for (const record of this.written[side]) {
          if (record.partition !== partition || record.isAborted) continue;
          if (record.isCutOff || !offsets.has(record.offset)) gone.add(record);
        }
      }
    }
    return gone;
  }
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

function isSamePlace(one: Place, other: Place): boolean {
  return one.topic === other.topic && one.partition === other.partition;
}

/** How far the log was known to reach by whoever committed this. */
function reachOf({ metadata }: Committed): number {
  const { position, reached = position } = decodeSide(metadata).cut;
  return reached;
}
