// Holds the comparison, and the labels, against the oracle: what was found, what was excused and by which rule, what was
// reported in vain.

import { type ComparePlan, compareContents, type Difference, type RuleSpec } from '@parallax/core';
import { identical, Oracle } from '../oracle/same.ts';
import { read } from '../oracle/value.ts';
import { plainPlan } from '../plain-plan.ts';
import { corpus, type LabelledPair, type RuleSet } from './corpus.ts';
import { TRANSFORMS, TYPICAL } from './typical.ts';

export interface Score {
  /** Pairs with a change, whatever the rules make of it. */
  readonly changes: number;
  /** Changes that no rule excuses, and those found: a mismatch that names the changed part. */
  readonly semantic: number;
  readonly found: number;
  /** Changes that rules excuse, by the rule without which they are found. */
  readonly excusedBy: ReadonlyMap<string, number>;
  /** Pairs that agree under the rules, and those reported as anything else. */
  readonly harmless: number;
  readonly reported: number;
  /** Of those, the ones in which nothing was changed, by what else differs in them. */
  readonly quiet: ReadonlyMap<string, number>;
  /** Payloads that cannot be compared, and those called anything but inconclusive. */
  readonly unreadable: number;
  readonly judged: number;
  /** What went wrong; empty where all of it is right. */
  readonly wrong: readonly Wrong[];
  /** How often each kind of change was tried, and each place with each context. */
  readonly kinds: ReadonlyMap<string, number>;
  readonly places: ReadonlyMap<string, number>;
}

export interface Wrong {
  readonly why: string;
  /** What was changed where, and the beginning of both payloads. */
  readonly shown: string;
}

/** Of a payload that is shown, in characters; and of all that went wrong. */
const LONGEST = 4_000;
const MOST_WRONG = 1_000;

const RULES: Readonly<Record<RuleSet, readonly RuleSpec[]>> = { strict: [], typical: TYPICAL };

/** The same but for what is excused, better, or known: all of it is accepted. */
const AGREED: ReadonlySet<string> = new Set(['match', 'equivalent', 'improved', 'known']);
/** Never named as what excuses a change: what these change is not looked at, or is listed with every pair. */
const SILENT: ReadonlySet<RuleSpec['kind']> = new Set(['ignore', 'rename', 'decode', 'transform']);

export function score(pairs: number, seed: number, rules: RuleSet): Score {
  const judge = new CorpusJudge(RULES[rules]);
  for (const pair of corpus(seed, rules).take(pairs)) judge.judge(pair);
  return judge.scored();
}

class CorpusJudge {
  changes = 0;
  semantic = 0;
  found = 0;
  readonly excusedBy = new Map<string, number>();
  harmless = 0;
  reported = 0;
  unreadable = 0;
  judged = 0;
  readonly quiet = new Map<string, number>();
  readonly wrong: Wrong[] = [];
  readonly kinds = new Map<string, number>();
  readonly places = new Map<string, number>();
  private readonly rules: readonly RuleSpec[];
  private readonly oracle: Oracle;
  private readonly all: ComparePlan;
  /** One of the rules, then two that excuse the same: what is compared without, by their names. */
  private readonly without: ReadonlyMap<string, () => ComparePlan>;

