// What came of one seed.
import type { Damage } from './logs.ts';

export interface ComparatorSimulation {
  readonly seed: number;
  readonly pairs: number;
  readonly steps: number;
  /** Processes that died or stood still. */
  readonly crashes: number;
  readonly damage: Damage;
  /** A log had lost what was read of it, which ended everything. */
  readonly halted: boolean;
  /** Inconclusive rows that stayed, other than for want of memory. */
  readonly undecided: number;
  /** Events the last process opened again that could not be read at first. */
  readonly reopened: number;
  /** What differs from the oracle; empty when all is well. */
  readonly failures: readonly string[];
}
