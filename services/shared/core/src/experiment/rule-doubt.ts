// What may be wrong with a rule that is sound.
import type { ExperimentFaultCode } from './faults.ts';

export interface RuleDoubt {
  readonly code: ExperimentFaultCode;
  /** Its place in the list. */
  readonly rule: number;
  readonly message: string;
  readonly cure: string;
}
