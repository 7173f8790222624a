// What a comparator is given, and what it gives.
import type { DivergenceStore, EventLog, Experiment, Means, RuleUse } from '@parallax/core';
import type { Clock, CrashPoints, OpenedSchemas, Telemetry } from '@parallax/platform';
import type { InputWatched } from './consumed.ts';
import type { ComparatorCrashPoint } from './crash-points.ts';
import type { Retried, RetrySelection } from './retry.ts';
import type { From } from './start.ts';
import type { ComparatorStats } from './stats.ts';

export interface ComparatorPorts {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
  /** For tests; default: none. */
  readonly crash?: CrashPoints<ComparatorCrashPoint>;
  /** Once aborted, a start waits no longer for a log that does not answer. */
  readonly stopping?: AbortSignal;
}

export interface ComparatorOptions {
  readonly experiment: Experiment;
  /** `live`, or the name of a replay. */
  readonly run: string;
  /** Where a topic of the experiment is found in this run; default: under its own name. */
  readonly topicOf?: (topic: string) => string;
  /** What the candidate reads and with which group; default: what the experiment says. */
  readonly input?: InputWatched;
  /** What values are masked with; needed where the experiment's `privacy` says hmac. */
  readonly means?: Means | undefined;
  /** What the records may be written with, where the experiment's formats name schemas. */
  readonly schemas?: OpenedSchemas | undefined;
  /** Reads events again that could not be read before; all partitions of the run must be this comparator's. */
  readonly retry?: RetrySelection;
  /** Where to begin without a checkpoint. */
  readonly from?: From;
  /**
   * What both logs hold when {@link Comparing.caughtUp} is called is all there is: nothing is read before that nor
   * beyond it, and nothing waits.
   */
  readonly complete?: boolean;
  readonly pace?: Partial<Pace>;
  /** What a commit may carry beside each offset; default and most: 4096. */
  readonly metadataBytes?: number;
}

/** How often the log ends are asked for, due work is done, and a cut is committed. Milliseconds. */
export interface Pace {
  readonly sampleMs: number;
  readonly workMs: number;
  readonly cutMs: number;
}

export interface RetryReport extends Retried {
  /** Events read again that still have no id. */
  readonly unread: number;
}

export interface Comparing {
  /**
   * Resolves once everything both logs held when it was called is judged, or provably waits for a side that is out:
   * then it is shown as provisional. All of it is written and committed.
   */
  caughtUp(): Promise<ComparatorStats>;
  stats(): ComparatorStats;
  /**
   * What each rule has excused since this began, in pairs whose bytes were not equal. `seesAll`: there were no others, so
   * that a rule that excused something in every pair can be told.
   */
  rules(seesAll?: boolean): readonly RuleUse[];
  /** What became of the events of `retry`, once partitions are assigned. */
  retried(): RetryReport;
  /** Resolves when comparing has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  /**
   * Stops reading, writes what is judged, commits a last cut, and leaves. What the store or the log does not take now
   * is done again at the next start.
   */
  stop(): Promise<void>;
}

export function comparatorGroup(experiment: string, run: string): string {
  return `parallax.${experiment}.${run}.comparator`;
}

export function paceFor(settleMs: number): Pace {
  const within = (low: number, high: number) => Math.min(high, Math.max(low, settleMs / 4));
  return { sampleMs: within(50, 1000), workMs: within(20, 100), cutMs: 1000 };
}

/** What the experiment says of the candidate's reading; undefined where it does not name a group. */
export function watchedInput({ candidate, input }: Experiment): InputWatched | undefined {
  const topic = candidate.input ?? input?.topic;
  return candidate.group === undefined || topic === undefined ? undefined : { topic, group: candidate.group };
}
