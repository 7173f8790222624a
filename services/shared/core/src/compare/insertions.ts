// Arrays of which one side has some elements more, in one place: all others are walked as pairs.
//
// The full comparison aligns what is equal from both ends. It comes to the same where the place is sure: the elements before
// it are equal one by one, so are those behind it, and the one right before it would not fit if the place lay further ahead.
import type { Frames } from './frames.ts';
import type { Leaves } from './leaves.ts';
import type { Spot } from './spots.ts';
import { spaceEnd, valueEnd } from './two-texts.ts';
import type { WalkNotes } from './walk-notes.ts';
import type { Words } from './words.ts';

const COMMA = 0x2c;
const CLOSE_ARRAY = 0x5d;

/** Deeper arrays are not looked through: each level reads anew what lies below. */
const DEEPEST = 8;

/** Where the elements of an array stand in its text. */
interface Stretch {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Behind the closing bracket. */
  readonly end: number;
}

/** Walks two values: where legacy's ends, and in `shift` how far the candidate's is ahead there; -1 where nothing is known. */
export interface ValueWalk {
  readonly shift: number;
  value(from: number, fromOther: number, place: Spot): number;
}

export class Insertions {
  /** Where the candidate's array ends. */
  otherEnd = 0;
  /** Two elements are tried: inside, arrays of unequal lengths are left alone, or the work would multiply by the level. */
  private isTrying = false;
  private readonly walk: ValueWalk;
  private readonly frames: Frames;
  private readonly leaves: Leaves;

  constructor(walk: ValueWalk, frames: Frames, leaves: Leaves) {
    this.walk = walk;
    this.frames = frames;
    this.leaves = leaves;
  }

  /**
   * Where legacy's array ends, walked from behind its opening bracket; -1 where nothing is known, undefined where it has as
   * many elements as the candidate's, or is not looked through. It is the innermost container open.
   */
  end(one: Words, from: number, other: Words, fromOther: number, array: Spot, notes: WalkNotes): number | undefined {
    if (this.isTrying || this.frames.depth > DEEPEST) return undefined;
    const legacy = stretch(one, from);
    const candidate = stretch(other, fromOther);
    if (legacy === undefined || candidate === undefined) return -1;
    const more = candidate.starts.length - legacy.starts.length;
    if (more === 0) return undefined;
    const element = array.element(0);
    if (element === undefined || array.isIgnored || array.state.positional) return -1;
    if (array.state.unordered !== undefined) return -1;
    const place = this.place(legacy, candidate, element, notes);
    if (place < 0) return -1;
    const { frames, leaves } = this;
    const [longer, text] = more > 0 ? [candidate, other] : [legacy, one];
    for (let index = place; index < place + Math.abs(more); index++) {
      frames.indexes[frames.depth] = index;
      notes.forgetElement(frames.depth);
      if (leaves.lone(text, longer.starts[index] as number, element, more < 0) !== longer.ends[index]) return -1;
    }
    this.otherEnd = candidate.end;
    return legacy.end;
  }

  /** Before which index the elements stand that one side has more; -1 where that is not sure. */
  private place(legacy: Stretch, candidate: Stretch, element: Spot, notes: WalkNotes): number {
    const n = legacy.starts.length;
    const m = candidate.starts.length;
    const shorter = Math.min(n, m);
    const same = (i: number, j: number): boolean | undefined => this.same(legacy, i, candidate, j, element, notes);
    let place = 0;
    for (; place < shorter; place++) {
      const isSame = same(place, place);
      if (isSame === undefined) return -1;
      if (!isSame) break;
    }
    for (let back = shorter - place; back > 0; back--) if (same(n - back, m - back) !== true) return -1;
    const back = shorter - place + 1;
    return place === 0 || same(n - back, m - back) === false ? place : -1;
  }

  /** Whether two elements are the same under the rules; undefined where that is not sure. */
  private same(
    legacy: Stretch,
    i: number,
    candidate: Stretch,
    j: number,
    element: Spot,
    notes: WalkNotes,
  ): boolean | undefined {
    const { frames, walk } = this;
    const { depth } = frames;
    const before = notes.size;
    this.isTrying = true;
    const end = walk.value(legacy.starts[i] as number, candidate.starts[j] as number, element);
    this.isTrying = false;
    if (end !== legacy.ends[i] || end + walk.shift !== candidate.ends[j]) return undefined;
    if (notes.size === before) return true;
    const isSure = notes.arePlain(before, element);
    notes.takeBack(before, depth);
    return isSure ? false : undefined;
  }
}

/** Of an array, from behind its opening bracket on; undefined where it is none. Nothing in it is checked. */
function stretch(text: Words, from: number): Stretch | undefined {
  const { bytes } = text;
  const starts: number[] = [];
  const ends: number[] = [];
  let p = spaceEnd(bytes, from);
  if (bytes[p] === CLOSE_ARRAY) return { starts, ends, end: p + 1 };
  for (;;) {
    const end = valueEnd(text, p);
    if (end < 0) return undefined;
    starts.push(p);
    ends.push(end);
    p = spaceEnd(bytes, end);
    if (bytes[p] === CLOSE_ARRAY) return { starts, ends, end: p + 1 };
    if (bytes[p] !== COMMA) return undefined;
    p = spaceEnd(bytes, p + 1);
  }
}
