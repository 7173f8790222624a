// Two JSON texts walked side by side: equal bytes together, values at ignored places each for itself, members by their names.
//
// Written for speed (scripts/bench/kernel.ts). Every function gives where what it passed ends in the first text, and in
// `shift` how far the second is ahead; -1 where nothing is known.
import { Frames } from './frames.ts';
import { Insertions } from './insertions.ts';
import { Leaves } from './leaves.ts';
import { Names } from './names.ts';
import { Others } from './others.ts';
import type { Spot } from './spots.ts';
import { emptyEnd, spaceEnd, textEnd, wordEnd } from './two-texts.ts';
import type { WalkNotes } from './walk-notes.ts';
import { standsInBoth, Words } from './words.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

export class SideBySide {
  /** Containers opened, ever: by that number they are told apart. */
  opened = 0;
  /** Candidate position minus legacy position. */
  shift = 0;
  /** Arrays are looked through for elements that one side has more. */
  private aligns = false;
  /** An array ended on one side only. */
  private isUnaligned = false;
  /** Where a step has led. */
  private at = 0;
  private readonly frames: Frames;
  private readonly deepest: number;
  private readonly notes: WalkNotes | undefined;
  readonly leaves: Leaves;
  private readonly insertions: Insertions;
  /** The two texts. */
  private readonly one = new Words();
  private readonly other = new Words();
  private readonly names = new Names();

  constructor(deepest: number, notes: WalkNotes | undefined, scalarsOnly: boolean) {
    this.deepest = deepest;
    this.frames = new Frames(deepest);
    this.leaves = new Leaves(this.frames, deepest, notes, scalarsOnly);
    this.notes = notes;
    this.insertions = new Insertions(this, this.frames, this.leaves);
  }

  /** Whether all of both could be passed. */
  passes(a: Uint8Array, b: Uint8Array, root: Spot): boolean {
    this.one.open(a);
    this.other.open(b);
    this.aligns = false;
    this.isUnaligned = false;
    let end = this.all(root);
    // Mostly no element was inserted or removed: only where one seems to have been are the arrays looked through.
    if (end < 0 && this.notes !== undefined && (this.isUnaligned || this.notes.isUnaligned)) {
      this.aligns = true;
      this.notes.begin(a, b);
      end = this.all(root);
    }
    this.one.release();
    this.other.release();
    if (end < 0) return false;
    return spaceEnd(a, end) === a.length && spaceEnd(b, end + this.shift) === b.length;
  }

  private all(root: Spot): number {
    this.leaves.different = false;
    this.frames.depth = 0;
    return this.value(0, 0, root);
  }

  /** The value at `from` and `fromOther`, with all that is in it: in one loop, for calls cost more than most values do. */
  value(from: number, fromOther: number, place: Spot): number {
    const { frames, leaves, one, other } = this;
    const a = one.bytes;
    const b = other.bytes;
    const base = frames.depth;
    let p = from;
    let q = fromOther;
    let spot = place;
    // Of the innermost container opened here.
    let container = place;
    let last: Spot | undefined;
    let mark = 0;
    let index = -1;
    for (;;) {
      let byte = a[p] as number;
      if (byte <= 0x20) {
        p = spaceEnd(a, p);
        byte = a[p] as number;
      }
      let twin = b[q] as number;
      if (twin <= 0x20) {
        q = spaceEnd(b, q);
        twin = b[q] as number;
      }
      if (byte === twin && (byte === OPEN_OBJECT || byte === OPEN_ARRAY)) {
        if (frames.depth === this.deepest) return -1;
        frames.lasts[frames.depth] = last;
        const depth = ++frames.depth;
        container = spot;
        last = undefined;
        mark = ++this.opened;
        index = byte === OPEN_ARRAY ? 0 : -1;
        frames.spots[depth] = spot;
        frames.marks[depth] = mark;
        frames.indexes[depth] = index;
        if (index === 0) {
          const element = spot.element(0);
          if (element === undefined) return -1;
          const end = this.wholeEnd(p + 1, q + 1, spot);
          if (end === -1) return -1;
          if (end === undefined) {
            p++;
            q++;
            spot = element;
            continue;
          }
          p = end - 1;
          q = p + this.shift;
        } else spot.makeRoom();
      } else {
        let end = -1;
        // Whether one more of them is another is of no use.
        if (byte === twin && !(spot.isIgnored && leaves.different)) {
          end = byte === QUOTE ? textEnd(one, other, p, q - p) : wordEnd(a, b, p, q - p);
        }
        if (end >= 0) q += end - p;
        else {
          end = leaves.scalars(one, p, other, q, spot, ~end);
          if (end < 0) return -1;
          q = leaves.otherEnd;
        }
        p = end;
      }
      // What follows a value, or a bracket.
      for (;;) {
        if (frames.depth === base) {
          this.shift = q - p;
          return p;
        }
        if (index >= 0) {
          let separator = a[p] as number;
          if (separator !== b[q] || separator <= 0x20) {
            p = spaceEnd(a, p);
            q = spaceEnd(b, q);
            separator = a[p] as number;
            if (separator !== b[q]) {
              this.isUnaligned = separator === CLOSE_ARRAY || b[q] === CLOSE_ARRAY;
              return -1;
            }
          }
          p++;
          q++;
          if (separator === COMMA) {
            const element = container.element(++index);
            if (element === undefined) return -1;
            frames.indexes[frames.depth] = index;
            spot = element;
            break;
          }
          if (separator !== CLOSE_ARRAY) return -1;
        } else {
          const isFirst = last === undefined;
          const guess: Spot | undefined = last === undefined ? container.first : last.next;
          let member = guess;
          if (
            guess !== undefined &&
            standsInBoth(one, p, other, q, isFirst ? guess.opening : guess.following, guess.span)
          ) {
            p += guess.span;
            q += guess.span;
          } else if (last !== undefined && a[p] === CLOSE_OBJECT && b[q] === CLOSE_OBJECT) {
            member = undefined;
            p++;
            q++;
          } else {
            member = this.step(p, q, container, last, mark);
            p = this.at;
            if (p < 0) return -1;
            q = p + this.shift;
          }
          if (member !== undefined) {
            if (member.met === mark) return -1;
            member.met = mark;
            member.metOther = mark;
            last = member;
            spot = member;
            break;
          }
        }
        const depth = --frames.depth;
        if (depth > base) {
          container = frames.spots[depth] as Spot;
          last = frames.lasts[depth];
          mark = frames.marks[depth] as number;
          index = frames.indexes[depth] as number;
        }
      }
    }
  }

