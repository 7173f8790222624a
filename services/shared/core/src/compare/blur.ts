// Hashes of values where judging rules hold: what one of them may call the same, directly or by way of other values, has
// the same hash, so that a hash never parts what is the same.
import { hashName } from '../json/pointers.ts';
import type { Tape } from '../json/tape.ts';
import { type Judging, MISSING, SORTS, sortOf } from './kinds/kind.ts';

/** Not blurred: the hash of the value itself is right. */
export const EXACT = 0;
/** Of a value that may as well not be there: nothing of it is compared, or it may be the same as a missing one. */
export const NOTHING = 1;
const SEED = 0x1b873593;

export class Blur {
  private readonly canonical: Judging['canonical'];
  /** All sorts that some rule relates. */
  private readonly related: number;
  /** Sorts by what connects them: those of rules that share a sort are one. */
  private readonly connected: readonly number[];

  /** At least one rule. */
  constructor(rules: readonly Judging[]) {
    const [first] = rules;
    this.canonical = rules.length === 1 ? first?.canonical : undefined;
    this.related = rules.reduce((sorts, { relates }) => sorts | relates, 0);
    this.connected = connect(rules.map(({ relates }) => relates));
  }

  /** Of a scalar or an empty container; {@link EXACT} where no rule relates it. */
  of(tape: Tape, node: number): number {
    const sort = sortOf(tape, node);
    if ((sort & this.related) === 0) return EXACT;
    if (this.canonical !== undefined) {
      const text = this.canonical(tape, node);
      return text === undefined ? EXACT : settled(hashName(text));
    }
    const sorts = this.connected.find((all) => (all & sort) !== 0) ?? sort;
    return (sorts & MISSING) !== 0 ? NOTHING : settled(Math.imul(sorts, SEED));
  }
}

function connect(groups: readonly number[]): readonly number[] {
  return SORTS.map((sort) => {
    let all = sort;
    for (let before = 0; before !== all; ) {
      before = all;
      for (const group of groups) if ((group & all) !== 0) all |= group;
    }
    return all;
  });
}

/** Neither of the two hashes that mean something. */
function settled(hash: number): number {
  return hash === EXACT || hash === NOTHING ? 2 : hash;
}
