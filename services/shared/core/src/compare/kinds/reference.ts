// References: two are the same where what they point at is, whatever they are themselves.
import { parsePattern } from '../pattern.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { EMPTY_TEXT, type Judging, NUMBERS, type RuleFault, TEXTS } from './kind.ts';

/** The value at `path` is the id of a thing; `to` is where things carry theirs: the object that holds it is the thing. */
export interface ReferenceRule extends RuleTerms {
  readonly kind: 'reference';
  readonly path: string;
  readonly to: string;
}

export function referenceFaults({ to }: ReferenceRule): readonly RuleFault[] {
  if (parsePattern(to)?.at(-1)?.kind === 'name') return [];
  return [
    {
      key: 'to',
      what: `to is ${JSON.stringify(to)}`,
      allowed: 'a path that ends in the name of a member, such as /products/*/id: where the things carry their ids',
    },
  ];
}

/** Says only what may be related: the judgement needs both documents (referring.ts). */
export function referenceJudging({ name, severity }: ReferenceRule): Judging {
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS | TEXTS | EMPTY_TEXT,
    judge: () => undefined,
  };
}
