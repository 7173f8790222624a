// Writes one shuffled topic: records in the order they were read, and what is known of how far that is.
//
//   begin() ──► tell where it begins ──► commit that, where it is new ──► write and tell, turn by turn ──► begin() …
//
// What makes a record found twice recognisable is order: a source partition's records are written in its order, one append
// is on its way, and a failed one is repeated as a whole before anything else. Progress is said only of what was
// acknowledged, and only what was said is committed.
import {
  type CommitResult,
  type EventLog,
  type PlannedShuffle,
  type Progress,
  progressRecord,
  type Strike,
} from '@parallax/core';
import type { Clock, CrashPoints, Telemetry, TopicIds } from '@parallax/platform';
import { type Chunk, placed } from './chunk.ts';
import type { ShufflerCrashPoint } from './crash-points.ts';
import { recordsExpired, recordsShuffled } from './events.ts';
import type { Patience } from './patience.ts';
import type { SourceStart } from './start-positions.ts';

/** Of one append. */
const MOST_RECORDS = 4_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** Said again when nothing happens, for those who begin to read at the end. */
const IDLE_MS = 5_000;

export interface WriterAround extends Patience {
  readonly log: Pick<EventLog, 'append' | 'extents'>;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly crash: CrashPoints<ShufflerCrashPoint>;
  /** Progress is said at most this often. */
  readonly progressMs: number;
  /** Commits what all writers have said. */
  readonly commit: () => Promise<CommitResult>;
}

/** One assignment; what an older one still has on its way counts for nothing here. */
interface Session {
  readonly first: ReadonlyMap<number, number>;
  /** Durable up to here, by source partition. */
  readonly next: Map<number, number>;
  /** Progress said so. */
  readonly told: Map<number, number>;
  readonly isFresh: boolean;
  queue: Chunk[];
  bytes: number;
  lost: Map<number, readonly [from: number, to: number]>;
  struck: Map<number, Strike>;
  hasBegun: boolean;
  toldAt: number;
}

export class TargetWriter {
  readonly plan: PlannedShuffle;
  readonly #ids: TopicIds;
  readonly #around: WriterAround;
  #session: Session | undefined;
  records = 0;

  constructor(plan: PlannedShuffle, ids: TopicIds, around: WriterAround) {
    this.plan = plan;
    this.#ids = ids;
    this.#around = around;
  }

