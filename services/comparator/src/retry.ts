// A retry: of the events the last cut counts as unreadable, those selected are open again, so that the join reads them from
// the log once more, under the experiment as it is now. It is in force with the first cut that is committed: a crash before
// that leaves everything as it was, a crash after it leaves them open, and any later start reads them.
import {
  type AssignedPartition,
  type EventLog,
  Fault,
  type JoinCut,
  type Position,
  type Reopened,
  reopenUnread,
  SIDES,
  type Side,
  type UnreadColumn,
} from '@parallax/core';
import type { CrashPoints, Telemetry } from '@parallax/platform';
import type { ComparatorCrashPoint } from './crash-points.ts';
import { eventsReopened } from './events.ts';
import type { PartitionPair } from './sides.ts';

export interface RetrySelection {
  readonly sides: readonly Side[];
  readonly columns: readonly UnreadColumn[];
  /** Absent: all. */
  readonly outputs?: readonly string[];
  /** Only events at or after the first with this timestamp, epoch ms, in their partition. */
  readonly since?: number;
}

export interface Retried {
  /** Events opened again. */
  readonly reopened: number;
  /** Selected ones that were not: the log no longer has them, or they lie too far back to be known one by one. */
  readonly left: number;
}

export interface RetryAround {
  readonly telemetry: Telemetry;
  readonly crash?: CrashPoints<ComparatorCrashPoint>;
}

export class Retry {
  readonly #selection: RetrySelection;
  readonly #around: RetryAround;
  #since = new Map<string, Promise<readonly Position[]>>();
  #reopened = 0;
  #left = 0;

  constructor(selection: RetrySelection, around: RetryAround) {
    this.#selection = selection;
    this.#around = around;
  }

  /**
   * A new assignment forgets what was not committed in the one before.
   * @throws Fault `retry-needs-all`: another comparator of the run has partitions of its own; `nothing-to-retry`: nothing
   * was ever committed in it
   */
  async begin(
    log: Pick<EventLog, 'extents'>,
    topics: readonly string[],
    assigned: readonly AssignedPartition[],
  ): Promise<void> {
    this.#reopened = 0;
    this.#left = 0;
    this.#since = new Map();
    const all = (await log.extents(topics)).length;
    if (assigned.length === all) {
      if (assigned.some(({ committed }) => committed !== undefined)) return;
      throw new Fault('No comparator has committed anything in this run, so there is nothing to read again', {
        code: 'nothing-to-retry',
        cure: 'Start it with the mended file: it reads everything for the first time. Of a replay, name the run with --run.',
      });
    }
    throw new Fault(
      `Another comparator of this run is at work: ${all - assigned.length} of ${all} partitions are not ours`,
      {
        code: 'retry-needs-all',
        cure: 'Stop it, retry, then start it again with the same experiment file.',
      },
    );
  }

  async reopen(log: Pick<EventLog, 'offsetsAt'>, pair: PartitionPair, cut: JoinCut): Promise<JoinCut> {
    const { outputs } = this.#selection;
    if (outputs !== undefined && !outputs.includes(pair.output.output)) return cut;
    const sides = { legacy: cut.legacy, candidate: cut.candidate };
    for (const side of SIDES) {
      if (!this.#selection.sides.includes(side)) continue;
      const { cut: after, events, left } = await this.#reopenSide(log, pair, side, cut);
      sides[side] = after;
      this.#reopened += events;
      this.#left += left;
    }
    return sides;
  }

  /** All partitions have been gone through. */
  end(): void {
    const { telemetry, crash } = this.#around;
    telemetry.record(eventsReopened(this.#reopened, this.#left));
    crash?.reach('comparator.after-reopened');
  }

  get retried(): Retried {
    return { reopened: this.#reopened, left: this.#left };
  }

  async #reopenSide(
    log: Pick<EventLog, 'offsetsAt'>,
    pair: PartitionPair,
    side: Side,
    cut: JoinCut,
  ): Promise<Reopened> {
    const { columns, since } = this.#selection;
    const { topic, partition, start } = pair[side];
    if (since === undefined) return reopenUnread(cut[side], { columns, from: start });
    const found = this.#since.get(topic) ?? log.offsetsAt(topic, since);
    this.#since.set(topic, found);
    const offset = (await found).find((position) => position.partition === partition)?.offset ?? start;
    const reopened = reopenUnread(cut[side], { columns, from: Math.max(start, offset) });
    // What is older was not asked for, so it is not told as left.
    return offset > start ? { ...reopened, left: 0 } : reopened;
  }
}
