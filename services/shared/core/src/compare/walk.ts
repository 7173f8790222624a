// The quick comparison: both texts are walked side by side, without parsing either.
//
// It answers only where that is sure: both texts are valid JSON without duplicate keys, and every difference surely counts
// or surely does not. Everything else is left to the full comparison (scripts/bench/kernel.ts: several times slower).
import type { Comparison } from '../outcome.ts';
import type { Findings } from './findings.ts';
import type { RuleState } from './rule-states.ts';
import { SideBySide } from './side-by-side.ts';
import { Spots } from './spots.ts';
import { WalkNotes } from './walk-notes.ts';

/** Deeper documents are left to the full comparison: the walk goes down by calls. */
const DEEPEST = 200;
/** Beyond, numbers are no small integers any more: the places and their numbers begin anew. */
const MOST_CONTAINERS = 1 << 30;

export class Walker {
  private readonly root: RuleState;
  private readonly notes: WalkNotes | undefined;
  private readonly walk: SideBySide;
  private spots: Spots;

  /**
   * `notes`: whether differences may be noted; the rules must be such that each stands for itself. `scalarsOnly`: only
   * those of which nothing below is told apart.
   */
  constructor(root: RuleState, depth: number, notes = false, scalarsOnly = false) {
    this.root = root;
    this.notes = notes ? new WalkNotes() : undefined;
    this.walk = new SideBySide(Math.min(depth, DEEPEST), this.notes, scalarsOnly);
    this.spots = new Spots(root);
  }

  /** Undefined: not known. What is different {@link tell} and {@link mismatch} tell, until the next walk. */
  walked(legacy: Uint8Array, candidate: Uint8Array): 'identical' | 'equivalent' | 'different' | undefined {
    const { notes, walk } = this;
    if (this.spots.isFull || walk.opened > MOST_CONTAINERS) {
      this.spots = new Spots(this.root);
      walk.opened = 0;
    }
    notes?.begin(legacy, candidate);
    const passes = walk.passes(legacy, candidate, this.spots.root);
    if (passes && notes?.isEmpty === false) return 'different';
    notes?.clear();
    if (!passes) return undefined;
    return walk.leaves.different ? 'equivalent' : 'identical';
  }

  /** Whether the last walk found something to be different that was not told yet. */
  get isNoted(): boolean {
    return this.notes?.isEmpty === false;
  }

  /** What the walk of these two, the last there was, found to be different; false where it found nothing. */
  tell(legacy: Uint8Array, candidate: Uint8Array, findings: Findings): boolean {
    if (this.notes?.isOf(legacy, candidate) !== true) return false;
    this.notes.tell(findings);
    return true;
  }

  /** The same as the outcome of a pair of which nothing else is compared. */
  mismatch(
    legacy: Uint8Array,
    candidate: Uint8Array,
    output: string,
    type: string,
    limit: number,
  ): Comparison | undefined {
    if (this.notes?.isOf(legacy, candidate) !== true) return undefined;
    return this.notes.mismatch(this.spots.signatures, output, type, limit);
  }
}
