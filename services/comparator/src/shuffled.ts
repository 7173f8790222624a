// Reads shuffled topics for the joins: leaves out what a shuffler wrote twice, and takes the evidence of what was written
// from the source's ends, not from the shuffled topic's own.
import {
  type Batch,
  type EventLog,
  type Experiment,
  Fault,
  isShuffled,
  type Join,
  type JoinCut,
  type LogRecord,
  type PlannedShuffle,
  planShuffle,
  readsOwnTopics,
  refuseReplay,
  ShuffledSide,
  type Side,
} from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import { shuffleBehind, shuffleUpToDate } from './events.ts';
import { placeKey } from './sides.ts';
import { checkTopics } from './topics.ts';

/** A shuffler may be this late before it is told of. */
const LATE_MS = 10_000;
/** Answers in a row that a source ends before what was read of it: one may come from a broker that is catching up. */
const ENOUGH = 3;

export interface ShuffledAround {
  readonly log: Pick<EventLog, 'read' | 'extents' | 'ensureTopic' | 'topics' | 'address'>;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  /** Nothing is to be read beyond the ends. */
  readonly isComplete: boolean;
}

interface Opened {
  readonly join: Join;
  readonly side: Side;
  readonly state: ShuffledSide;
}

/** By source topic: the ends of its partitions. */
type SourceEnds = ReadonlyMap<string, readonly number[]>;

export class Shuffled {
  readonly #plan: readonly PlannedShuffle[];
  readonly #around: ShuffledAround;
  #opened: Opened[] = [];
  /** What is to be read until it is caught up, and where that will be in the shuffled topics, once it is known. */
  #until: { readonly sources: SourceEnds; readonly ends: ReadonlyMap<string, Record<Side, number>> } | undefined;
  readonly #isComplete: boolean;
  #shrunk = 0;
  readonly #firstTimes = new Map<string, Promise<number>>();
  readonly #late = new Set<string>();

  private constructor(plan: readonly PlannedShuffle[], around: ShuffledAround) {
    this.#plan = plan;
    this.#isComplete = around.isComplete;
    this.#around = around;
  }

