// Ways to have nothing that count as the same: null, a missing member, and what is empty.
import type { RuleTerms } from '../rule-terms.ts';
import { EMPTY_CONTAINERS, EMPTY_TEXT, type Judging, MISSING, NULLS, type RuleFault, sortOf } from './kind.ts';

export type Nullish = 'null' | 'missing' | 'empty';

/** These ways to have nothing are the same; `empty` is `""`, `[]` and `{}`, which among themselves stay different. */
export interface NullishRule extends RuleTerms {
  readonly kind: 'nullish';
  readonly path: string;
  readonly same: readonly Nullish[];
}

const SORTS_OF: Readonly<Record<Nullish, number>> = {
  null: NULLS,
  missing: MISSING,
  empty: EMPTY_TEXT | EMPTY_CONTAINERS,
};

export function nullishFaults({ same }: NullishRule): readonly RuleFault[] {
  const distinct = new Set(same).size;
  if (distinct >= 2 && distinct === same.length) return [];
  const what = distinct < same.length ? 'the same word stands twice in same' : `same is ${JSON.stringify(same)}`;
  return [{ key: 'same', what, allowed: 'two or three of null, missing, empty' }];
}

export function nullishJudging({ name, severity, same }: NullishRule): Judging {
  const relates = same.reduce((sorts, word) => sorts | SORTS_OF[word], 0);
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates,
    judge: (legacy, one, candidate, other) => {
      const left = wayOf(sortOf(legacy, one));
      const right = wayOf(sortOf(candidate, other));
      // Of two empty values of different types neither is what the other stands for.
      return left !== right && (left & relates) !== 0 && (right & relates) !== 0 ? 'equivalent' : undefined;
    },
  };
}

/** All that is empty is one way to have nothing. */
function wayOf(sort: number): number {
  return (sort & SORTS_OF.empty) === 0 ? sort : SORTS_OF.empty;
}
