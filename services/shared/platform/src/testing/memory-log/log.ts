// An event log in memory that behaves: epochs, fencing, compaction, limits; deterministic when pumped.
//
// What it hands out is overwritten after the handler returns, so that a receiver that keeps bytes without copying them
// is found out. One step is one assignment begun or one batch delivered.
import type {
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EventLog,
  Extent,
  LogRecord,
  NewRecord,
  Position,
  TopicInfo,
  TopicSpec,
} from '@parallax/core';
import { groupLocked, logClosed } from '../../log/faults.ts';
import { checkGroup, checkTopicSpec } from '../../log/limits.ts';
import { MemoryConsumption, type MemoryWorld } from './consumption.ts';
import { MemoryGroups } from './groups.ts';
import { copyRecord, Storage } from './storage.ts';
import type { Transaction } from './transactions.ts';

export interface MemoryLogOptions {
  /** Epoch milliseconds, of the log's host and of its clients. */
  readonly clock: () => number;
  /** 'soon' (default): by itself, a step a macrotask. 'pump': only by {@link MemoryLog.pump}. */
  readonly delivery?: 'soon' | 'pump';
  /**
   * 'exclusive' (default): a second consumer of a group is refused. 'takeover': it gets the group, and the first goes
   * on as a zombie, under its old generation, until a commit of its own is refused. 'shared': they share the partitions,
   * partition p of every topic with the same member, and each that comes or goes begins a new generation for all.
   */
  readonly groups?: 'exclusive' | 'takeover' | 'shared';
  /** Which of `ready` steps is taken, from 0; default: round and round. */
  readonly choose?: (ready: number) => number;
  /** Overwrite what was handed out once the handler has returned; default true. */
  readonly poison?: boolean;
}

export interface MemoryLog extends EventLog {
  /** Takes one step of any client of this log; false: none was ready. */
  pump(): boolean;
  /** Another client of the same log, as another process would have. */
  connect(): MemoryLog;
  /** This client's process dies: its consumers fall silent and their groups are free. */
  crash(): void;
  /** Gives the group's live consumer a new generation; commits of the old one are refused from now on. */
  rebalance(group: string): void;
  /**
   * This client's process stands still (SIGSTOP): nothing is delivered to it. `isMissed`: for so long that its groups go
   * on without it, of which it knows nothing when it goes on by {@link awake}.
   */
  suspend(isMissed: boolean): void;
  awake(): void;
  /** Records that are delivered once it is committed, and hold back what follows them until then. */
  begin(): Transaction;
  /** An unclean leader election: records from `end` on are gone, and their offsets are given out again. */
  truncate(topic: string, partition: number, end: number): void;
  /** A leader election that loses nothing. */
  elect(topic: string, partition: number): void;
  /** A leader that hangs: until it is told otherwise nothing of this partition is delivered, though its end is told. */
  silence(topic: string, partition: number, isSilent: boolean): void;
  /** Retention: offsets below `before` are gone. */
  expire(topic: string, partition: number, before: number): void;
}

interface Shared extends MemoryWorld {
  readonly address: string;
  readonly isExclusive: boolean;
  readonly consumptions: Set<MemoryConsumption>;
  pump(): boolean;
}

export function memoryLog(options: MemoryLogOptions): MemoryLog {
  return new Client(share(options));
}

function share({ clock, delivery = 'soon', groups = 'exclusive', choose, poison = true }: MemoryLogOptions): Shared {
  const consumptions = new Set<MemoryConsumption>();
  let turn = 0;
  let scheduled = false;
  const pump = (): boolean => {
    const steps = [...consumptions].flatMap((consumption) => {
      if (consumption.isEnded) consumptions.delete(consumption);
      return consumption.ready();
    });
    if (steps.length === 0) return false;
    steps[choose === undefined ? turn++ % steps.length : choose(steps.length)]?.();
    return true;
  };
  const wake = (): void => {
    if (delivery === 'pump' || scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (pump()) wake();
    });
  };
  const address = 'memory:';
  const isShared = groups === 'shared';
  const isExclusive = groups === 'exclusive';
  const storage = new Storage(address);
  const members = new MemoryGroups(isShared);
  return { address, isExclusive, isShared, clock, poison, storage, groups: members, consumptions, pump, wake };
}