  /**
   * Makes the shuffled topics where no shuffler has yet. `opening`: the same log, for what is asked before this resolves.
   * @throws Fault `topics-absent`, `shuffle-partitions`, `replay-shuffled`
   */
  static async open(
    experiment: Experiment,
    run: string,
    around: ShuffledAround,
    opening: ShuffledAround['log'] = around.log,
  ): Promise<Shuffled> {
    if (!isShuffled(experiment)) return new Shuffled([], around);
    if (!readsOwnTopics(run)) refuseReplay(experiment, run);
    const sources = experiment.outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate.topic]);
    const plan = planShuffle(experiment, await checkTopics(opening, sources));
    for (const { target, partitions, retentionMs } of plan)
      await opening.ensureTopic({ topic: target, partitions, timestamps: 'create', retentionMs });
    return new Shuffled(plan, around);
  }

  planOf(output: string, side: Side): PlannedShuffle | undefined {
    return this.#plan.find((one) => one.output === output && one.side === side);
  }

  /** When the source begins, by its first records; infinity where it has none. Epoch ms. */
  firstTime({ source }: PlannedShuffle): Promise<number> {
    const known = this.#firstTimes.get(source) ?? this.#readFirstTime(source);
    this.#firstTimes.set(source, known);
    return known;
  }

  async #readFirstTime(source: string): Promise<number> {
    let first = Number.POSITIVE_INFINITY;
    for (const { partition, start } of await this.#around.log.extents([source])) {
      const [record] = await this.#around.log.read(source, partition, start, 1);
      if (record !== undefined) first = Math.min(first, record.timestamp);
    }
    return first;
  }

  /** Joins of a new assignment; the older ones are no longer read. */
  assigned(opened: readonly { readonly join: Join; readonly cut: JoinCut | undefined }[]): void {
    this.#opened = opened.flatMap(({ join, cut }) =>
      this.#plan
        .filter(({ output }) => output === join.config.output)
        .map(({ side, source, target, sourcePartitions }) => {
          const state = new ShuffledSide(source, target, sourcePartitions, cut?.[side].sources);
          return { join, side, state };
        }),
    );
  }

  /**
   * Reads a batch for its join, up to `end`.
   * @throws Fault `not-shuffled`, `shuffle-source`, `source-grew`
   */
  read(join: Join, side: Side, batch: Batch, end: number, now: number): void {
    const state = this.#stateOf(join, side);
    for (const record of batch.records) {
      if (record.offset >= end) break;
      if (state === undefined) join.read(side, record, now);
      else this.#read(join, side, state, record, now);
    }
    join.advance(side, Math.min(batch.next, end), now);
    if (state !== undefined) this.#settle(join, side, state);
  }

  #read(join: Join, side: Side, state: ShuffledSide, record: LogRecord, now: number): void {
    const taken = state.take(record);
    const isNew = record.offset >= join.accounts[side].resumedAt;
    if (taken.kind === 'progress') {
      if (taken.isHeadLost) join.loseHead(side);
      if (isNew && (taken.isStruck || taken.lost > 0)) join.losses.lostBefore(side, taken.lost, now);
    } else if (taken.kind === 'event' || !isNew) {
      if (taken.kind === 'event') this.#checkWithin(state, taken.partition, taken.offset);
      // Below the position that was resumed from, the open set knows what was counted, of repeats too.
      join.read(side, record, now);
      return;
    }
    join.advance(side, record.offset + 1, now);
  }

  #settle(join: Join, side: Side, state: ShuffledSide): void {
    const { cursor } = join.evidence[side];
    // What is open below is still to be read again, though it was read before.
    if (cursor < join.accounts[side].resumedAt) return;
    const sample = state.reached();
    if (sample !== undefined) join.sample(side, { asked: sample.asked, answered: sample.answered, end: cursor });
    const { output, partition } = join.config;
    const ends = this.#until?.ends.get(placeKey(output, partition));
    const wanted = this.#until?.sources.get(state.source);
    if (ends?.[side] === Number.POSITIVE_INFINITY && wanted !== undefined && state.hasReached(wanted))
      ends[side] = cursor;
  }

  /** Asks how far the sources reach. @throws Fault `log-truncated` */
  async look(): Promise<void> {
    if (this.#plan.length === 0) return;
    const opened = this.#opened;
    const before = opened.map(({ state }) => state.next);
    const asked = this.#around.now();
    const sources = await this.#sourceEnds();
    const answered = this.#around.now();
    if (this.#opened !== opened) return;
    this.#checkEnds(opened, before, sources);
    if (this.#shrunk > 0) return;
    for (const { join, side, state } of opened) {
      state.sample({ asked, answered, ends: sources.get(state.source) ?? [] });
      this.#settle(join, side, state);
    }
    this.#tellLate(answered);
  }

  /** Where the shuffled sides end is known only when it has been read: until then, infinity. */
  async until(ends: ReadonlyMap<string, Record<Side, number>>): Promise<void> {
    if (this.#plan.length === 0) return;
    const sources = await this.#sourceEnds();
    for (const { output, side } of this.#plan) {
      for (const [key, known] of ends) if (key.startsWith(`${output}/`)) known[side] = Number.POSITIVE_INFINITY;
    }
    this.#until = { sources, ends };
    for (const { join, side, state } of this.#opened) this.#settle(join, side, state);
  }

  /** The join's cut, with what must be known of the sources at its positions. */
  cut(join: Join): JoinCut {
    const cut = join.cut();
    const own = this.#opened.filter((one) => one.join === join);
    if (own.length === 0) return cut;
    const sides = { legacy: cut.legacy, candidate: cut.candidate };
    for (const { side, state } of own) sides[side] = { ...cut[side], sources: state.next };
    return sides;
  }

  #stateOf(join: Join, side: Side): ShuffledSide | undefined {
    for (const one of this.#opened) if (one.join === join && one.side === side) return one.state;
    return undefined;
  }

  async #sourceEnds(): Promise<SourceEnds> {
    const ends = new Map<string, number[]>();
    for (const { topic, partition, end } of await this.#around.log.extents(this.#plan.map(({ source }) => source))) {
      const known = ends.get(topic) ?? [];
      known[partition] = end;
      ends.set(topic, known);
    }
    return ends;
  }

  #checkEnds(opened: readonly Opened[], before: readonly (readonly number[])[], sources: SourceEnds): void {
    const found = opened.findIndex(({ state }, i) =>
      before[i]?.some((next, partition) => (sources.get(state.source)?.[partition] ?? 0) < next),
    );
    this.#shrunk = found < 0 ? 0 : this.#shrunk + 1;
    if (this.#shrunk < ENOUGH) return;
    throw new Fault(
      `${opened[found]?.state.source} ends before what was shuffled of it: it was deleted and created anew, or lost records.`,
      {
        code: 'log-truncated',
        cure: "What was judged stays. Find out what happened to the topic; then delete the shuffled topic and the shuffler's consumer group, and begin anew with --forget.",
      },
    );
  }

  #checkWithin(state: ShuffledSide, partition: number, offset: number): void {
    const end = this.#isComplete ? this.#until?.sources.get(state.source)?.[partition] : undefined;
    if (end === undefined || offset < end) return;
    throw new Fault(`${state.source} has grown since its ends were taken as complete: offset ${offset} is new.`, {
      code: 'source-grew',
      cure: 'Stop who writes to it, or leave --complete out.',
    });
  }

  #tellLate(now: number): void {
    const { telemetry } = this.#around;
    for (const { source, target } of this.#plan) {
      const own = this.#opened.filter(({ state }) => state.target === target).map(({ state }) => state);
      const since = Math.min(...own.map(({ waitsSince }) => waitsSince ?? now));
      const behind = Math.max(0, ...own.map((state) => state.behind));
      const isLate = now - since >= LATE_MS;
      if (isLate === this.#late.has(target)) continue;
      if (isLate) this.#late.add(target);
      else this.#late.delete(target);
      telemetry.record(isLate ? shuffleBehind(source, target, behind, now - since) : shuffleUpToDate(source, target));
    }
  }
}