  /**
   * The next member of an object on both sides, where it is not the one that was guessed; none where the object ends. Where
   * its value begins, or the object ends, is in `at`: -1 where nothing is known.
   */
  private step(from: number, fromOther: number, spot: Spot, last: Spot | undefined, mark: number): Spot | undefined {
    const { one, other, names } = this;
    let p = from;
    let q = fromOther;
    const isFirst = last === undefined;
    this.shift = q - p;
    if (isFirst) {
      if (one.bytes[p + 1] === CLOSE_OBJECT && other.bytes[q + 1] === CLOSE_OBJECT) {
        this.at = p + 2;
        return undefined;
      }
    } else {
      p = spaceEnd(one.bytes, p);
      q = spaceEnd(other.bytes, q);
      this.shift = q - p;
      const separator = one.bytes[p];
      if (separator !== other.bytes[q]) {
        this.at = this.sorted(p, q, spot, mark, last);
        return undefined;
      }
      if (separator !== COMMA) {
        this.at = separator === CLOSE_OBJECT ? p + 1 : -1;
        return undefined;
      }
    }
    const guess = isFirst ? spot.first : last.next;
    const member = names.after(one, p, spot, guess, isFirst);
    const after = names.valueAt;
    if (member === undefined || member !== names.after(other, q, spot, member, isFirst)) {
      this.at = this.sorted(p, q, spot, mark, last);
      return undefined;
    }
    this.shift = names.valueAt - after;
    this.at = after;
    if (isFirst) spot.first = member;
    else last.next = member;
    return member;
  }

  /**
   * Where two arrays end that are empty, or of which one has more elements; undefined where they are to be walked element
   * by element.
   */
  private wholeEnd(from: number, fromOther: number, spot: Spot): number | undefined {
    const { insertions, notes, one, other } = this;
    const p = emptyEnd(one.bytes, from);
    const q = emptyEnd(other.bytes, fromOther);
    this.shift = q - p;
    if (p >= 0 && q >= 0) return p;
    if (p >= 0 || q >= 0) this.isUnaligned = true;
    if (!this.aligns || notes === undefined) return undefined;
    const end = insertions.end(one, from, other, fromOther, spot, notes);
    if (end !== undefined) this.shift = insertions.otherEnd - end;
    return end;
  }

  /**
   * The rest of an object whose members come in another order, or are not all on both sides: the candidate's are looked up
   * by name. `from` and `q` are at what follows the value of `passed`, or without it at the brackets that open the object.
   */
  private sorted(from: number, q: number, spot: Spot, mark: number, passed: Spot | undefined): number {
    const { names, one, other: theirs } = this;
    const a = one.bytes;
    const others = new Others(theirs, q, passed);
    const mine = new Others(one, from, passed);
    if (!others.begin() || !mine.begin()) return -1;
    let p = mine.at;
    let { isOpen } = mine;
    let last = passed;
    while (isOpen) {
      const member = names.after(one, p, spot, last === undefined ? spot.first : last.next, last === undefined);
      if (member === undefined || member.met === mark) return -1;
      member.met = mark;
      if (last === undefined) spot.first = member;
      else last.next = member;
      last = member;
      p = names.valueAt;
      while (others.isOpen && member.metOther !== mark) if (!others.read(names, spot, mark)) return -1;
      if (member.metOther === mark) {
        p = this.value(p, member.valueStart, member);
        if (p < 0 || p + this.shift !== member.valueEnd) return -1;
      } else {
        p = this.leaves.lone(one, p, member, true);
        if (p < 0) return -1;
      }
      p = spaceEnd(a, p);
      isOpen = a[p] === COMMA;
      if (!isOpen && a[p] !== CLOSE_OBJECT) return -1;
    }
    while (others.isOpen) if (!others.read(names, spot, mark)) return -1;
    for (let other = others.first; other !== undefined; other = other.chain) {
      if (other.met === mark) continue;
      if (this.leaves.lone(theirs, other.valueStart, other, false) !== other.valueEnd) return -1;
    }
    this.shift = others.at - p;
    return p + 1;
  }
}