class Client implements MemoryLog {
  readonly address: string;
  readonly #shared: Shared;
  readonly #own = new Set<MemoryConsumption>();
  #closed = false;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.address = shared.address;
  }

  async topics(): Promise<readonly TopicInfo[]> {
    return this.#open().storage.infos();
  }

  async ensureTopic(spec: TopicSpec): Promise<'created' | 'exists'> {
    checkTopicSpec(spec);
    return this.#open().storage.ensure(spec);
  }

  async deleteTopic(topic: string): Promise<'deleted' | 'absent'> {
    const { storage, groups } = this.#open();
    groups.forgetTopic(topic);
    return storage.delete(topic);
  }

  async extents(topics: readonly string[]): Promise<readonly Extent[]> {
    return this.#open().storage.extents(topics);
  }

  async offsetsAt(topic: string, timestamp: number): Promise<readonly Position[]> {
    return this.#open().storage.offsetsAt(topic, timestamp);
  }

  async committed(group: string, topics: readonly string[]): Promise<readonly Committed[]> {
    return this.#open().groups.committed(group, topics);
  }

  async deleteGroup(group: string): Promise<void> {
    const { groups } = this.#open();
    if (groups.live(group) !== undefined) throw this.#locked(group);
    groups.forget(group);
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const { storage, clock, wake } = this.#open();
    const positions = storage.append(topic, records, clock());
    wake();
    return positions;
  }

  async read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    return this.#open().storage.read(topic, partition, offset, limit).map(copyRecord);
  }

  async consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption> {
    const { groups, consumptions, isExclusive, storage } = this.#open();
    checkGroup(options.group);
    storage.extents(options.topics);
    if (groups.live(options.group) !== undefined && isExclusive) throw this.#locked(options.group);
    const consumption = new MemoryConsumption(this.#shared, options, handlers);
    consumption.join();
    consumptions.add(consumption);
    this.#own.add(consumption);
    return consumption;
  }

  async close(): Promise<void> {
    for (const consumption of this.#own) consumption.finish(undefined);
    this.#closed = true;
  }

  pump(): boolean {
    return this.#shared.pump();
  }

  connect(): MemoryLog {
    return new Client(this.#shared);
  }

  crash(): void {
    for (const consumption of this.#own) consumption.finish(logClosed(this.address));
    this.#closed = true;
  }

  rebalance(group: string): void {
    if (this.#shared.groups.live(group) !== undefined) this.#shared.groups.rebalance(group);
  }

  suspend(isMissed: boolean): void {
    for (const consumption of this.#own) consumption.suspend(isMissed);
  }

  awake(): void {
    for (const consumption of this.#own) consumption.awake();
  }

  begin(): Transaction {
    const { storage, clock, wake } = this.#open();
    const token = {};
    const end = (isCommitted: boolean): void => {
      storage.end(token, isCommitted);
      wake();
    };
    return {
      append: (topic, records) => storage.append(topic, records, clock(), token),
      commit: () => end(true),
      abort: () => end(false),
    };
  }

  truncate(topic: string, partition: number, end: number): void {
    this.#shared.storage.truncate(topic, partition, end);
  }

  elect(topic: string, partition: number): void {
    this.#shared.storage.elect(topic, partition);
  }

  silence(topic: string, partition: number, isSilent: boolean): void {
    this.#shared.storage.part(topic, partition).isSilent = isSilent;
    this.#shared.wake();
  }

  expire(topic: string, partition: number, before: number): void {
    this.#shared.storage.expire(topic, partition, before);
  }

  #open(): Shared {
    if (this.#closed) throw logClosed(this.address);
    return this.#shared;
  }

  #locked(group: string): Error {
    return groupLocked(group, this.address, 'another consumer');
  }
}
