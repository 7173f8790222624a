// One consumer of a memory log: offers its next steps, and takes one when told to.
//
//   joined ──assign step──► assigning ──assigned() resolves──► running ──► ended
//     ▲─────────────────────────rebalance()────────────────────────┘
import type {
  AssignedPartition,
  CommitResult,
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EndSample,
  Extent,
  LogRecord,
  Position,
} from '@parallax/core';
import { Fault } from '@parallax/core';
import { outOfRange } from '../../log/kafka/consuming/faults.ts';
import { checkCommit, partitionKey } from '../../log/limits.ts';
import type { Member, MemoryGroups } from './groups.ts';
import { copyRecord, type Part, type Storage, type StoredTopic } from './storage.ts';

const DEFAULT_BATCH_RECORDS = 1_000;
/** Written over what was handed out, once the handler has returned. */
const POISON = 0xdd;

interface Cursor {
  readonly topic: string;
  readonly partition: number;
  readonly stored: StoredTopic;
  offset: number;
  paused: boolean;
  /** Nobody has said where to begin: it follows the beginning of its log until something is read. */
  isFresh: boolean;
}

type Named = { readonly topic: string; readonly partition: number };

export interface MemoryWorld {
  readonly storage: Storage;
  readonly groups: MemoryGroups;
  readonly clock: () => number;
  readonly poison: boolean;
  /** Members share the partitions of a group. */
  readonly isShared: boolean;
  /** Something may have become ready. */
  wake(): void;
}

export class MemoryConsumption implements Consumption, Member {
  readonly ended: Promise<Error | undefined>;
  readonly #end: (error: Error | undefined) => void;
  readonly #world: MemoryWorld;
  readonly #options: ConsumeOptions;
  readonly #handlers: ConsumerHandlers;
  #cursors = new Map<string, Cursor>();
  #generation = 0;
  #isSuspended = false;
  #owns: (partition: number) => boolean = () => true;
  #phase: 'joined' | 'assigning' | 'running' | 'ended' = 'joined';

  constructor(world: MemoryWorld, options: ConsumeOptions, handlers: ConsumerHandlers) {
    const ended = Promise.withResolvers<Error | undefined>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    this.#world = world;
    this.#options = options;
    this.#handlers = handlers;
  }

  /** Joins the group, or joins it again. */
  join(): void {
    this.#world.groups.enter(this.#options.group, this);
  }