  begin(starts: readonly SourceStart[]): void {
    const offsets = () => new Map(starts.map(({ partition, offset }) => [partition, offset]));
    this.#session = {
      first: new Map(starts.map(({ partition, first }) => [partition, first])),
      next: offsets(),
      told: new Map(),
      isFresh: starts.some(({ isFresh }) => isFresh),
      queue: [],
      bytes: 0,
      lost: new Map(starts.flatMap(({ partition, lost }) => (lost === undefined ? [] : [[partition, lost] as const]))),
      struck: new Map(),
      hasBegun: starts.length === 0,
      toldAt: Number.NEGATIVE_INFINITY,
    };
  }

  push(chunk: Chunk): void {
    const session = this.#session;
    session?.queue.push(chunk);
    if (session !== undefined) session.bytes += chunk.bytes;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#session?.bytes ?? 0;
  }

  /** What may be committed, by source partition, and where each was first read. */
  *told(): Generator<{ readonly partition: number; readonly offset: number; readonly first: number }> {
    for (const [partition, offset] of this.#session?.told ?? [])
      yield { partition, offset, first: this.#session?.first.get(partition) ?? 0 };
  }

  /** Not waited for: partitions that another member has. */
  hasTold(partition: number, end: number): boolean {
    return !this.#session?.next.has(partition) || (this.#session.told.get(partition) ?? -1) >= end;
  }

  /** Does what is next; false: there is nothing to do for now. Not to be called before the last call has resolved. */
  async step(): Promise<boolean> {
    const session = this.#session;
    if (session === undefined) return false;
    if (!session.hasBegun) return this.#begin(session);
    if (await this.#tellIfDue(session)) return true;
    return this.#write(session);
  }

  /** Says what is durable, if anything new is. */
  async tell(): Promise<void> {
    const session = this.#session;
    if (session?.hasBegun === true && isNews(session)) await this.#tell(session, false);
  }

  /** Where it begins must be known before the first record: it would begin elsewhere the next time. */
  async #begin(session: Session): Promise<boolean> {
    await this.#tell(session, true);
    if (session.isFresh && (await this.#around.commit()) !== 'committed') return false;
    session.hasBegun = true;
    return true;
  }

  async #tellIfDue(session: Session): Promise<boolean> {
    const since = this.#around.clock.now() - session.toldAt;
    const isIdle = since >= IDLE_MS && session.queue.length === 0 && session.next.size > 0;
    if (!isIdle && (since < this.#around.progressMs || !isNews(session))) return false;
    await this.#tell(session, isIdle);
    return true;
  }

  async #tell(session: Session, isWhole: boolean): Promise<void> {
    const { log, patiently, crash, clock } = this.#around;
    const { source, target, partitions } = this.plan;
    const { lost, struck } = session;
    session.lost = new Map();
    session.struck = new Map();
    const next = new Map([...session.next].filter(([place, at]) => isWhole || session.told.get(place) !== at));
    const said = (partition: number): Progress => {
      const counted = [...lost].filter(([place]) => place % partitions === partition);
      const first = [...session.first].filter(([place, at]) => at > 0 && next.has(place));
      const strikes = [...struck, ...[...lost.keys()].map((place) => [place, 'expired'] as const)];
      return {
        next: Object.fromEntries(next),
        ...(first.length === 0 ? {} : { first: Object.fromEntries(first) }),
        ...(counted.length === 0 ? {} : { lost: Object.fromEntries(counted) }),
        ...(strikes.length === 0 ? {} : { struck: Object.fromEntries(strikes) }),
      };
    };
    const records = Array.from({ length: partitions }, (_, partition) =>
      progressRecord(source, said(partition), partition),
    );
    await patiently(() => log.append(target, records));
    for (const [place, at] of next) session.told.set(place, at);
    session.toldAt = clock.now();
    crash.reach('shuffler.after-progress');
  }

  async #write(session: Session): Promise<boolean> {
    const { log, patiently, patientlyWithRegistry, crash, telemetry } = this.#around;
    const [head] = session.queue;
    if (head === undefined) return false;
    if (head.gap !== undefined) {
      await this.#explain(session, head.partition, head.gap);
      session.queue[0] = { ...head, gap: undefined };
      return true;
    }
    const chunks = takable(session.queue);
    // Until its schemas are known nothing is written, so nothing is said to be: the other side's judgement waits.
    for (const chunk of chunks) await patientlyWithRegistry(() => this.#ids.learn(chunk.records));
    const records = chunks.flatMap((chunk) => placed(chunk, this.plan, this.#ids.correlate));
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
    crash.reach('shuffler.before-write');
    if (records.length > 0) await patiently(() => log.append(this.plan.target, records));
    crash.reach('shuffler.after-write');
    session.queue.splice(0, chunks.length);
    session.bytes -= bytes;
    for (const { partition, next, isAborted } of chunks) {
      session.next.set(partition, next);
      if (isAborted) session.struck.set(partition, 'aborted');
    }
    this.records += records.length;
    if (records.length > 0) telemetry.record(recordsShuffled(this.plan.target, records.length, bytes));
    return true;
  }

  /**
   * Offsets that were not delivered: transactions' own, or expired, or compacted away. What is lost is told before the
   * records behind it are written, for those would hide it.
   */
  async #explain(session: Session, partition: number, { from, to }: { from: number; to: number }): Promise<void> {
    const { log, patiently, telemetry } = this.#around;
    const { source, sourceCompacted } = this.plan;
    const extents = await patiently(() => log.extents([source]));
    const start = extents.find((extent) => extent.partition === partition)?.start ?? 0;
    if (sourceCompacted) session.struck.set(partition, 'compacted');
    if (start <= from) return;
    const end = Math.min(start, to);
    telemetry.record(recordsExpired({ topic: source, partition }, from, end));
    session.lost.set(partition, [from, end]);
    session.next.set(partition, end);
    await this.#tell(session, false);
  }
}

function isNews({ next, told, lost, struck }: Session): boolean {
  if (lost.size + struck.size > 0) return true;
  for (const [place, at] of next) if (told.get(place) !== at) return true;
  return false;
}

/** From the head on, up to what must first be explained. */
function takable(queue: readonly Chunk[]): readonly Chunk[] {
  let records = 0;
  let bytes = 0;
  let to = 0;
  for (const chunk of queue) {
    records += chunk.records.length;
    bytes += chunk.bytes;
    if (to > 0 && (chunk.gap !== undefined || records > MOST_RECORDS || bytes > MOST_BYTES)) break;
    to++;
  }
  return queue.slice(0, to);
}
