// Which differences of a comparison are known: of the rules in the file, those whose day, signature and kind let them hold.
import type { DifferenceKind } from '../outcome.ts';
import { expiryMs, type Known, type KnownRule, readyKnown } from './kinds/known.ts';
import type { RuleSpec } from './rules.ts';

/** The known differences of a comparison. */
export interface KnownRules {
  /** Without a path or a condition: they hold for keys, headers and counts of events as well. */
  readonly everywhere: readonly Known[];
  readonly signatures: ReadonlySet<string>;
}

/** undefined where none of the rules names any. */
export function knownRules(rules: readonly RuleSpec[]): KnownRules | undefined {
  const known = rules.filter((rule) => rule.kind === 'known');
  if (known.length === 0) return undefined;
  const everywhere = known.filter(({ path, when }) => path === undefined && when === undefined);
  return {
    everywhere: everywhere.map(readyKnown).reverse(),
    signatures: new Set(known.flatMap(({ signature }) => signature ?? [])),
  };
}

/** `now`: epoch ms; where it is not known nothing has expired. */
export function expiredRules(rules: readonly RuleSpec[], now: number | undefined): readonly KnownRule[] {
  if (now === undefined) return [];
  return rules.filter((rule) => rule.kind === 'known').filter((rule) => (expiryMs(rule) ?? now) <= now);
}

/** What is taken as known in one comparison: of the rules at a place, those that its time and signature let hold. */
export class Knowing {
  private readonly rules: KnownRules;
  private readonly at: number | undefined;
  private readonly signatures: readonly string[];

  /**
   * `at`: epoch ms of the pair's newest record; rules that had expired by then do not hold. `signatures`: of the pair, once
   * they are known; until then rules with a signature do not hold.
   */
  constructor(rules: KnownRules, at: number | undefined, signatures: readonly string[] = []) {
    this.rules = rules;
    this.at = at;
    this.signatures = signatures;
  }

  /** The first that holds for a difference of this kind. */
  of(rules: readonly Known[], kind: DifferenceKind): Known | undefined {
    return rules.find((rule) => this.holds(rule) && (rule.kinds?.includes(kind) ?? true));
  }

  /** The same for keys, headers and counts. */
  ofPlain(kind: DifferenceKind): Known | undefined {
    return this.of(this.rules.everywhere, kind);
  }

  private holds({ signature, expiresMs }: Known): boolean {
    if (this.at !== undefined && this.at >= expiresMs) return false;
    return signature === undefined || this.signatures.includes(signature);
  }
}
