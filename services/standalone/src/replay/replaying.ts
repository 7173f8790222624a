// What a whole replay is given, and what it gives.
import type { ComparatorStats } from '@parallax/comparator';
import type {
  Archive,
  DivergenceStore,
  EventLog,
  Experiment,
  LoadStep,
  Means,
  RuleUse,
  VerdictReport,
} from '@parallax/core';
import type { Clock, OnProblem, OpenedSchemas, Telemetry } from '@parallax/platform';
import type { Choice, ReplayProgress, ReplayReport, TargetOptions, Tempo } from '@parallax/replayer';
import type { BuildSettings, StartBuild } from './build.ts';
import type { StoppedBy, StopRules } from './stop-rules.ts';

export interface ReplayRunPorts {
  readonly log: EventLog;
  readonly archive: Archive;
  /** With its tables made. */
  readonly store: DivergenceStore;
  /** Of the part with this name. */
  readonly telemetry: (part: 'replayer' | 'comparator') => Telemetry;
  readonly clock?: Clock;
}

export interface ReplayRunOptions extends Tempo, TargetOptions {
  readonly experiment: Experiment;
  readonly run: string;
  /** What values are masked with; needed where the experiment's `privacy` says hmac. */
  readonly means?: Means | undefined;
  /** What the records may be written with, where the experiment's formats name schemas. */
  readonly schemas?: OpenedSchemas | undefined;
  /** What of it is fed; default: everything. */
  readonly choice?: Choice | undefined;
  /** So much recorded time before `from` is fed, too, and not judged. */
  readonly warmUpMs?: number | undefined;
  /** Told once of each object of the archive that is damaged or gone: it is passed over, and the report counts it. */
  readonly onDamage?: OnProblem | undefined;
  /** When it pauses by itself. */
  readonly stopRules?: StopRules;
  /** Recorded time of the inputs, epoch ms: from, and up to but not including, to. */
  readonly from?: number;
  readonly to?: number;
  /** What is tried, for people: a version, a commit. Default: the run's name. */
  readonly build?: string;
  /** Starts the build; without it, somebody else starts one with {@link ReplayingRun.settings}. */
  readonly startBuild?: StartBuild;
}

export interface ReplayRunProgress {
  readonly fed: ReplayProgress;
  /** Inputs in the run's topic that the build has not committed yet. */
  readonly buildLag: number;
  /** The build has committed at least once. */
  readonly buildSeen: boolean;
  readonly compared: ComparatorStats;
}

export interface ReplayRunResult {
  /** `interrupted`: stopped before the end; the verdict is that of what was compared so far. */
  readonly state: 'finished' | 'interrupted';
  /** The stop rule that paused it. */
  readonly stoppedBy?: StoppedBy;
  /** What the build did with each rate of the ramp it was fed with. */
  readonly load?: readonly LoadStep[];
  readonly replay: ReplayReport;
  readonly verdict: VerdictReport;
  /** What each rule has excused in this session, in pairs whose bytes were not equal. */
  readonly rules: readonly RuleUse[];
}

export interface ReplayingRun {
  readonly settings: BuildSettings;
  readonly isResumed: boolean;
  progress(): ReplayRunProgress;
  readonly done: Promise<ReplayRunResult>;
  /** Ends everything in order; resolves once it has. */
  stop(): Promise<void>;
}
