// The quick comparison: both texts are walked in lock-step, equal bytes together, values at ignored places each for itself.
//
// It only ever answers "the same under the rules, and not identical", and only where that is sure: same spelling and
// order everywhere but at ignored places, both texts valid JSON without duplicate keys, and at least one ignored value
// that is surely another one. Everything else is left to the full comparison. Written flat for speed
// (scripts/bench/kernel.ts: several times faster than parsing).
import { escapeEnd, literalEnd, numberEnd, STRING_BYTE } from '../json/parse.ts';
import { HASH_SEED, sameBytes } from '../json/strings.ts';
import { sequenceEnd } from '../json/utf8.ts';
import type { Findings } from './findings.ts';
import type { RuleState } from './rule-states.ts';
import { kindOf, onlySpelling, scalarEnd } from './scalars.ts';
import { type Trail, WalkNotes } from './walk-notes.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Deeper documents and larger objects are left to the full comparison. */
const DEEPEST = 256;
const MOST_MEMBERS = 128;

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

export class Walker implements Trail {
  private readonly root: RuleState;
  private readonly deepest: number;
  /** Some ignored value surely is another one. */
  private different = false;
  /** Candidate position minus legacy position. */
  private shift = 0;
  /** Of the name passed last. */
  private nameHash = 0;
  depth = 0;
  readonly objects: Uint8Array = new Uint8Array(DEEPEST + 1);
  readonly states: RuleState[] = [];
  readonly indexes: Int32Array = new Int32Array(DEEPEST + 1);
  readonly nameStarts: Int32Array = new Int32Array(DEEPEST + 1);
  readonly nameEnds: Int32Array = new Int32Array(DEEPEST + 1);
  readonly containers: Int32Array = new Int32Array(DEEPEST + 1);
  /** Containers opened so far. */
  private opened = 0;
  private readonly notes: WalkNotes | undefined;
  /** Hashes of the member names of each open object, and which of 32 buckets they fall in. */
  private readonly hashes = new Int32Array((DEEPEST + 1) * MOST_MEMBERS);
  private readonly buckets = new Int32Array(DEEPEST + 1);

  /** `notes`: whether differences may be noted; the rules must be such that each stands for itself. */
  constructor(root: RuleState, depth: number, notes = false) {
    this.root = root;
    this.deepest = Math.min(depth, DEEPEST);
    this.notes = notes ? new WalkNotes() : undefined;
  }

