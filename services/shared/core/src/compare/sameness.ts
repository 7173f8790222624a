// Whether two parsed documents are the same but for what is ignored, answered without allocation: the common case of
// documents whose members come in another order. Anything a rule would have to excuse is left to the full comparison.
//
// Written for speed (scripts/bench/pairs.ts): a third of the cost of the full comparison.
import { sameScalar } from '../json/equal.ts';
import { MemberFinder, memberLike } from '../json/keys.ts';
import { sameString } from '../json/strings.ts';
import { ARRAY, type Tape } from '../json/tape.ts';
import type { RuleState } from './rule-states.ts';

/** Up to this many members a member is looked for one by one. */
const FEW = 12;

export class Sameness {
  /** Containers still to be compared: node on each side, and the rules there. */
  private readonly left: number[] = [];
  private readonly right: number[] = [];
  private readonly states: RuleState[] = [];

  /** True: the same under the rules. False: not known. Neither tape may have duplicate keys. */
  same(a: Tape, aRoot: number, b: Tape, bRoot: number, root: RuleState): boolean {
    const { left, right, states } = this;
    left.length = right.length = states.length = 0;
    if (!this.value(a, aRoot, b, bRoot, root)) return false;
    while (left.length > 0) {
      const i = left.pop() as number;
      const j = right.pop() as number;
      const state = states.pop() as RuleState;
      if (!(a.kind[i] === ARRAY ? this.elements(a, i, b, j, state) : this.members(a, i, b, j, state))) return false;
    }
    return true;
  }

  private value(a: Tape, i: number, b: Tape, j: number, state: RuleState): boolean {
    if (state.skipped) return true;
    // Included below, or not compared in order: more than an equality.
    if (state.ignored || state.unordered !== undefined) return false;
    const kind = a.kind[i] as number;
    if (kind < ARRAY) return sameScalar(a, i, b, j);
    if (b.kind[j] !== kind || a.size[i] !== b.size[j]) return false;
    this.left.push(i);
    this.right.push(j);
    this.states.push(state);
    return true;
  }

  private elements(a: Tape, i: number, b: Tape, j: number, state: RuleState): boolean {
    const end = a.next[i] as number;
    let index = 0;
    for (let x = i + 1, y = j + 1; x < end; x = a.next[x] as number, y = b.next[y] as number) {
      if (!this.value(a, x, b, y, state.element(index++))) return false;
    }
    return true;
  }

  /** As many members on both sides, and each of the one found in the other: then they have the same names. */
  private members(a: Tape, i: number, b: Tape, j: number, state: RuleState): boolean {
    const end = a.next[i] as number;
    let finder: MemberFinder | undefined;
    let expected = j + 1;
    const last = b.next[j] as number;
    for (let key = i + 1; key < end; key = a.next[key + 1] as number) {
      let found: number;
      if (expected < last && a.hash[key] === b.hash[expected] && sameString(a, key, b, expected)) found = expected + 1;
      else if ((b.size[j] as number) <= FEW) found = memberLike(b, j, a, key);
      else {
        finder ??= new MemberFinder(b, j);
        found = finder.find(a, key);
      }
      if (found < 0) return false;
      expected = b.next[found] as number;
      if (!this.value(a, key + 1, b, found, state.member(a, key))) return false;
    }
    return true;
  }
}
