// Which of several events of an id belong together: by how often the sides agree under each way to pick them.
import { compareContents } from '../compare/compare.ts';
import { compilePlan } from '../compare/plan.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { Pick } from '../experiment/experiment.ts';
import { WHOLE_VALUE } from './differing.ts';
import type { Matched } from './matching.ts';
import type { GuessedFormat } from './payloads.ts';

export interface Picking {
  /** Ids with several events on a side. */
  readonly several: number;
  /** Of these, ids with as many events on one side as on the other. */
  readonly evenly: number;
  /** Of these ids, how many agree under each; `last` with counts ignored. */
  readonly agreeing: Readonly<Record<'sequence' | 'set' | 'last', number>>;
  readonly proposed: Pick;
}

const LOOKED_AT = 500;
const LEAST = 20;

export function pickingOf(matched: readonly Matched[], rules: readonly RuleSpec[], format: GuessedFormat): Picking {
  const several = matched.filter(({ legacy, candidate }) => legacy.length > 1 || candidate.length > 1);
  const agreeing = { sequence: 0, set: 0, last: 0 };
  const looked = several.slice(0, LOOKED_AT);
  for (const pick of ['sequence', 'set', 'last'] as const) {
    const counts = pick === 'last' ? 'ignore' : 'compare';
    const formats = { legacy: format, candidate: format };
    const plan = compilePlan({ ...WHOLE_VALUE, format: formats, pick, counts, rules });
    for (const { legacy, candidate } of looked) {
      const { kind } = compareContents(legacy, candidate, plan);
      if (kind === 'match' || kind === 'equivalent') agreeing[pick]++;
    }
  }
  const all = looked.length;
  const inAnyOrder = all >= LEAST && agreeing.set >= 0.95 * all && agreeing.sequence < 0.8 * all;
  return {
    several: several.length,
    evenly: several.filter(({ legacy, candidate }) => legacy.length === candidate.length).length,
    agreeing,
    proposed: inAnyOrder ? 'set' : 'sequence',
  };
}
