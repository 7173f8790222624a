// What each rule has excused, and what may be wrong with it.
import { formatCount, type RuleUse } from '@parallax/core';
import { table } from './table.ts';

/** Rules listed one by one; with more, those that did something, and how many did not. */
const RULES = 20;

const REMARKS = {
  expired: 'has expired: what it named counts again',
  'never-met': 'no event had its place',
  'never-hit': 'nothing was excused by it',
  exception: 'keeps a wider rule from its places',
  'key-not-unique': 'its key does not tell all elements apart',
  'every-pair': 'excused something in every pair: is it too wide?',
} as const;

/** @param meant by the name of a rule, the place that differs and was probably meant */
export function ruleUseLines(
  rules: readonly RuleUse[],
  meant: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  if (rules.length === 0) return [];
  const few =
    rules.length <= RULES ? rules : rules.filter(({ places }) => places !== null && places > 0).slice(0, RULES);
  const rows = few.map(({ name, kind, places, pairs, remark }) => [
    name,
    kind,
    places ?? 'not counted',
    pairs ?? 'not counted',
    remark === undefined
      ? ''
      : `${REMARKS[remark]}${remark === 'never-met' && meant.has(name) ? `; ${meant.get(name)} differs: was that meant?` : ''}`,
  ]);
  const left = rules.filter((rule) => !few.includes(rule));
  const idle = left.filter(({ remark }) => remark === 'never-met').length;
  return [
    '',
    'What the rules excused:',
    ...(rows.length === 0 ? [] : [table(['rule', 'kind', 'places', 'pairs', ''], rows)]),
    ...(left.length === 0
      ? []
      : [`and ${formatCount(left.length, 'more rule')}, ${idle} of which no event had a place for (all with --json)`]),
  ];
}