  constructor(rules: readonly RuleSpec[]) {
    this.rules = rules;
    this.oracle = new Oracle(rules, TRANSFORMS);
    this.all = plan(rules);
    const names = rules.map(({ name }) => name);
    // What is ignored or rewritten comes first: it is not named as what excuses a change.
    const silent = rules.filter(({ kind }) => SILENT.has(kind)).map(({ name }) => name);
    const single = [...new Set([...silent, ...names])].map((name) => [name]);
    const double = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other]));
    this.without = new Map(
      [...single, ...double].map((gone) => {
        let made: ComparePlan | undefined;
        return [gone.join(' and '), () => (made ??= plan(rules.filter(({ name }) => !gone.includes(name))))];
      }),
    );
  }

  scored(): Score {
    const { changes, semantic, found, excusedBy, harmless, reported, quiet, unreadable, judged, wrong, kinds, places } =
      this;
    return { changes, semantic, found, excusedBy, harmless, reported, quiet, unreadable, judged, wrong, kinds, places };
  }

  judge(pair: LabelledPair): void {
    const { change, position, context, label } = pair;
    if (change !== undefined) count(this.kinds, change);
    if (position !== undefined) count(this.places, `${position} × ${context}`);
    const comparison = compareContents([content(pair.legacy)], [content(pair.candidate)], this.all, pair.type);
    if (label === 'unreadable') {
      this.unreadable++;
      if (comparison.kind !== 'inconclusive') {
        this.judged++;
        this.fail(`a broken payload is called ${comparison.kind}`, pair);
      }
      return;
    }
    const isSame = this.saysOracle(pair);
    if (change !== undefined) this.changes++;
    if (label !== 'ruled' && isSame !== (label === 'harmless'))
      this.fail(`labelled ${label}, and the oracle says ${isSame}`, pair);
    const agreed = AGREED.has(comparison.kind);
    if (!isSame) {
      this.semantic++;
      if (comparison.kind === 'mismatch' && names(comparison.differences, pair.parts)) this.found++;
      else this.fail(`not found: ${JSON.stringify(comparison)}`, pair);
      return;
    }
    this.harmless++;
    if (!agreed) {
      this.reported++;
      this.fail(`reported in vain: ${JSON.stringify(comparison)}`, pair);
    } else if (change === undefined) count(this.quiet, context);
    else this.explain(pair);
  }

  private fail(why: string, { change, position, context, parts, ...pair }: LabelledPair): void {
    if (this.wrong.length >= MOST_WRONG) return;
    const short = (text: Uint8Array): string => new TextDecoder().decode(text).slice(0, LONGEST);
    const where = `${change ?? 'no change'}, ${position ?? 'nowhere'}, ${context}, at '${parts.join()}'`;
    this.wrong.push({ why: why.slice(0, LONGEST), shown: `${where}\n${short(pair.legacy)}\n${short(pair.candidate)}` });
  }

  private saysOracle({ legacy, candidate, type }: LabelledPair): boolean | undefined {
    const [one, other] = [read(legacy), read(candidate)];
    if (one.kind !== 'value' || other.kind !== 'value') return undefined;
    return this.rules.length === 0 ? identical(one.value, other.value) : this.oracle.same(one.value, other.value, type);
  }

  /** Which rule excused the change: with nothing else in the pair, and without that rule, it is found. */
  private explain(pair: LabelledPair): void {
    const [legacy, candidate] = pair.quiet();
    const compared = (by: ComparePlan) => compareContents([content(legacy)], [content(candidate)], by, pair.type);
    const told = compared(this.all);
    if (!AGREED.has(told.kind)) {
      this.fail('agreed only with other differences beside it', pair);
      return;
    }
    // What is only rewritten is listed with every pair, and explains nothing.
    const stated = ('differences' in told ? told.differences : [])
      .flatMap(({ rule }) => this.rules.find(({ name, kind }) => name === rule && !SILENT.has(kind))?.name ?? [])
      .sort((one, other) => one.localeCompare(other));
    const explains = (name: string): boolean => {
      const found = compared((this.without.get(name) as () => ComparePlan)());
      return found.kind === 'mismatch' && names(found.differences, pair.parts);
    };
    // A rule that is named must be the one; what is ignored is not listed at all.
    const rule = stated.length > 0 ? stated.find(explains) : [...this.without.keys()].find(explains);
    if (rule !== undefined) count(this.excusedBy, rule);
    else if (stated.length > 0) this.fail(`agreed because of ${stated.join()}, and none of it is why`, pair);
    else this.fail('agreed, and no rule explains it', pair);
  }
}

function names(differences: readonly Difference[], parts: readonly string[]): boolean {
  return differences.some(
    ({ path, rule }) => rule === undefined && parts.some((part) => path.startsWith(part) || part.startsWith(path)),
  );
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function plan(rules: readonly RuleSpec[]): ComparePlan {
  return plainPlan('corpus', rules);
}

function content(value: Uint8Array) {
  return { key: null, value, headers: [] };
}
