// What rules have done so far: counted where they excuse something, which no quick comparison does, so it costs agreeing
// pairs nothing.
//
// Ignored places are passed over, so what an `ignore` hides is not counted; that a rule's place was ever met is known of
// every rule, because the state of a place is made when the first document reaches it (rule-states.ts).
import type { RuleSpec } from './rules.ts';
import { isException } from './shadows.ts';

/** How often a rule excused something. */
interface Hits {
  places: number;
  pairs: number;
}

export interface RuleUse {
  readonly name: string;
  readonly kind: RuleSpec['kind'];
  /** Differences it excused; null where that is not counted: what is ignored is not looked at. */
  readonly places: number | null;
  /** Pairs in which it excused any; null likewise. */
  readonly pairs: number | null;
  /**
   * What may be wrong with it: it has expired before comparing began, no document had its place, nothing was excused, or
   * something in every pair. `exception`: nothing was excused, and that is what it is for where it takes its places from a wider rule. `key-not-unique`: its key
   * did not tell the elements of some array apart.
   */
  readonly remark?: 'expired' | 'never-met' | 'never-hit' | 'exception' | 'key-not-unique' | 'every-pair';
}

/** Fewer pairs say nothing of "every". */
const FEW = 20;

export class RuleTally {
  /** Rules whose place was met in some document. */
  readonly met = new Set<RuleSpec>();
  /** Rules that are left out because they have expired. */
  readonly expired = new Set<RuleSpec>();
  private readonly hits = new Map<string, Hits>();
  private readonly keyShared = new Set<string>();
  private compared = 0;

  /** Pairs counted so far. */
  get pairs(): number {
    return this.compared;
  }

  /**
   * @param places by name of the rule
   * @param sharedKeys names of rules by whose keys elements could not be told apart
   */
  pair(places: ReadonlyMap<string, number> | undefined, sharedKeys?: ReadonlySet<string>): void {
    this.compared++;
    if (sharedKeys !== undefined) for (const name of sharedKeys) this.keyShared.add(name);
    if (places === undefined) return;
    for (const [name, count] of places) {
      const hits = this.hits.get(name);
      if (hits === undefined) this.hits.set(name, { places: count, pairs: 1 });
      else {
        hits.places += count;
        hits.pairs++;
      }
    }
  }

  /** In the order of the rules. `seesAll`: false where pairs of equal bytes are not compared, so "every pair" is unknown. */
  uses(rules: readonly RuleSpec[], seesAll = true): readonly RuleUse[] {
    return rules.map((rule) => {
      const { name, kind } = rule;
      const { places, pairs } = this.hits.get(name) ?? { places: 0, pairs: 0 };
      const isPassed = kind === 'ignore' || kind === 'include';
      const found = this.remark(rule, pairs, isPassed);
      const isMute = found === 'every-pair' && (!seesAll || kind === 'rename');
      const remark = isMute ? undefined : found === 'never-hit' && isException(rule, rules) ? 'exception' : found;
      return {
        name,
        kind,
        places: isPassed ? null : places,
        pairs: isPassed ? null : pairs,
        ...(remark === undefined ? {} : { remark }),
      };
    });
  }

  private remark(rule: RuleSpec, pairs: number, isPassed: boolean): RuleUse['remark'] {
    if (this.compared === 0) return undefined;
    if (this.expired.has(rule)) return 'expired';
    if (pairs === 0 && !this.met.has(rule) && PLACED.has(rule.kind)) return 'never-met';
    if (isPassed) return undefined;
    if (this.keyShared.has(rule.name)) return 'key-not-unique';
    if (pairs === 0) return 'never-hit';
    return pairs === this.compared && pairs >= FEW ? 'every-pair' : undefined;
  }
}

/** Rules whose places are met on the way through the documents compared; others speak before that, or of any place. */
const PLACED: ReadonlySet<string> = new Set([
  'ignore',
  'include',
  'tolerance',
  'unordered',
  'nullish',
  'time',
  'text',
  'coerce',
  'bijection',
  'reference',
  'better',
]);
