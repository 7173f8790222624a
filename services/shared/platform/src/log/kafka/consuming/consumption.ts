// One consumer of a group: what it owns, under which generation, and the handlers it serves.
//
//   joining ──assigned by the group──► starting ──assigned() has answered──► reading ──► ended
//      ▲                                  │                                    │           stop(), a throw, a fault
//      └───────── the group has moved on ─┴────────────────────────────────────┘
//
// A generation is one object, {@link Tenure}: whatever still happens in the name of an older one finds it over.
import type {
  AssignedPartition,
  CommitResult,
  Committed,
  ConsumerHandlers,
  Consumption,
  EndSample,
  Position,
} from '@parallax/core';
import { checkCommit, isOffset, partitionKey } from '../../limits.ts';
import type { Brokers } from '../brokers.ts';
import { faultOf, isPassing, type Where } from '../failures.ts';
import { commitOnce } from './commit.ts';
import type { Coordinator } from './coordinator.ts';
import { asError, stalled } from './faults.ts';
import { Member, type Membership } from './generation.ts';
import { leave } from './leave.ts';
import { LATEST, listOffsets, type Place } from './offsets.ts';
import type { Picture } from './picture.ts';
import { Tenure } from './tenure.ts';
import type { ConsumerTiming } from './timing.ts';
import { watch } from './watchdog.ts';

/** A log end that took longer to be told is not told: see {@link listOffsets}. */
const ENDS_MS = 3_000;

export interface ConsumptionParts {
  readonly group: string;
  readonly topics: readonly string[];
  readonly batchRecords: number;
  readonly handlers: ConsumerHandlers;
  readonly where: Where;
  readonly brokers: Brokers;
  readonly picture: Picture;
  readonly coordinator: Coordinator;
  readonly timing: ConsumerTiming;
  readonly clock: () => number;
  /** Before the group is joined. */
  prepare(): Promise<void>;
  /** New connections, for leaving while the present ones wait for the group. */
  connect(): Brokers;
}

export class KafkaConsumption implements Consumption {
  readonly ended: Promise<Error | undefined>;
  readonly #end: (error: Error | undefined) => void;
  readonly #parts: ConsumptionParts;
  readonly #member: Member;
  readonly #watchdog: { stop(): void };
  #tenure: Tenure | undefined;
  #leaving: Promise<void> | undefined;

