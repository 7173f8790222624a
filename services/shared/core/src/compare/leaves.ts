// Values that two texts do not spell alike, passed on a walk: ignored, the same all the same, or noted as different.
import { sameBytes } from '../json/strings.ts';
import type { Frames } from './frames.ts';
import { Lones } from './lones.ts';
import { numeralEnd, ScalarPair, scalarEnd, stringEnd } from './scalars.ts';
import type { Spot } from './spots.ts';
import { spaceEnd } from './two-texts.ts';
import type { WalkNotes } from './walk-notes.ts';
import type { Words } from './words.ts';

const OPEN_ARRAY = 0x5b;
const OPEN_OBJECT = 0x7b;

export class Leaves {
  /** Some ignored value is another one. */
  different = false;
  /** Where the candidate's value passed last ends. */
  otherEnd = 0;
  private readonly frames: Frames;
  private readonly deepest: number;
  private readonly notes: WalkNotes | undefined;
  private readonly scalarsOnly: boolean;
  private readonly pair = new ScalarPair();
  private readonly lones = new Lones();

  constructor(frames: Frames, deepest: number, notes: WalkNotes | undefined, scalarsOnly: boolean) {
    this.frames = frames;
    this.deepest = deepest;
    this.notes = notes;
    this.scalarsOnly = scalarsOnly;
  }

  /**
   * Where legacy's scalar ends; -1 where nothing is known. `parted`: where the two surely part, if they are strings and that
   * is known; else 0.
   */
  scalars(one: Words, p: number, other: Words, q: number, spot: Spot, parted: number): number {
    if (parted > 0) {
      const aEnd = stringEnd(one, parted);
      const bEnd = stringEnd(other, parted + q - p);
      if (aEnd < 0 || bEnd < 0) return -1;
      this.otherEnd = bEnd;
      if (spot.isIgnored) this.different = true;
      else if (this.notes?.add(spot, this.frames, p, aEnd, q, bEnd) !== true) return -1;
      return aEnd;
    }
    if (!spot.isIgnored) {
      const aEnd = numeralEnd(one.bytes, p);
      const bEnd = aEnd < 0 ? -1 : numeralEnd(other.bytes, q);
      if (bEnd >= 0 && !sameBytes(one.bytes, p, aEnd, other.bytes, q, bEnd)) {
        this.otherEnd = bEnd;
        return this.notes?.add(spot, this.frames, p, aEnd, q, bEnd) === true ? aEnd : -1;
      }
    }
    const aEnd = scalarEnd(one, p);
    const bEnd = scalarEnd(other, q);
    if (aEnd < 0 || bEnd < 0) return -1;
    this.otherEnd = bEnd;
    if (spot.isIgnored && this.different) return aEnd;
    const a = one.bytes;
    const b = other.bytes;
    if (sameBytes(a, p, aEnd, b, q, bEnd) || this.pair.same(a, p, aEnd, b, q, bEnd)) return aEnd;
    if (spot.isIgnored) this.different = true;
    else if (this.notes?.add(spot, this.frames, p, aEnd, q, bEnd) !== true) return -1;
    return aEnd;
  }

  /** Where the value of a member that only one side has ends, if it is valid; -1 where nothing is known. */
  lone(text: Words, from: number, spot: Spot, onLegacy: boolean): number {
    const { bytes } = text;
    const at = spaceEnd(bytes, from);
    const isContainer = bytes[at] === OPEN_OBJECT || bytes[at] === OPEN_ARRAY;
    const end = isContainer ? this.lones.end(text, at, this.deepest - this.frames.depth) : scalarEnd(text, at);
    if (end < 0) return -1;
    const { ignored, skipped } = spot.state;
    if (skipped) {
      this.different = true;
      return end;
    }
    if (ignored || this.notes === undefined || (isContainer && this.scalarsOnly)) return -1;
    const isNoted = onLegacy
      ? this.notes.add(spot, this.frames, at, end, -1, -1)
      : this.notes.add(spot, this.frames, -1, -1, at, end);
    return isNoted ? end : -1;
  }
}
