// An experiment as the rest of the code sees it: checked, defaults filled in, units resolved.
import type { PrivacySpec } from '../compare/privacy.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { Correlation, Source } from '../envelope/source.ts';
import type { Outcome } from '../outcome.ts';

/** Where the move stands. Information for readers; nothing is switched by it. */
export type Phase = 'shadow' | 'pilot' | 'switched' | 'retired';

/** How the compared part of a payload is read. */
export type Format = 'json' | 'text' | 'bytes' | 'avro' | 'cloudevents' | 'auto';

/** How a record's key is read, for ids and to be compared; `auto`: Avro where it names a schema, else text. */
export type KeyFormat = 'text' | 'avro' | 'auto';

/** Which of several events of one side are compared: all in order, all without order, the last, or the first. */
export type Pick = 'sequence' | 'set' | 'last' | 'first';

/** Whether, under `last` and `first`, unequal numbers of events are a difference. */
export type Counts = 'compare' | 'ignore';

/** What is read of the input is its ids. */
export interface InputPlan {
  readonly topic: string;
  readonly correlation: Correlation;
  readonly format: Format;
  readonly keyFormat?: KeyFormat;
  readonly registry?: string;
  readonly schemas?: readonly string[];
}

/** One side of one output. */
export interface OutputSide {
  readonly topic: string;
  readonly correlation: Correlation;
  readonly format: Format;
  /** Absent: as `format` lets one expect, `auto` where values name schemas, else `text`. */
  readonly keyFormat?: KeyFormat;
  /** Segments of the place in the payload that is compared; absent: the whole payload. Correlation and type see the whole. */
  readonly select?: readonly string[];
  /** Address of the schema registry its records name their schemas by. */
  readonly registry?: string;
  /** Files of Avro schemas, as the experiment file names them. */
  readonly schemas?: readonly string[];
  /** The topic is keyed anew by the id, into one of Parallax's own, which is read instead. */
  readonly shuffle?: true;
}

export interface OutputPlan {
  /** Name in rows and screens: {@link DEFAULT_OUTPUT} where the file says `topic:`. */
  readonly output: string;
  readonly legacy: OutputSide;
  readonly candidate: OutputSide;
  /** The output of a second instance of the legacy system. */
  readonly twin?: OutputSide;
}

/** What the candidate reads, and with which consumer group: evidence of what it has consumed. */
export interface CandidatePlan {
  readonly input?: string;
  readonly group?: string;
}

export interface ComparedParts {
  readonly value: boolean;
  readonly key: boolean;
  /** Names of the headers compared, exact. */
  readonly headers: readonly string[];
}

export interface Window {
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly lateMs: number;
  readonly outageMs: number;
  readonly maxOutageMs: number;
  readonly pick: Pick;
  readonly counts: Counts;
}

export interface Budgets {
  /** Payload bytes held for open pairs by one process. */
  readonly openBytes: number;
  /** Differences kept of one pair; the outcome is not affected. */
  readonly differencesPerPair: number;
  /** A larger payload is not compared: inconclusive. */
  readonly payloadBytes: number;
  /** A deeper document is not compared: inconclusive. */
  readonly depth: number;
}

export interface Criteria {
  /** Least share of agreed and accepted among the decided pairs, 0 to 1; 1 where the file says nothing. */
  readonly parity: number;
  /** Largest share of undecided pairs, 0 to 1. */
  readonly undecided: number;
  /** The file has a `criteria` section: someone agreed to these numbers. */
  readonly stated: boolean;
}

/** Two events and what must come of comparing them under the rules. */
export interface RuleTest {
  readonly name: string;
  /** JSON text. */
  readonly legacy: string;
  readonly candidate: string;
  /** Event type. */
  readonly type: string;
  readonly outcome: Exclude<Outcome, 'missing-legacy' | 'missing-candidate'>;
}

export interface Experiment {
  readonly name: string;
  readonly question?: string;
  readonly owner?: string;
  readonly phase: Phase;
  /** Where an event's type is read; absent: all events are of one type, ''. */
  readonly type?: Source;
  readonly input?: InputPlan;
  /** At least one, in the order of the legacy side. */
  readonly outputs: readonly OutputPlan[];
  readonly candidate: CandidatePlan;
  readonly compare: ComparedParts;
  readonly window: Window;
  readonly rules: readonly RuleSpec[];
  /** What the rules must make of two events; absent: none. */
  readonly tests?: readonly RuleTest[];
  /** What may be stored and shown of values; absent: all. */
  readonly privacy?: PrivacySpec;
  readonly budgets: Budgets;
  readonly criteria: Criteria;
}

/** Name of the only output where the file says `topic:` instead of `outputs:`. */
export const DEFAULT_OUTPUT = 'default';