  constructor(parts: ConsumptionParts) {
    const ended = Promise.withResolvers<Error | undefined>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    this.#parts = parts;
    const { coordinator, picture, timing, topics } = parts;
    this.#member = new Member({
      coordinator,
      picture,
      timing,
      topics,
      address: parts.where.address,
      prepare: () => parts.prepare(),
      joined: (membership) => this.#begin(membership),
      lost: () => this.#lose(),
      failed: (error) => this.#fail(error, 'belonging to the group'),
    });
    this.#watchdog = watch(
      () => ({ cursors: this.#tenure?.reading ?? [], isCutOff: this.#member.failures > 1 }),
      timing.stallMs,
      (cursor) => {
        const what =
          cursor === undefined
            ? `No broker has answered for group "${parts.group}"`
            : `Partition ${cursor.partition} of "${cursor.topic}" has stood still at offset ${cursor.offset}, with more to read,`;
        void this.#finish(stalled(what, parts.where.address, timing.stallMs / 1_000));
      },
    );
  }

  /** Handlers are called from now on. */
  start(): void {
    if (this.#leaving === undefined) void this.#member.run();
  }

  pause(partitions: readonly Place[]): void {
    for (const cursor of this.#cursors(partitions)) cursor.isPaused = true;
    this.#tenure?.wake();
  }

  resume(partitions: readonly Place[]): void {
    for (const cursor of this.#cursors(partitions)) cursor.isPaused = false;
    this.#tenure?.wake();
  }

  seek(position: Position): void {
    for (const cursor of this.#cursors([position])) cursor.seek(position.offset);
    this.#tenure?.wake();
  }

  async ends(): Promise<readonly EndSample[]> {
    const { brokers, clock, picture } = this.#parts;
    const tenure = this.#tenure;
    // Nothing is owned while the group shares out anew.
    if (tenure === undefined || this.#leaving !== undefined) return [];
    const samples: EndSample[] = [];
    let missing = tenure.places;
    for (let tries = 0; missing.length > 0; tries++) {
      const asked = clock();
      const { found, failure } = await listOffsets(brokers, picture, missing, { at: LATEST, withinMs: ENDS_MS }).catch(
        (error: unknown) => {
          throw faultOf(error, { what: 'asking for log ends' }, this.#parts.where);
        },
      );
      const answered = clock();
      for (const { topic, partition, offset, epoch } of found) {
        const isHeld = tenure.cursor(topic, partition)?.isHeld === true;
        samples.push({ topic, partition, asked, answered, end: offset, epoch, ...(isHeld ? { isHeld } : {}) });
      }
      if (this.#tenure !== tenure) return [];
      const known = new Set(found.map(({ topic, partition }) => partitionKey(topic, partition)));
      missing = missing.filter(({ topic, partition }) => !known.has(partitionKey(topic, partition)));
      if (missing.length === 0 || tries < ENDS_TRIES) continue;
      // The others' samples are good without these.
      if (samples.length > 0) return samples;
      throw faultOf(failure, { what: 'asking for log ends' }, this.#parts.where);
    }
    return samples;
  }

  async commit(generation: number, offsets: readonly Committed[]): Promise<CommitResult> {
    const tenure = this.#tenure;
    if (this.#leaving !== undefined || tenure?.generation !== generation) return 'refused';
    checkCommit(this.#parts.group, offsets, tenure.owned);
    try {
      const sent = await commitOnce(this.#parts.coordinator, tenure, offsets);
      if (sent !== 'fenced') return sent;
      this.#member.check();
      return 'refused';
    } catch (error) {
      throw faultOf(error, { what: 'committing', group: this.#parts.group, operation: 'Read' }, this.#parts.where);
    }
  }

  stop(): Promise<void> {
    return this.#finish(undefined);
  }

  #cursors(partitions: readonly Place[]) {
    return partitions.flatMap(({ topic, partition }) => this.#tenure?.cursor(topic, partition) ?? []);
  }

  #begin(membership: Membership): void {
    this.#tenure?.end();
    const tenure = new Tenure({
      ...this.#parts,
      membership,
      failed: (error) => {
        if (this.#tenure === tenure) this.#fail(error, 'reading');
      },
    });
    this.#tenure = tenure;
    void this.#start(tenure);
  }

  async #start(tenure: Tenure): Promise<void> {
    try {
      const partitions = await tenure.look();
      if (this.#tenure !== tenure) return;
      const starts = await this.#parts.handlers.assigned(tenure.generation, partitions);
      // A newer generation has made this answer void.
      if (this.#tenure === tenure) tenure.read(starts.filter(isPosition));
    } catch (error) {
      if (this.#tenure === tenure) this.#fail(error, 'preparing what was assigned');
    }
  }

  #lose(): void {
    this.#tenure?.end();
    this.#tenure = undefined;
  }

  #fail(error: unknown, what: string): void {
    const { group, where } = this.#parts;
    const isClients = error instanceof Error && (error.name.startsWith('KafkaJS') || error.name === 'ProtocolFailure');
    const cause =
      isClients || isPassing(error) ? faultOf(error, { what, group, operation: 'Read' }, where) : asError(error);
    void this.#finish(cause);
  }

  #finish(error: Error | undefined): Promise<void> {
    this.#leaving ??= this.#leave(error);
    return this.#leaving;
  }

  async #leave(error: Error | undefined): Promise<void> {
    this.#lose();
    this.#watchdog.stop();
    const { isJoining } = this.#member;
    this.#member.abandon();
    await leave({ ...this.#parts, memberId: this.#member.memberId, isBlocked: isJoining });
    this.#end(error);
  }
}

const ENDS_TRIES = 2;

function isPosition({ offset }: AssignedPartition | Position): boolean {
  return isOffset(offset);
}
