// What must hold for any two payloads under any rules: no crash, no hang, nothing different called equal, both ways of
// comparing agree, and which side is which makes no difference.
import {
  type ComparePlan,
  type Comparison,
  compareContents,
  compareWith,
  compilePlan,
  type RuleSpec,
} from '@parallax/core';
import { identical, Oracle } from '../oracle/same.ts';
import { type Reading, read } from '../oracle/value.ts';
import type { BytePair } from './pairs.ts';

export type Failure =
  | 'crash'
  | 'hang'
  | 'different called equal'
  | 'equal called different'
  | 'broken called readable'
  | 'walk and full comparison disagree'
  | 'sides matter'
  | 'not the same twice';

export interface Found {
  readonly failure: Failure;
  /** Name of the rules. */
  readonly rules: string;
  readonly detail: string;
}

/** A pair may take this long, unless it ends inconclusive. */
const LONGEST_MS = 50;
/** Larger documents are beyond an oracle that tries everything. */
const ORACLE_BYTES = 2_000;
const ORACLE_DEPTH = 12;
/** One pair in so many is compared twice. */
const AGAIN = 8;

/** Rules that mean the same whichever side is which. */
export const RULES: Readonly<Record<string, readonly RuleSpec[]>> = {
  strict: [],
  ignoring: [{ kind: 'ignore', name: 'ts', paths: ['/**/ts', '/b'] }],
  rich: [
    { kind: 'ignore', name: 'ts', paths: ['/**/ts', '/**/name'] },
    { kind: 'tolerance', name: 'near', path: '/near/**', absolute: 1, relative: 0.01 },
    { kind: 'tolerance', name: 'price', path: '/**/price', absolute: 0.5 },
    { kind: 'unordered', name: 'all', path: '/**' },
    { kind: 'unordered', name: 'by id', path: '/items', key: ['/id'] },
    { kind: 'nullish', name: 'nothing', path: '/**/c', same: ['null', 'missing', 'empty'] },
  ],
};

interface Contest {
  readonly name: string;
  readonly plan: ComparePlan;
  readonly oracle: Oracle | undefined;
}

export class Checker {
  /** The slowest pair that came to a conclusion: milliseconds of CPU, and how it was made. */
  slowest = { ms: 0, by: '', rules: '' };
  readonly outcomes = new Map<string, number>();
  private readonly contests: readonly Contest[];
  private pairs = 0;

  constructor(rules: Readonly<Record<string, readonly RuleSpec[]>> = RULES) {
    this.contests = Object.entries(rules).map(([name, list]) => ({
      name,
      plan: planOf(list),
      oracle: list.length === 0 ? undefined : new Oracle(list),
    }));
  }

  /** Under all rules; the first thing that is wrong. */
  check(pair: BytePair): Found | undefined {
    const readings: readonly [Reading, Reading] = [read(pair.legacy), read(pair.candidate)];
    this.pairs++;
    // What cannot be read is refused before any rule is asked.
    const isReadable = readings.every(({ kind }) => kind === 'value');
    for (const [i, contest] of this.contests.entries()) {
      if (!isReadable && i !== this.pairs % this.contests.length) continue;
      const found = this.under(contest, pair, readings);
      if (found !== undefined) return { rules: contest.name, ...found };
    }
    return undefined;
  }

  private under(
    { name, plan, oracle }: Contest,
    pair: BytePair,
    readings: readonly [Reading, Reading],
  ): Omit<Found, 'rules'> | undefined {
    const [one, other] = [content(pair.legacy), content(pair.candidate)];
    const compare = (): Comparison => compareContents(one, other, plan);
    let walked: Comparison;
    let full: Comparison;
    let turned: Comparison;
    const began = performance.now();
    let ms: number;
    try {
      walked = compare();
      ms = performance.now() - began;
      full = compareWith(one, other, plan, '', false);
      turned = compareContents(other, one, plan);
    } catch (error) {
      return { failure: 'crash', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    this.outcomes.set(`${name}: ${walked.kind}`, (this.outcomes.get(`${name}: ${walked.kind}`) ?? 0) + 1);
    if (walked.kind !== 'inconclusive') {
      if (ms > LONGEST_MS) ms = alone(compare);
      if (ms > this.slowest.ms) this.slowest = { ms, by: pair.by, rules: name };
      if (ms > LONGEST_MS) return { failure: 'hang', detail: `${ms.toFixed(0)} ms of CPU, the best of three` };
    }
    const text = JSON.stringify(walked);
    if (text !== JSON.stringify(full))
      return { failure: 'walk and full comparison disagree', detail: `${text} and ${JSON.stringify(full)}` };
    if (this.pairs % AGAIN === 0 && text !== JSON.stringify(compare()))
      return { failure: 'not the same twice', detail: text };
    if (turned.kind !== walked.kind)
      return { failure: 'sides matter', detail: `${text} and ${JSON.stringify(turned)}` };
    return judged(walked, text, pair, readings, oracle);
  }
}

function judged(
  comparison: Comparison,
  text: string,
  { legacy, candidate }: BytePair,
  [one, other]: readonly [Reading, Reading],
  oracle: Oracle | undefined,
): Omit<Found, 'rules'> | undefined {
  const { kind } = comparison;
  const agreed = kind === 'match' || kind === 'equivalent';
  const sameBytes = legacy.length === candidate.length && legacy.every((byte, i) => byte === candidate[i]);
  if (sameBytes) return kind === 'match' ? undefined : { failure: 'equal called different', detail: text };
  if (one.kind !== 'value' || other.kind !== 'value') {
    return kind === 'inconclusive' ? undefined : { failure: 'broken called readable', detail: text };
  }
  if (kind === 'inconclusive') return undefined;
  const same = identical(one.value, other.value);
  if (same !== (kind === 'match')) {
    if (same) return { failure: 'equal called different', detail: text };
    if (kind === 'match' || oracle === undefined) return { failure: 'different called equal', detail: text };
  }
  if (same || oracle === undefined) return undefined;
  const isBeyond =
    Math.max(legacy.length, candidate.length) > ORACLE_BYTES || Math.max(one.depth, other.depth) > ORACLE_DEPTH;
  if (isBeyond || oracle.same(one.value, other.value) === agreed) return undefined;
  return { failure: agreed ? 'different called equal' : 'equal called different', detail: text };
}

/** The machine may have been busy with something else: the least CPU of three more tries, in milliseconds. */
function alone(call: () => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const before = process.threadCpuUsage();
    call();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

function planOf(rules: readonly RuleSpec[]): ComparePlan {
  return compilePlan({
    output: 'fuzz',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'sequence',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 100, payloadBytes: 64 * 1024 * 1024, depth: 10_000 },
  });
}

function content(value: Uint8Array) {
  return [{ key: null, value, headers: [] }];
}
