// What must hold for any two payloads under any rules: no crash, no hang, nothing different called equal, both ways of
// comparing agree, and which side is which makes no difference.

import { type ComparePlan, type Comparison, compareContents, compareWith, type RuleSpec } from '@parallax/core';
import { identical, Oracle } from '../oracle/same.ts';
import { type Reading, read } from '../oracle/value.ts';
import { plainPlan } from '../plain-plan.ts';
import type { BytePair } from './pairs.ts';
import { RULE_SETS, type RuleSet } from './rule-sets.ts';
import { CpuWatch } from './watch.ts';

export type Failure =
  | 'crash'
  | 'hang'
  | 'different called equal'
  | 'equal called different'
  | 'broken called readable'
  | 'readable called broken'
  | 'walk and full comparison disagree'
  | 'sides matter'
  | 'not the same twice';

export interface Found {
  readonly failure: Failure;
  /** Name of the rules. */
  readonly rules: string;
  readonly detail: string;
}

/** Larger documents are beyond an oracle that tries everything. */
const ORACLE_BYTES = 2_000;
const ORACLE_DEPTH = 12;
/** One pair in so many is compared twice. */
const AGAIN = 8;

interface Contest {
  readonly name: string;
  readonly set: RuleSet;
  readonly plan: ComparePlan;
  readonly turned: ComparePlan | undefined;
  /** Absent: what agrees under the rules cannot be told. */
  readonly oracle: Oracle | undefined;
}

export class Checker {
  readonly watch = new CpuWatch();
  readonly outcomes = new Map<string, number>();
  private readonly contests: readonly Contest[];
  private pairs = 0;

  constructor(sets: Readonly<Record<string, RuleSet>> = RULE_SETS) {
    this.contests = Object.entries(sets).map(([name, set]) => {
      const { rules, isJudged, turned } = set;
      const plan = planOf(rules);
      return {
        name,
        set,
        plan,
        turned: turned === rules ? plan : turned === undefined ? undefined : planOf(turned),
        oracle: isJudged ? new Oracle(rules) : undefined,
      };
    });
  }

  /**
   * Under the first rules and one of the others, in turn; what was made to be hard, under all. The first thing that is
   * wrong.
   */
  check(pair: BytePair): Found | undefined {
    const readings: readonly [Reading, Reading] = [read(pair.legacy), read(pair.candidate)];
    this.pairs++;
    // What cannot be read is refused before any rule is asked.
    const isReadable = readings.every(({ kind }) => kind === 'value');
    const others = this.contests.length - 1;
    for (const [i, contest] of this.contests.entries()) {
      const isNext =
        pair.under === undefined ? others > 0 && i === 1 + (this.pairs % others) : pair.under === contest.name;
      if (!pair.isHard && !(isReadable && i === 0) && !isNext && others > 0) continue;
      const found = this.under(contest, pair, readings);
      if (found !== undefined) return { rules: contest.name, ...found };
    }
    return undefined;
  }

  private under(
    { name, plan, turned, oracle, set }: Contest,
    pair: BytePair,
    readings: readonly [Reading, Reading],
  ): Omit<Found, 'rules'> | undefined {
    const [one, other] = [content(pair.legacy), content(pair.candidate)];
    const compare = (): Comparison => compareContents(one, other, plan);
    let walked: Comparison;
    let full: Comparison;
    let back: Comparison | undefined;
    try {
      walked = this.watch.timed(compare);
      full = compareWith(one, other, plan, '', false);
      back = turned === undefined ? undefined : compareContents(other, one, turned);
    } catch (error) {
      return { failure: 'crash', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    const outcome = `${name}: ${walked.kind}`;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    const hang = walked.kind === 'inconclusive' ? undefined : this.watch.hang(`${pair.by}, ${name} rules`, compare);
    if (hang !== undefined) return { failure: 'hang', detail: hang };
    const text = JSON.stringify(walked);
    if (text !== JSON.stringify(full))
      return { failure: 'walk and full comparison disagree', detail: `${text} and ${JSON.stringify(full)}` };
    if (this.pairs % AGAIN === 0 && text !== JSON.stringify(compare()))
      return { failure: 'not the same twice', detail: text };
    if (back !== undefined && back.kind !== walked.kind)
      return { failure: 'sides matter', detail: `${text} and ${JSON.stringify(back)}` };
    return judged(walked, text, pair, readings, oracle, set);
  }
}

function judged(
  comparison: Comparison,
  text: string,
  { legacy, candidate }: BytePair,
  [one, other]: readonly [Reading, Reading],
  oracle: Oracle | undefined,
  { rules, makesAnew = false }: RuleSet,
): Omit<Found, 'rules'> | undefined {
  const { kind } = comparison;
  const sameBytes = legacy.length === candidate.length && legacy.every((byte, i) => byte === candidate[i]);
  if (sameBytes && !makesAnew)
    return kind === 'match' ? undefined : { failure: 'equal called different', detail: text };
  if (one.kind !== 'value' || other.kind !== 'value') {
    return kind === 'inconclusive' ? undefined : { failure: 'broken called readable', detail: text };
  }
  if (kind === 'inconclusive') return undefined;
  const same = identical(one.value, other.value);
  if (same && kind !== 'match') return makesAnew ? undefined : { failure: 'equal called different', detail: text };
  const agreed = kind !== 'mismatch';
  if (!same && (kind === 'match' || (agreed && rules.length === 0)))
    return { failure: 'different called equal', detail: text };
  if (same || oracle === undefined) return undefined;
  const isBeyond =
    Math.max(legacy.length, candidate.length) > ORACLE_BYTES || Math.max(one.depth, other.depth) > ORACLE_DEPTH;
  const expected = isBeyond ? undefined : oracle.same(one.value, other.value);
  if (expected === undefined || expected === agreed) return undefined;
  return { failure: agreed ? 'different called equal' : 'equal called different', detail: text };
}

function planOf(rules: readonly RuleSpec[]): ComparePlan {
  return plainPlan('fuzz', rules);
}

function content(value: Uint8Array) {
  return [{ key: null, value, headers: [] }];
}
