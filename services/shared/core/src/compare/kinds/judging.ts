// The judging kinds by name: what each rule gives to the comparison, and what may be wrong with it.
import type { RuleSpec } from '../rules.ts';
import { betterFaults, betterJudging } from './better.ts';
import { bijectionJudging } from './bijection.ts';
import { coerceFaults, coerceJudging } from './coerce.ts';
import type { Judging, RuleFault } from './kind.ts';
import { knownFaults } from './known.ts';
import { nullishFaults, nullishJudging } from './nullish.ts';
import { referenceFaults, referenceJudging } from './reference.ts';
import { textFaults, textJudging } from './text.ts';
import { timeFaults, timeJudging } from './time.ts';
import { toleranceFaults, toleranceJudging } from './tolerance.ts';

/** undefined where the rule judges no values. Only for rules without faults. */
export function judgingOf(rule: RuleSpec): Judging | undefined {
  switch (rule.kind) {
    case 'tolerance':
      return toleranceJudging(rule);
    case 'nullish':
      return nullishJudging(rule);
    case 'bijection':
      return bijectionJudging(rule);
    case 'reference':
      return referenceJudging(rule);
    case 'time':
      return timeJudging(rule);
    case 'text':
      return textJudging(rule);
    case 'coerce':
      return coerceJudging(rule);
    case 'better':
      return betterJudging(rule);
    default:
      return undefined;
  }
}

/** None where the rule judges no values. */
export function judgingFaults(rule: RuleSpec): readonly RuleFault[] {
  switch (rule.kind) {
    case 'tolerance':
      return toleranceFaults(rule);
    case 'nullish':
      return nullishFaults(rule);
    case 'reference':
      return referenceFaults(rule);
    case 'time':
      return timeFaults(rule);
    case 'text':
      return textFaults(rule);
    case 'coerce':
      return coerceFaults(rule);
    case 'better':
      return betterFaults(rule);
    case 'known':
      return knownFaults(rule);
    default:
      return [];
  }
}
