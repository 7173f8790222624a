// Holds the comparison, and the labels, against the oracle: what was found, what was excused and by which rule, what was
// reported in vain.
import { type ComparePlan, compareContents, compilePlan, type Difference, type RuleSpec } from '@parallax/core';
import { identical, Oracle } from '../oracle/same.ts';
import { read } from '../oracle/value.ts';
import { corpus, type LabelledPair, type RuleSet } from './corpus.ts';
import { TYPICAL } from './orders.ts';

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
  readonly pair: LabelledPair;
}

const RULES: Readonly<Record<RuleSet, readonly RuleSpec[]>> = { strict: [], typical: TYPICAL };

export function score(pairs: number, seed: number, rules: RuleSet): Score {
  const judge = new CorpusJudge(RULES[rules]);
  for (const pair of corpus(seed, rules).take(pairs)) judge.judge(pair);
  return judge;
}

class CorpusJudge implements Score {
  changes = 0;
  semantic = 0;
  found = 0;
  readonly excusedBy = new Map<string, number>();
  harmless = 0;
  reported = 0;
  unreadable = 0;
  judged = 0;
  readonly wrong: Wrong[] = [];
  readonly kinds = new Map<string, number>();
  readonly places = new Map<string, number>();
  private readonly rules: readonly RuleSpec[];
  private readonly oracle: Oracle;
  private readonly all: ComparePlan;
  /** Without one of the rules, then without two that excuse the same; by the names of those. */
  private readonly without: ReadonlyMap<string, ComparePlan>;

  constructor(rules: readonly RuleSpec[]) {
    this.rules = rules;
    this.oracle = new Oracle(rules);
    this.all = plan(rules);
    const names = rules.map(({ name }) => name);
    // What ignores comes first: it is never named.
    const silent = rules.filter(({ kind }) => kind === 'ignore').map(({ name }) => name);
    const single = [...new Set([...silent, ...names])].map((name) => [name]);
    const double = names.flatMap((one, i) => names.slice(i + 1).map((other) => [one, other]));
    this.without = new Map(
      [...single, ...double].map((gone) => [
        gone.join(' and '),
        plan(rules.filter(({ name }) => !gone.includes(name))),
      ]),
    );
  }

  judge(pair: LabelledPair): void {
    const { change, position, context, label } = pair;
    if (change !== undefined) count(this.kinds, change);
    if (position !== undefined) count(this.places, `${position} × ${context}`);
    const comparison = compareContents([content(pair.legacy)], [content(pair.candidate)], this.all);
    if (label === 'unreadable') {
      this.unreadable++;
      if (comparison.kind !== 'inconclusive') {
        this.judged++;
        this.wrong.push({ why: `a broken payload is called ${comparison.kind}`, pair });
      }
      return;
    }
    const isSame = this.saysOracle(pair);
    if (change !== undefined) this.changes++;
    if (label !== 'ruled' && isSame !== (label === 'harmless'))
      this.wrong.push({ why: `labelled ${label}, and the oracle says ${isSame}`, pair });
    const agreed = comparison.kind === 'match' || comparison.kind === 'equivalent';
    if (!isSame) {
      this.semantic++;
      if (comparison.kind === 'mismatch' && names(comparison.differences, pair.part)) this.found++;
      else this.wrong.push({ why: `not found: ${JSON.stringify(comparison)}`, pair });
      return;
    }
    this.harmless++;
    if (!agreed) {
      this.reported++;
      this.wrong.push({ why: `reported in vain: ${JSON.stringify(comparison)}`, pair });
    } else if (change !== undefined) this.explain(pair);
  }

  private saysOracle({ legacy, candidate }: LabelledPair): boolean | undefined {
    const [one, other] = [read(legacy), read(candidate)];
    if (one.kind !== 'value' || other.kind !== 'value') return undefined;
    return this.rules.length === 0 ? identical(one.value, other.value) : this.oracle.same(one.value, other.value);
  }

  /** Which rule excused the change: with nothing else in the pair, and without that rule, it is found. */
  private explain(pair: LabelledPair): void {
    const [legacy, candidate] = pair.quiet();
    const compared = (by: ComparePlan) => compareContents([content(legacy)], [content(candidate)], by);
    const told = compared(this.all);
    // What only the rename moved is listed with every pair, and explains nothing.
    const stated = (told.kind === 'equivalent' ? told.differences : [])
      .flatMap(({ rule }) => this.rules.find(({ name, kind }) => name === rule && kind !== 'rename')?.name ?? [])
      .sort((one, other) => one.localeCompare(other));
    const explains = (name: string): boolean => {
      const found = compared(this.without.get(name) as ComparePlan);
      return found.kind === 'mismatch' && names(found.differences, pair.part);
    };
    // A rule that is named must be the one; what is ignored is not listed at all.
    const rule = stated.length > 0 ? stated.find(explains) : [...this.without.keys()].find(explains);
    if (rule !== undefined) count(this.excusedBy, rule);
    else if (stated.length > 0)
      this.wrong.push({ why: `agreed because of ${stated.join()}, and none of it is why`, pair });
    else this.wrong.push({ why: 'agreed, and no rule explains it', pair });
  }
}

function names(differences: readonly Difference[], part: string): boolean {
  return differences.some(({ path, rule }) => rule === undefined && (path.startsWith(part) || part.startsWith(path)));
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function plan(rules: readonly RuleSpec[]): ComparePlan {
  return compilePlan({
    output: 'corpus',
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
  return { key: null, value, headers: [] };
}
