// What must hold for two payloads of any formats: no crash, no hang, the truth they were made with, both ways of comparing
// agree, and which side is which makes no difference.
import {
  type ComparePlan,
  type Comparison,
  type Content,
  compareContents,
  compareWith,
  compilePlan,
  type RuleSpec,
  type SchemaKey,
  type Schemas,
  schemaFingerprint,
  type WriterSchema,
  writerSchema,
} from '@parallax/core';
import { Oracle } from '../oracle/same.ts';
import type { Value } from '../oracle/value.ts';
import type { Found } from './check.ts';
import type { FormatName, FormatPair, Payload, Registered } from './formats.ts';
import { RULE_SETS, type RuleSet } from './rule-sets.ts';
import { CpuWatch } from './watch.ts';

/** A few bytes of Avro can become as much text as this, which then takes its time. */
const MOST_BYTES = 256 * 1024;
/** One pair in so many is compared twice. */
const AGAIN = 8;

/** The schemas of the pairs that come: version 1 and 2, by number, GUID and fingerprint. */
class Registry implements Schemas {
  readonly hasRegistry = true;
  private readonly known = new Map<string, WriterSchema>();

  replace({ texts }: Registered): void {
    this.known.clear();
    texts.forEach((text, i) => {
      const schema = writerSchema(text);
      this.known.set(`${i + 1}`, schema);
      this.known.set(`0${i + 1}`.repeat(16), schema);
      this.known.set(schemaFingerprint(text), schema);
    });
  }

  find(key: SchemaKey): WriterSchema | undefined {
    return this.known.get(key.kind === 'id' ? String(key.id) : key.kind === 'guid' ? key.guid : key.fingerprint);
  }
}

/** Larger values are beyond an oracle that tries everything. */
const ORACLE_NODES = 300;
const ORACLE_DEPTH = 12;

interface Contest {
  readonly name: string;
  readonly set: RuleSet;
  /** Absent: what agrees under the rules cannot be told. */
  readonly oracle: Oracle | undefined;
}

export class FormatChecker {
  readonly outcomes = new Map<string, number>();
  readonly watch = new CpuWatch();
  private readonly registry = new Registry();
  private readonly plans = new Map<string, ComparePlan>();
  private readonly contests: readonly Contest[];
  private pairs = 0;

  constructor(sets: Readonly<Record<string, RuleSet>> = RULE_SETS) {
    this.contests = Object.entries(sets).map(([name, set]) => ({
      name,
      set,
      oracle: set.isJudged ? new Oracle(set.rules) : undefined,
    }));
  }

  register(schema: Registered): void {
    this.registry.replace(schema);
  }

  /** Under the first rules and one of the others, in turn. The first thing that is wrong. */
  check(pair: FormatPair): Found | undefined {
    this.pairs++;
    const [strict, ...others] = this.contests;
    const next = others.length === 0 ? undefined : others[this.pairs % others.length];
    for (const contest of [strict, next]) {
      const found = contest === undefined ? undefined : this.under(contest, pair);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private under({ name, set, oracle }: Contest, pair: FormatPair): Found | undefined {
    const { by, legacy, candidate } = pair;
    const [one, other] = [[content(legacy)], [content(candidate)]];
    const plan = this.plan(legacy.format, candidate.format, name, set.rules);
    const fail = (failure: Found['failure'], detail: string): Found => ({
      failure,
      rules: `${name}, ${legacy.format} and ${candidate.format}`,
      detail,
    });
    let [found, full]: readonly Comparison[] = [];
    let turned: Comparison | undefined;
    try {
      found = this.watch.timed(() => compareContents(one, other, plan));
      full = compareWith(one, other, plan, '', false);
      const back = set.turned;
      const isTurned =
        back === undefined ? undefined : this.plan(candidate.format, legacy.format, `${name} turned`, back);
      turned = isTurned === undefined ? undefined : compareContents(other, one, isTurned);
    } catch (error) {
      return fail('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const outcome = set.rules.length === 0 ? `${by}: ${found.kind}` : `formats, ${name}: ${found.kind}`;
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
    const text = JSON.stringify(found);
    const hang =
      found.kind === 'inconclusive'
        ? undefined
        : this.watch.hang(`${by}, ${name} rules`, () => compareContents(one, other, plan));
    if (hang !== undefined) return fail('hang', hang);
    if (text !== JSON.stringify(full))
      return fail('walk and full comparison disagree', `${text}, ${JSON.stringify(full)}`);
    if (turned !== undefined && turned.kind !== found.kind)
      return fail('sides matter', `${text}, ${JSON.stringify(turned)}`);
    if (this.pairs % AGAIN === 0 && text !== JSON.stringify(compareContents(one, other, plan)))
      return fail('not the same twice', text);
    const wrong = set.rules.length === 0 ? WRONG[pair.truth](found.kind) : judged(found.kind, pair, set, oracle);
    return wrong === undefined ? undefined : fail(wrong, `${by}: ${text}`);
  }

  private plan(legacy: FormatName, candidate: FormatName, set: string, rules: readonly RuleSpec[]): ComparePlan {
    const name = `${legacy} ${candidate} ${set}`;
    let plan = this.plans.get(name);
    if (plan === undefined) {
      const schemas = { legacy: this.registry, candidate: this.registry };
      plan = compilePlan(
        {
          output: 'fuzz',
          format: { legacy, candidate },
          select: {},
          compare: { value: true, key: false, headers: [] },
          pick: 'sequence',
          counts: 'compare',
          rules,
          budgets: { differencesPerPair: 100, payloadBytes: MOST_BYTES, depth: 10_000 },
        },
        { schemas },
      );
      this.plans.set(name, plan);
    }
    return plan;
  }
}

/** Under rules: what is the same stays so, what is none stays none, and what differs agrees where the oracle says so. */
function judged(
  kind: Comparison['kind'],
  { truth, values }: FormatPair,
  { makesAnew = false }: RuleSet,
  oracle: Oracle | undefined,
): Found['failure'] | undefined {
  if (truth === 'broken') return WRONG.broken(kind);
  if (kind === 'inconclusive' || truth === 'unknown') return undefined;
  if (truth === 'same') return kind === 'match' || makesAnew ? undefined : 'equal called different';
  if (kind === 'match') return 'different called equal';
  if (oracle === undefined || values === undefined || !values.every(isSmall)) return undefined;
  const [agreed, expected] = [kind !== 'mismatch', oracle.same(...values)];
  if (expected === undefined || expected === agreed) return undefined;
  return agreed ? 'different called equal' : 'equal called different';
}

function isSmall(value: Value): boolean {
  let nodes = 0;
  const go = (one: Value, depth: number): boolean => {
    if (++nodes > ORACLE_NODES || depth > ORACLE_DEPTH) return false;
    if (one.kind === 'array') return one.items.every((item) => go(item, depth + 1));
    return one.kind !== 'object' || [...one.members.values()].every((item) => go(item, depth + 1));
  };
  return go(value, 0);
}

const WRONG: Readonly<Record<FormatPair['truth'], (kind: Comparison['kind']) => Found['failure'] | undefined>> = {
  same: (kind) => (kind === 'match' ? undefined : 'equal called different'),
  different: (kind) =>
    kind === 'mismatch' ? undefined : kind === 'match' ? 'different called equal' : 'readable called broken',
  broken: (kind) => (kind === 'inconclusive' ? undefined : 'broken called readable'),
  unknown: () => undefined,
};

function content({ value, headers }: Payload): Content {
  return { key: null, value, headers };
}