  /** A new generation for this consumer; what was assigned before is void. */
  renew(generation: number, index: number, of: number): void {
    const { storage } = this.#world;
    this.#generation = generation;
    this.#owns = (partition) => partition % of === index;
    const committed = this.#committed();
    this.#cursors = new Map(
      this.#extents().map(({ topic, partition, start }) => {
        const key = partitionKey(topic, partition);
        const offset = committed.get(key)?.offset ?? start;
        const isFresh = !committed.has(key);
        return [key, { topic, partition, stored: storage.named(topic), offset, paused: false, isFresh }];
      }),
    );
    this.#phase = 'joined';
    this.#world.wake();
  }

  /** What could happen next; each is to be run at once or not at all. */
  ready(): readonly (() => void)[] {
    if (this.#isSuspended) return [];
    if (this.#phase === 'joined') return [() => void this.#assign()];
    if (this.#phase !== 'running') return [];
    const steps: (() => void)[] = [];
    for (const cursor of this.#cursors.values()) {
      const part = cursor.stored.parts[cursor.partition];
      const end = part?.transacted.stable(part.next) ?? 0;
      if (part !== undefined && cursor.offset < part.start) {
        if (cursor.isFresh) cursor.offset = part.start;
        else if (!cursor.paused) {
          steps.push(() => this.#leaveRange(cursor, part));
          continue;
        }
      }
      if (part !== undefined && cursor.offset > part.next && !cursor.paused) {
        steps.push(() => this.#leaveRange(cursor, part));
      }
      if (!cursor.paused && cursor.offset < end && part?.isSilent === false)
        steps.push(() => this.#deliver(cursor, end));
    }
    return steps;
  }

  pause(partitions: readonly Named[]): void {
    for (const cursor of this.#owned(partitions)) cursor.paused = true;
  }

  resume(partitions: readonly Named[]): void {
    for (const cursor of this.#owned(partitions)) cursor.paused = false;
    this.#world.wake();
  }

  seek(position: Position): void {
    for (const cursor of this.#owned([position])) this.#move(cursor, position.offset);
    this.#world.wake();
  }

  async ends(): Promise<readonly EndSample[]> {
    const { clock } = this.#world;
    const asked = clock();
    return this.#extents().map(({ topic, partition, end }) => {
      const cursor = this.#cursors.get(partitionKey(topic, partition));
      const stable = cursor?.stored.parts[partition]?.transacted.stable(end) ?? end;
      const isHeld = stable < end && (cursor?.offset ?? 0) >= stable;
      const epoch = cursor?.stored.parts[partition]?.leaders.at(-1)?.epoch;
      return { topic, partition, asked, answered: clock(), end, epoch, ...(isHeld ? { isHeld } : {}) };
    });
  }

  async commit(generation: number, offsets: readonly Committed[]): Promise<CommitResult> {
    const { group } = this.#options;
    // Which partitions an older generation owned is not known any more, nor does it matter.
    if (generation === this.#generation) checkCommit(group, offsets, new Set(this.#cursors.keys()));
    if (this.#phase === 'ended') return 'refused';
    const { groups, isShared } = this.#world;
    const result = groups.commit(group, generation, offsets);
    if (result === 'refused' && !groups.isMember(group, this)) {
      // A member that was thought dead learns that it was, and joins again.
      if (isShared) this.join();
      else this.finish(overtaken(group));
    }
    return result;
  }

  async stop(): Promise<void> {
    this.finish(undefined);
  }

  /** Held for dead where `isMissed`: afterwards it goes on under its old generation, until a commit is refused. */
  suspend(isMissed: boolean): void {
    this.#isSuspended = true;
    if (isMissed) this.#world.groups.release(this.#options.group, this);
  }

  awake(): void {
    this.#isSuspended = false;
    this.#world.wake();
  }

  finish(error: Error | undefined): void {
    this.#phase = 'ended';
    this.#world.groups.release(this.#options.group, this);
    this.#end(error);
  }

  get isEnded(): boolean {
    return this.#phase === 'ended';
  }

  async #assign(): Promise<void> {
    this.#phase = 'assigning';
    const generation = this.#generation;
    const committed = this.#committed();
    const assignment = this.#extents().map((extent): AssignedPartition => {
      return { ...extent, committed: committed.get(partitionKey(extent.topic, extent.partition)) };
    });
    const current = (): boolean => this.#phase === 'assigning' && this.#generation === generation;
    try {
      const starts = await this.#handlers.assigned(generation, assignment);
      if (!current()) return;
      for (const start of starts) for (const cursor of this.#owned([start])) this.#move(cursor, start.offset);
      this.#phase = 'running';
      this.#world.wake();
    } catch (error) {
      if (current()) this.finish(asError(error));
    }
  }

  #deliver(cursor: Cursor, end: number): void {
    const { storage, poison } = this.#world;
    const { topic, partition, offset } = cursor;
    const limit = this.#options.batchRecords ?? DEFAULT_BATCH_RECORDS;
    try {
      if (storage.named(topic) !== cursor.stored) throw recreated(topic);
      const records = storage.read(topic, partition, offset, limit).map(copyRecord);
      const last = records.at(-1);
      const next = records.length === limit && last !== undefined ? last.offset + 1 : end;
      const transacted = cursor.stored.parts[partition]?.transacted;
      const aborted = transacted?.abortedBetween(offset, next) ?? 0;
      const markers = transacted?.markersBetween(offset, next) ?? 0;
      this.#move(cursor, next);
      const epoch = storage.epochBefore(topic, partition, next);
      const batch = { generation: this.#generation, topic, partition, records, next, epoch };
      this.#handlers.batch({ ...batch, ...(aborted > 0 ? { aborted } : {}), ...(markers > 0 ? { markers } : {}) });
      if (poison) records.forEach(spoil);
    } catch (error) {
      this.finish(asError(error));
    }
  }

  #leaveRange(cursor: Cursor, { start, next }: Part): void {
    this.finish(outOfRange(cursor, cursor.offset, start, next));
  }

  #move(cursor: Cursor, offset: number): void {
    cursor.offset = offset;
    cursor.isFresh = false;
  }

  /** Of the partitions that are its own. */
  #extents(): readonly Extent[] {
    const { topics } = this.#options;
    return this.#world.storage.extents([...new Set(topics)]).filter(({ partition }) => this.#owns(partition));
  }

  #committed(): ReadonlyMap<string, Committed> {
    const { group, topics } = this.#options;
    const committed = this.#world.groups.committed(group, topics);
    return new Map(committed.map((each) => [partitionKey(each.topic, each.partition), each]));
  }

  #owned(partitions: readonly Named[]): readonly Cursor[] {
    return partitions.flatMap(({ topic, partition }) => this.#cursors.get(partitionKey(topic, partition)) ?? []);
  }
}

function spoil({ key, value, headers }: LogRecord): void {
  key?.fill(POISON);
  value?.fill(POISON);
  for (const [, content] of headers) content?.fill(POISON);
}

function overtaken(group: string): Fault {
  return new Fault(`Another consumer has taken over group "${group}".`, {
    code: 'group-overtaken',
    cure: 'Forget what is not committed and join again.',
  });
}

function recreated(topic: string): Fault {
  return new Fault(`Topic "${topic}" was deleted and created again while it was being consumed.`, {
    code: 'unknown-topic',
    cure: 'Delete the group as well, then start the consumer again.',
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
