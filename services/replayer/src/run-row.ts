// The run's row in the store: what was replayed, how, and how it stands.
import {
  buildGroupOfRun,
  digestBytes,
  type Experiment,
  type RunRow,
  type RunTopics,
  replayerGroup,
} from '@parallax/core';
import { type Choice, describeChoice } from './choosing/choice.ts';
import type { Terms } from './plan.ts';
import type { ReplayReport } from './report.ts';

/** JSON of a replay's `details`; fields may be added. */
export interface ReplayDetails {
  readonly source: string;
  /** Recorded time asked for, ISO 8601; null: no bound. */
  readonly from: string | null;
  readonly to: string | null;
  readonly pace: string;
  /** Digest of what the experiment says about comparing when the run was last begun: the same for the same rules. */
  readonly rules: string;
  /** What of it, in words; null: everything. */
  readonly chosen: string | null;
  readonly choice: Choice | null;
  /** Recorded time before `from` that warmed the build up, milliseconds. */
  readonly warmUpMs: number;
  /** Every topic and group that belongs to the run alone. */
  readonly topics: readonly string[];
  readonly groups: readonly string[];
  readonly fed?: Omit<ReplayReport, 'experiment' | 'run' | 'pace' | 'whole'> & Partial<Pick<ReplayReport, 'whole'>>;
}

export interface RowSubject {
  readonly experiment: Experiment;
  readonly run: string;
  readonly topics: RunTopics;
  readonly pace: string;
  readonly build: string;
  readonly started: number;
  readonly time: { readonly from?: number; readonly to?: number };
  readonly terms: Terms;
}

/** Revisions of one opening of the run, and few enough of them to fit. */
const REVISIONS = 1_000_000;

export class RunRows {
  readonly #subject: RowSubject;
  #revision: number;

  /** `generation` rises with every opening of the run, so that a later life's rows replace an earlier one's. */
  constructor(subject: RowSubject, generation: number) {
    this.#subject = subject;
    this.#revision = generation * REVISIONS;
  }

  next(state: RunRow['state'], ended: number | null, report: ReplayReport | undefined, more: object = {}): RunRow {
    const { experiment, run, topics, pace, build, started, time, terms } = this.#subject;
    this.#revision += 1;
    const details: ReplayDetails = {
      source: topics.input.source,
      from: iso(time.from),
      to: iso(time.to),
      pace,
      rules: rulesDigest(experiment),
      chosen: describeChoice(terms.choice) ?? null,
      choice: terms.choice ?? null,
      warmUpMs: terms.warmUpMs ?? 0,
      topics: [
        topics.input.topic,
        ...topics.outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate]),
        ...(terms.kept === undefined ? [] : [terms.kept.topic]),
      ],
      groups: [buildGroupOfRun(experiment, run), replayerGroup(experiment.name, run)],
      ...(report === undefined ? {} : { fed: factsOf(report) }),
      ...more,
    };
    return {
      experiment: experiment.name,
      run,
      kind: 'replay',
      build,
      details: JSON.stringify(details),
      state,
      started,
      ended,
      revision: this.#revision,
    };
  }
}

function rulesDigest({ rules, compare, window: { pick, counts }, outputs, privacy }: Experiment): string {
  return digestBytes(Buffer.from(JSON.stringify({ rules, compare, pick, counts, outputs, privacy }))).slice(0, 12);
}

function factsOf(report: ReplayReport): NonNullable<ReplayDetails['fed']> {
  const { experiment: _experiment, run: _run, pace: _pace, ...facts } = report;
  return facts;
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}