  /**
   * Valid, not identical, and the same but for what is ignored; or different in what {@link tell} tells, until the next
   * walk. Undefined: not known.
   */
  walked(legacy: Uint8Array, candidate: Uint8Array): 'equivalent' | 'different' | undefined {
    const { notes } = this;
    this.different = false;
    this.shift = 0;
    this.opened = 0;
    notes?.begin(legacy, candidate);
    const isDone = this.walk(legacy, candidate);
    if (isDone && notes?.isOf(legacy, candidate)) return 'different';
    notes?.clear();
    return isDone && this.different ? 'equivalent' : undefined;
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

  private walk(a: Uint8Array, b: Uint8Array): boolean {
    const { objects, states, indexes } = this;
    let state = this.root;
    let depth = 0;
    let p = 0;
    for (;;) {
      if ((a[p] as number) <= 0x20) p = spaceEnd(a, b, p, this.shift);
      const byte = a[p] as number;
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (b[p + this.shift] !== byte || depth >= this.deepest) return false;
        p++;
        depth++;
        const isObject = byte === OPEN_OBJECT;
        objects[depth] = isObject ? 1 : 0;
        states[depth] = state;
        indexes[depth] = 0;
        this.containers[depth] = this.opened++;
        this.buckets[depth] = 0;
        if ((a[p] as number) <= 0x20) p = spaceEnd(a, b, p, this.shift);
        if (a[p] !== (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          if (isObject) {
            const end = this.nameEnd(a, b, p, this.shift);
            if (end < 0) return false;
            const next = this.member(a, p + 1, end, depth);
            p = colonEnd(a, b, end + 1, this.shift);
            if (p < 0 || next === undefined) return false;
            state = next;
          } else state = state.element(0);
          continue;
        }
      } else {
        if (state.ignored) p = this.ignored(a, b, p);
        else {
          const end = byte === QUOTE ? textEnd(a, b, p, this.shift) : wordEnd(a, b, p, this.shift);
          p = end < 0 ? this.noted(a, b, p, state, depth) : end;
        }
        if (p < 0) return false;
      }
      // A value has ended, or an empty container is about to: close what closes here.
      for (;;) {
        if ((a[p] as number) <= 0x20) p = spaceEnd(a, b, p, this.shift);
        if (depth === 0) return p === a.length && p + this.shift === b.length;
        const separator = a[p] as number;
        if (separator !== b[p + this.shift]) return false;
        p++;
        const parent = states[depth] as RuleState;
        if (separator === COMMA) {
          const index = (indexes[depth] as number) + 1;
          indexes[depth] = index;
          if (objects[depth] === 0) {
            state = parent.element(index);
            break;
          }
          if ((a[p] as number) <= 0x20) p = spaceEnd(a, b, p, this.shift);
          const end = this.nameEnd(a, b, p, this.shift);
          if (end < 0) return false;
          const next = this.member(a, p + 1, end, depth);
          p = colonEnd(a, b, end + 1, this.shift);
          if (p < 0 || next === undefined) return false;
          state = next;
          break;
        }
        if (separator !== (objects[depth] === 1 ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
        depth--;
      }
    }
  }

  /**
   * The closing quote of a name that is the same on both sides, its hash in `nameHash`; -1 also for names with escapes or
   * beyond ASCII.
   */
  private nameEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
    if (a[from] !== QUOTE || b[from + shift] !== QUOTE) return -1;
    let p = from + 1;
    let hash = HASH_SEED;
    let byte = a[p] as number;
    while (byte === b[p + shift] && STRING_BYTE[byte] === 0) {
      hash = Math.imul(hash ^ byte, 0x01000193);
      byte = a[++p] as number;
    }
    this.nameHash = hash;
    return byte === QUOTE && b[p + shift] === QUOTE ? p : -1;
  }

  /** The rules of the member named by these bytes; undefined where the name may be a second one of its kind. */
  private member(a: Uint8Array, start: number, end: number, depth: number): RuleState | undefined {
    this.nameStarts[depth] = start;
    this.nameEnds[depth] = end;
    const hash = this.nameHash;
    const count = this.indexes[depth] as number;
    if (count >= MOST_MEMBERS) return undefined;
    const first = depth * MOST_MEMBERS;
    const bucket = 1 << (hash & 31);
    const buckets = this.buckets[depth] as number;
    if ((buckets & bucket) !== 0) {
      for (let i = first; i < first + count; i++) if (this.hashes[i] === hash) return undefined;
    }
    this.buckets[depth] = buckets | bucket;
    this.hashes[first + count] = hash;
    return (this.states[depth] as RuleState).memberAt(hash, a, start, end);
  }

  /** Where a value ends that surely differs, and whose difference surely counts; -1 where that is not known. */
  private noted(a: Uint8Array, b: Uint8Array, p: number, state: RuleState, depth: number): number {
    const q = p + this.shift;
    if (this.notes === undefined || state.judging.length > 0 || state.known.length > 0) return -1;
    const aEnd = scalarEnd(a, p);
    const bEnd = scalarEnd(b, q);
    if (aEnd < 0 || bEnd < 0) return -1;
    const differs =
      kindOf(a[p] as number) !== kindOf(b[q] as number) || (onlySpelling(a, p, aEnd) && onlySpelling(b, q, bEnd));
    if (!differs || sameBytes(a, p, aEnd, b, q, bEnd)) return -1;
    this.depth = depth;
    if (!this.notes.add(this, p, aEnd, q, bEnd)) return -1;
    this.shift = bEnd - aEnd;
    return aEnd;
  }

  /** Where an ignored value ends, valid on both sides; -1 where that is not known. */
  private ignored(a: Uint8Array, b: Uint8Array, p: number): number {
    const q = p + this.shift;
    const aEnd = scalarEnd(a, p);
    const bEnd = scalarEnd(b, q);
    if (aEnd < 0 || bEnd < 0) return -1;
    this.shift = bEnd - aEnd;
    if (!this.different && !sameBytes(a, p, aEnd, b, q, bEnd)) {
      this.different =
        kindOf(a[p] as number) !== kindOf(b[q] as number) || (onlySpelling(a, p, aEnd) && onlySpelling(b, q, bEnd));
    }
    return aEnd;
  }
}

/** Where white space ends that is the same on both sides; where it is not, what follows differs too. */
function spaceEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  let p = from;
  while (isSpace(a[p] as number) && a[p] === b[p + shift]) p++;
  return p;
}

function colonEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  const p = spaceEnd(a, b, from, shift);
  return a[p] === COLON && b[p + shift] === COLON ? p + 1 : -1;
}

/** Where a string ends that is the same on both sides. */
function textEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  if (b[from + shift] !== QUOTE) return -1;
  let p = from + 1;
  for (;;) {
    let byte = a[p] as number;
    while (byte === b[p + shift] && STRING_BYTE[byte] === 0) byte = a[++p] as number;
    if (byte !== b[p + shift]) return -1;
    if (byte === QUOTE) return p + 1;
    const end = byte === BACKSLASH ? escapeEnd(a, p, a.length) : byte >= 0x80 ? sequenceEnd(a, p, a.length) : -1;
    if (end < 0) return -1;
    while (p < end) if (a[p] !== b[p++ + shift]) return -1;
  }
}

/** Where a number or literal ends that is the same on both sides. */
function wordEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  const byte = a[from] as number;
  const isNumber = byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
  const end = isNumber ? numberEnd(a, from, a.length) : literalEnd(a, from, a.length);
  for (let p = from; p < end; p++) if (a[p] !== b[p + shift]) return -1;
  return end;
}
