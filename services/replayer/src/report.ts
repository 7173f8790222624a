// What a replay has done so far, and what it did in the end.
import type { Sessions } from './plan.ts';
import type { SendError } from './timing.ts';

export interface ReplayProgress {
  readonly inputs: { readonly fed: number; readonly total: number };
  readonly outputs: {
    readonly fed: number;
    /** Partitions whose next answer waits for inputs of its id. */
    readonly held: number;
    /** Answers to ids that are not replayed. */
    readonly notSelected: number;
    /** At most so many are looked at. */
    readonly total: number;
  };
  /** Records a second since feeding began. */
  readonly rate: number;
  /** undefined while it cannot be told. */
  readonly etaMs: number | undefined;
  /** By how much the last record came later than it was due, milliseconds; undefined where nothing is due at a time. */
  readonly lagMs: number | undefined;
  /** How late records were handed to the log so far. */
  readonly sendError: SendError | undefined;
}

export interface ReplayReport {
  readonly experiment: string;
  readonly run: string;
  /** `interrupted`: the next replay of the run goes on at the next record. */
  readonly state: 'fed' | 'interrupted';
  /** It went on with what was fed before. */
  readonly resumed: boolean;
  readonly pace: string;
  /**
   * `fed` counts what earlier lives of the run fed, too. `withoutId`: fed, but no answer can be found for them. `looked`:
   * recorded in the time asked for, chosen or not. `warming`: ids that warm the build up and are not judged.
   */
  readonly inputs: {
    readonly fed: number;
    readonly total: number;
    readonly ids: number;
    readonly withoutId: number;
    readonly looked: number;
    readonly warming: number;
  };
  readonly outputs: { readonly fed: number; readonly notSelected: number };
  /** Recorded time of the first and the last input, ISO 8601; null without any. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** Offsets the archive has lost within what was replayed. */
  readonly missing: number;
  /** Objects of the archive that were passed over in this life, because they are damaged or gone. */
  readonly damaged: number;
  /** Of this life of the run, milliseconds. */
  readonly elapsedMs: number;
  /** Of this life of the run, records a second. */
  readonly rate: number;
  /** Of all its lives, but for those that were killed: records, milliseconds of feeding, and records a second of these. */
  readonly whole: Sessions & { readonly rate: number };
  /** How late records were handed to the log; null where nothing was due at a time. */
  readonly sendError: SendError | null;
}
