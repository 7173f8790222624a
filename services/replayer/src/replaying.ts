// What a replay is given, and what it gives.
import type {
  Archive,
  EventLog,
  Experiment,
  Means,
  NewRecord,
  RunTopics,
  StoreReader,
  StoreWriter,
} from '@parallax/core';
import type { Clock, CrashPoints, OnProblem, OpenedSchemas, Telemetry } from '@parallax/platform';
import type { Choice } from './choosing/choice.ts';
import type { ReplayerCrashPoint } from './crash-points.ts';
import type { Tempo } from './pace.ts';
import type { ReplayProgress, ReplayReport } from './report.ts';
import type { TargetOptions } from './targets.ts';

export interface ReplayPorts {
  readonly log: EventLog;
  readonly archive: Archive;
  readonly store: StoreWriter & Pick<StoreReader, 'query'>;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
  readonly crash?: CrashPoints<ReplayerCrashPoint>;
}

export interface ReplayOptions extends Tempo, TargetOptions {
  readonly experiment: Experiment;
  readonly run: string;
  /** Recorded time of the inputs, epoch ms: from, and up to but not including, to. */
  readonly from?: number;
  readonly to?: number;
  /** What inputs and answers may be written with, where they name schemas. */
  readonly schemas?: OpenedSchemas | undefined;
  /** What of it is fed; default: everything. */
  readonly choice?: Choice | undefined;
  /** Inputs of so much recorded time before `from` are fed, too; whatever has their ids is not judged. */
  readonly warmUpMs?: number | undefined;
  /** What ids are masked with, where the experiment's `privacy` says hmac. */
  readonly means?: Pick<Means, 'mac'> | undefined;
  /** What is tried, for people: a version, a commit. Default: the run's name. */
  readonly build?: string;
  /** Feeding begins once it resolves; default: at once. */
  readonly ready?: Promise<unknown>;
  /** Told of every input once it is in the log. `sentAt`: when it was handed over, wall ms. */
  readonly onInput?: ((input: NewRecord, sentAt: number) => void) | undefined;
  /** Told once of each object of the archive that is damaged or gone: it is passed over, and the report counts it. */
  readonly onDamage?: OnProblem | undefined;
  /** At most so many records are handed to the log and not acknowledged; default 1,200. */
  readonly roundRecords?: number;
}

export interface Replaying {
  readonly isResumed: boolean;
  /** Where it feeds, and where the build answers. */
  readonly topics: RunTopics;
  /** Which ids are judged, once it is known; undefined: all, or it was stopped before. */
  readonly judges: Promise<((id: string) => boolean) | undefined>;
  progress(): ReplayProgress;
  /** Resolves once everything is fed, or after stop(). The run stays open: others may have work left in it. */
  readonly done: Promise<ReplayReport>;
  /** Closes the run for good, once everything is fed. `more` is kept with the run's details. */
  finish(more?: object): Promise<void>;
  /** Ends after the round in flight; the next replay of the run goes on at the next record. Does nothing after finish(). */
  stop(): Promise<void>;
}
