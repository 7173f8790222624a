// What is wrong with an experiment file, one entry per place.

export type ExperimentFaultCode =
  | 'yaml'
  | 'unknown-key'
  | 'not-built-yet'
  | 'missing-key'
  | 'bad-value'
  | 'contradiction';

export interface ExperimentFault {
  readonly code: ExperimentFaultCode;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** `window.settle`, `rules[2].tolerance.path`; '' is the whole file. */
  readonly key: string;
  /** What is wrong, as a sentence. */
  readonly message: string;
  /** As written, abbreviated; absent where nothing was written. */
  readonly value?: string;
  /** What would be accepted there. */
  readonly allowed?: string;
  /** What to do next, as a sentence. */
  readonly cure?: string;
}
