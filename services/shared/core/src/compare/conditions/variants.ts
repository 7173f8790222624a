// Variants of a comparison: one for each set of rules that hold together, made when it is first met and kept for the next
// pair. Types are known before anything is read; conditions are asked of the documents.
import type { Tape } from '../../json/tape.ts';
import type { Side } from '../../outcome.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { type Ask, compileCondition } from './condition.ts';

/** Variants kept; beyond it the oldest is made anew when it is met again. */
const MOST_KEPT = 64;

/** Keeps what was made last. */
class Kept<T> {
  private readonly made = new Map<string, T>();

  get(key: string, make: () => T): T {
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const value = make();
    for (const oldest of this.made.keys()) {
      if (this.made.size < MOST_KEPT) break;
      this.made.delete(oldest);
    }
    this.made.set(key, value);
    return value;
  }
}

interface Ruled {
  readonly rule: RuleTerms;
}

/** Rules that are for some event types only. */
export class TypeVariants<R extends Ruled, P> {
  private readonly rules: readonly R[];
  private readonly make: (rules: readonly R[]) => P;
  private readonly byType = new Kept<P>();
  private readonly byRules = new Kept<P>();

  constructor(rules: readonly R[], make: (rules: readonly R[]) => P) {
    this.rules = rules;
    this.make = make;
  }

  of(type: string): P {
    return this.byType.get(type, () => {
      const holds = this.rules.map(({ rule }) => rule.types === undefined || rule.types.includes(type));
      return this.byRules.get(bits(holds), () => this.make(this.rules.filter((_, i) => holds[i])));
    });
  }
}

/** A document a condition may be asked of; root -1 where the side has none. */
export interface Asked {
  readonly tape: Tape;
  readonly root: number;
}

/** Rules that hold under conditions only. */
export class ConditionVariants<R extends Ruled, P> {
  private readonly rules: readonly R[];
  private readonly make: (rules: readonly R[]) => P;
  private readonly kept = new Kept<P>();
  /** Each condition once, however many rules state it. */
  private readonly asks: readonly { readonly side: Side; readonly ask: Ask }[];
  /** Of each rule, the conditions it needs. */
  private readonly needs: readonly (readonly number[])[];

  constructor(rules: readonly R[], make: (rules: readonly R[]) => P) {
    this.rules = rules;
    this.make = make;
    const places = new Map<string, number>();
    const asks: { side: Side; ask: Ask }[] = [];
    this.needs = rules.map(({ rule }) =>
      (rule.when ?? []).map((condition) => {
        const { side, path, equals, matches, present } = condition;
        const key = JSON.stringify([side, path, equals, matches, present]);
        const known = places.get(key);
        if (known !== undefined) return known;
        places.set(key, asks.length);
        return asks.push({ side, ask: compileCondition(condition) }) - 1;
      }),
    );
    this.asks = asks;
  }

  /** @param documents as they came, before any rule has changed them */
  of(documents: Readonly<Record<Side, Asked>>): P {
    const answers = this.asks.map(({ side, ask }) => ask(documents[side].tape, documents[side].root));
    const holds = this.needs.map((needed) => needed.every((condition) => answers[condition]));
    return this.kept.get(bits(holds), () => this.make(this.rules.filter((_, i) => holds[i])));
  }
}

function bits(holds: readonly boolean[]): string {
  return holds.map((held) => (held ? '1' : '0')).join('');
}
