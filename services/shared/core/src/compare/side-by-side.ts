// Two JSON texts walked side by side: equal bytes together, values at ignored places each for itself, members by their names.
//
// Written for speed (scripts/bench/kernel.ts). Every function gives where what it passed ends in the first text, and in
// `shift` how far the second is ahead; -1 where nothing is known.
import { sameBytes } from '../json/strings.ts';
import { Lones } from './lones.ts';
import { Names } from './names.ts';
import { Others } from './others.ts';
import { ScalarPair, scalarEnd } from './scalars.ts';
import type { Spot } from './spots.ts';
import { keyEnd, spaceEnd, textEnd, wordEnd } from './two-texts.ts';
import type { WalkNotes } from './walk-notes.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export class SideBySide {
  /** Some ignored value is another one. */
  different = false;
  /** Objects met, ever: by that number they are told apart. */
  objects = 0;
  /** Candidate position minus legacy position. */
  private shift = 0;
  private depth = 0;
  /** Containers opened so far. */
  private opened = 0;
  private readonly deepest: number;
  private readonly notes: WalkNotes | undefined;
  private readonly scalarsOnly: boolean;
  private readonly pair = new ScalarPair();
  private readonly names = new Names();
  private readonly lones = new Lones();

  constructor(deepest: number, notes: WalkNotes | undefined, scalarsOnly: boolean) {
    this.deepest = deepest;
    this.notes = notes;
    this.scalarsOnly = scalarsOnly;
  }

  /** Whether all of both could be passed. */
  passes(a: Uint8Array, b: Uint8Array, root: Spot): boolean {
    this.different = false;
    this.shift = 0;
    this.depth = 0;
    this.opened = 0;
    const end = this.value(a, b, 0, root, -1);
    if (end < 0) return false;
    return spaceEnd(a, end) === a.length && spaceEnd(b, end + this.shift) === b.length;
  }

  /** `inside`: the container it stands in. */
  private value(a: Uint8Array, b: Uint8Array, from: number, spot: Spot, inside: number): number {
    let p = from;
    let byte = a[p] as number;
    if (byte <= 0x20) {
      p = spaceEnd(a, p);
      this.shift += from - p;
      byte = a[p] as number;
    }
    let other = b[p + this.shift] as number;
    if (other <= 0x20) {
      const q = spaceEnd(b, p + this.shift);
      this.shift = q - p;
      other = b[q] as number;
    }
    if (byte === other) {
      if (byte === OPEN_OBJECT) return this.object(a, b, p, spot);
      if (byte === OPEN_ARRAY) return this.array(a, b, p, spot);
      if (!spot.isIgnored) {
        const end = byte === QUOTE ? textEnd(a, b, p, this.shift) : wordEnd(a, b, p, this.shift);
        if (end >= 0) return end;
      }
    }
    return this.scalars(a, b, p, spot, inside);
  }

  /** Scalars that are ignored, or not spelt alike. */
  private scalars(a: Uint8Array, b: Uint8Array, p: number, spot: Spot, inside: number): number {
    const q = p + this.shift;
    const aEnd = scalarEnd(a, p);
    const bEnd = scalarEnd(b, q);
    if (aEnd < 0 || bEnd < 0) return -1;
    this.shift = bEnd - aEnd;
    if (spot.isIgnored && this.different) return aEnd;
    if (sameBytes(a, p, aEnd, b, q, bEnd) || this.pair.same(a, p, aEnd, b, q, bEnd)) return aEnd;
    if (spot.isIgnored) this.different = true;
    else if (this.notes?.add(spot, inside, p, aEnd, q, bEnd) !== true) return -1;
    return aEnd;
  }

  private array(a: Uint8Array, b: Uint8Array, from: number, spot: Spot): number {
    if (this.depth === this.deepest) return -1;
    this.depth++;
    const inside = this.opened++;
    const isPositional = spot.state.positional;
    let element = spot.element(0);
    let p = from + 1;
    const end = this.emptyEnd(a, b, p);
    if (end >= 0) {
      this.depth--;
      return end;
    }
    this.notes?.openArray(inside, spot.state);
    for (let index = 0; element !== undefined; ) {
      p = this.value(a, b, p, element, inside);
      if (p < 0) return -1;
      let separator = a[p] as number;
      let q = p + this.shift;
      if (separator !== b[q] || separator <= 0x20) {
        p = spaceEnd(a, p);
        q = spaceEnd(b, q);
        this.shift = q - p;
        separator = a[p] as number;
        if (separator !== b[q]) return -1;
      }
      p++;
      if (separator !== COMMA) {
        if (separator !== CLOSE_ARRAY) return -1;
        this.notes?.closeArray();
        this.depth--;
        return p;
      }
      index++;
      this.notes?.atElement(index);
      if (isPositional) element = spot.element(index);
    }
    return -1;
  }

  /** Where two empty arrays end; -1 if they are none. */
  private emptyEnd(a: Uint8Array, b: Uint8Array, from: number): number {
    const p = spaceEnd(a, from);
    if (a[p] !== CLOSE_ARRAY) return -1;
    const q = spaceEnd(b, from + this.shift);
    if (b[q] !== CLOSE_ARRAY) return -1;
    this.shift = q - p;
    return p + 1;
  }

  private object(a: Uint8Array, b: Uint8Array, from: number, spot: Spot): number {
    if (this.depth === this.deepest) return -1;
    this.depth++;
    const inside = this.opened++;
    const mark = ++this.objects;
    spot.makeRoom();
    let p = from + 1;
    if (a[p] === CLOSE_OBJECT && b[p + this.shift] === CLOSE_OBJECT) {
      this.depth--;
      return p + 1;
    }
    let last: Spot | undefined;
    for (;;) {
      let member = last === undefined ? spot.first : last.next;
      const end = member === undefined ? -1 : keyEnd(a, b, p, this.shift, member.key);
      if (member !== undefined && end >= 0) p = end;
      else {
        const q = spaceEnd(b, p + this.shift);
        p = spaceEnd(a, p);
        this.shift = q - p;
        member = this.names.at(a, p, spot, last === undefined ? spot.first : last.next);
        const after = this.names.valueAt;
        const otherMember = member === undefined ? undefined : this.names.at(b, q, spot, member);
        if (member === undefined || member !== otherMember)
          return this.sorted(a, b, p, q, spot, inside, mark, last, true);
        this.shift = this.names.valueAt - after;
        p = after;
        if (last === undefined) spot.first = member;
        else last.next = member;
      }
      if (member.met === mark) return -1;
      member.met = mark;
      member.metOther = mark;
      last = member;
      p = this.value(a, b, p, member, inside);
      if (p < 0) return -1;
      let separator = a[p] as number;
      let q = p + this.shift;
      if (separator !== b[q] || separator <= 0x20) {
        p = spaceEnd(a, p);
        q = spaceEnd(b, q);
        this.shift = q - p;
        separator = a[p] as number;
        if (separator !== b[q]) return this.sorted(a, b, p, q, spot, inside, mark, last, false);
      }
      if (separator !== COMMA) {
        this.depth--;
        return separator === CLOSE_OBJECT ? p + 1 : -1;
      }
      p++;
    }
  }

  /**
   * The rest of an object whose members come in another order, or are not all on both sides: the candidate's are looked up
   * by name. `p` and `q` are at names (or the end of an empty object), else at what follows the value of `last`.
   */
  private sorted(
    a: Uint8Array,
    b: Uint8Array,
    from: number,
    q: number,
    spot: Spot,
    inside: number,
    mark: number,
    passed: Spot | undefined,
    isAtName: boolean,
  ): number {
    const others = new Others(b, q, passed);
    let p = from;
    let last = passed;
    let isOpen: boolean;
    if (isAtName) {
      isOpen = a[p] !== CLOSE_OBJECT;
      others.isOpen = b[q] !== CLOSE_OBJECT;
      if (passed !== undefined && !(isOpen && others.isOpen)) return -1;
    } else {
      if (!others.pass()) return -1;
      isOpen = a[p] === COMMA;
      if (!isOpen && a[p] !== CLOSE_OBJECT) return -1;
      if (isOpen) p = spaceEnd(a, p + 1);
    }
    while (isOpen) {
      const member = this.names.at(a, p, spot, last === undefined ? spot.first : last.next);
      if (member === undefined || member.met === mark) return -1;
      member.met = mark;
      if (last === undefined) spot.first = member;
      else last.next = member;
      last = member;
      p = this.names.valueAt;
      while (others.isOpen && member.metOther !== mark) if (!others.read(this.names, spot, mark)) return -1;
      if (member.metOther === mark) {
        this.shift = member.valueStart - p;
        p = this.value(a, b, p, member, inside);
        if (p < 0 || p + this.shift !== member.valueEnd) return -1;
      } else {
        p = this.lone(a, p, member, inside, true);
        if (p < 0) return -1;
      }
      p = spaceEnd(a, p);
      isOpen = a[p] === COMMA;
      if (!isOpen && a[p] !== CLOSE_OBJECT) return -1;
      if (isOpen) p = spaceEnd(a, p + 1);
    }
    while (others.isOpen) if (!others.read(this.names, spot, mark)) return -1;
    for (let other = others.first; other !== undefined; other = other.chain) {
      if (other.met === mark) continue;
      if (this.lone(b, other.valueStart, other, inside, false) !== other.valueEnd) return -1;
    }
    this.shift = others.at - p;
    this.depth--;
    return p + 1;
  }

  /** Where the value of a member that only one side has ends, if it is valid; -1 where nothing is known. */
  private lone(bytes: Uint8Array, from: number, spot: Spot, inside: number, onLegacy: boolean): number {
    const at = spaceEnd(bytes, from);
    const isContainer = bytes[at] === OPEN_OBJECT || bytes[at] === OPEN_ARRAY;
    const end = isContainer ? this.lones.end(bytes, at, this.deepest - this.depth) : scalarEnd(bytes, at);
    if (end < 0) return -1;
    const { ignored, skipped } = spot.state;
    if (skipped) this.different = true;
    else if (ignored || this.notes === undefined || (isContainer && this.scalarsOnly)) return -1;
    else if (
      onLegacy ? !this.notes.add(spot, inside, at, end, -1, -1) : !this.notes.add(spot, inside, -1, -1, at, end)
    ) {
      return -1;
    }
    return end;
  }
}
