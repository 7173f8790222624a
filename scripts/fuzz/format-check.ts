// What must hold for two payloads of any formats: no crash, no hang, the truth they were made with, both ways of comparing
// agree, and which side is which makes no difference.
import {
  type ComparePlan,
  type Comparison,
  type Content,
  compareContents,
  compareWith,
  compilePlan,
  type SchemaKey,
  type Schemas,
  schemaFingerprint,
  type WriterSchema,
  writerSchema,
} from '@parallax/core';
import type { Found } from './check.ts';
import type { FormatName, FormatPair, Payload, Registered } from './formats.ts';
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

export class FormatChecker {
  readonly outcomes = new Map<string, number>();
  readonly watch = new CpuWatch();
  private readonly registry = new Registry();
  private readonly plans = new Map<string, ComparePlan>();
  private pairs = 0;

  register(schema: Registered): void {
    this.registry.replace(schema);
  }

  check({ by, legacy, candidate, truth }: FormatPair): Found | undefined {
    this.pairs++;
    const [one, other] = [[content(legacy)], [content(candidate)]];
    const plan = this.plan(legacy.format, candidate.format);
    const fail = (failure: Found['failure'], detail: string): Found => ({
      failure,
      rules: `${legacy.format} and ${candidate.format}`,
      detail,
    });
    let [found, full, turned]: readonly Comparison[] = [];
    try {
      found = this.watch.timed(() => compareContents(one, other, plan));
      full = compareWith(one, other, plan, '', false);
      turned = compareContents(other, one, this.plan(candidate.format, legacy.format));
    } catch (error) {
      return fail('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    const name = `${by}: ${found.kind}`;
    this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    const text = JSON.stringify(found);
    const hang =
      found.kind === 'inconclusive' ? undefined : this.watch.hang(by, () => compareContents(one, other, plan));
    if (hang !== undefined) return fail('hang', hang);
    if (text !== JSON.stringify(full))
      return fail('walk and full comparison disagree', `${text}, ${JSON.stringify(full)}`);
    if (turned.kind !== found.kind) return fail('sides matter', `${text}, ${JSON.stringify(turned)}`);
    if (this.pairs % AGAIN === 0 && text !== JSON.stringify(compareContents(one, other, plan)))
      return fail('not the same twice', text);
    const wrong = WRONG[truth](found.kind);
    return wrong === undefined ? undefined : fail(wrong, `${by}: ${text}`);
  }

  private plan(legacy: FormatName, candidate: FormatName): ComparePlan {
    const name = `${legacy} ${candidate}`;
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
          rules: [],
          budgets: { differencesPerPair: 100, payloadBytes: MOST_BYTES, depth: 10_000 },
        },
        { schemas },
      );
      this.plans.set(name, plan);
    }
    return plan;
  }
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
