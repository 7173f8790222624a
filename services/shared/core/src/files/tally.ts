// What a comparison of files adds up to: counts, ledger, the kinds of divergence, and the verdict.
import { generalise } from '../compare/generalise.ts';
import type { RuleUse } from '../compare/rule-tally.ts';
import { type Difference, type LedgerColumn, type Outcome, type Side, standing } from '../outcome.ts';
import { judgeCounts, noCounts, type Thresholds, type Verdict } from '../verdict/judge.ts';
import { noLedger, type SideLedgers } from '../verdict/reconcile.ts';
import type { FilePair } from './group.ts';

/** A kind of divergence, with the pair that shows it in the fewest differences. */
export interface FileSignature {
  readonly signature: string;
  readonly outcome: Outcome;
  readonly pairs: number;
  /** Generalised places of the counting differences of the example. */
  readonly patterns: readonly string[];
  readonly example: { readonly id: string; readonly differences: readonly Difference[] };
}

export interface FileSummary extends Omit<Verdict, 'zeroBound'> {
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Kinds of divergence. */
  readonly signatures: number;
  /** Lines without an id or that cannot be read, both files. */
  readonly unreadable: number;
  readonly ledger: SideLedgers;
  /** What each rule has done, in the order of the file. */
  readonly rules: readonly RuleUse[];
}

export class FileTally {
  private readonly outcomes = noCounts();
  private readonly ledger = noLedger();
  private readonly kinds = new Map<string, { outcome: Outcome; pairs: number; example: FilePair }>();
  private readonly reasons = new Map<string, { pairs: number; example: string }>();
  private unreadable = 0;

  pair(pair: FilePair): void {
    this.outcomes[pair.outcome]++;
    if (pair.outcome === 'inconclusive') this.undecided(pair.reason ?? '', pair.id);
    for (const side of ['legacy', 'candidate'] as const) {
      for (const column of pair.columns[side]) this.ledger[side][column]++;
    }
    // What is known has a signature too, and is no divergence.
    if (standing(pair.outcome) !== 'diverged') return;
    const signature = pair.signature ?? (pair.outcome.startsWith('missing') ? pair.outcome : undefined);
    if (signature === undefined) return;
    const kind = this.kinds.get(signature);
    if (kind === undefined) this.kinds.set(signature, { outcome: pair.outcome, pairs: 1, example: pair });
    else {
      kind.pairs++;
      if (pair.differences.length < kind.example.differences.length) kind.example = pair;
    }
  }

  /** An event that belongs to no pair. */
  lost(side: Side, column: Extract<LedgerColumn, 'no-id' | 'undecodable'>): void {
    this.ledger[side][column]++;
    this.unreadable++;
  }

  /** Unreadable lines leave it open whether their pairs agree: nothing better than INCONCLUSIVE may be said. */
  summary(thresholds: Thresholds, rules: readonly RuleUse[] = []): FileSummary {
    const doubts =
      this.unreadable === 0
        ? []
        : [`${this.unreadable} ${this.unreadable === 1 ? 'line' : 'lines'} could not be used.`];
    const { zeroBound: _, ...verdict } = judgeCounts(this.outcomes, thresholds, doubts);
    return {
      ...verdict,
      outcomes: this.outcomes,
      signatures: this.kinds.size,
      unreadable: this.unreadable,
      ledger: this.ledger,
      rules,
    };
  }

  /** Why pairs could not be decided, the most frequent reason first, with the id of one. */
  undecidedReasons(): readonly { readonly reason: string; readonly pairs: number; readonly example: string }[] {
    return [...this.reasons]
      .map(([reason, { pairs, example }]) => ({ reason, pairs, example }))
      .sort((a, b) => b.pairs - a.pairs || (a.reason < b.reason ? -1 : 1));
  }

  private undecided(reason: string, id: string): void {
    const known = this.reasons.get(reason);
    if (known === undefined) this.reasons.set(reason, { pairs: 1, example: id });
    else known.pairs++;
  }

  /** The most frequent first. */
  signatures(most: number): readonly FileSignature[] {
    return [...this.kinds]
      .sort(([one, a], [other, b]) => b.pairs - a.pairs || (one < other ? -1 : 1))
      .slice(0, most)
      .map(([signature, { outcome, pairs, example }]) => ({
        signature,
        outcome,
        pairs,
        patterns: [
          ...new Set(example.differences.filter(({ rule }) => rule === undefined).map(({ path }) => generalise(path))),
        ],
        example: { id: example.id, differences: example.differences },
      }));
  }
}
