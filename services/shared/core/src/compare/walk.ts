// The quick comparison: both texts are walked in lock-step, equal bytes together, values at ignored places each for itself.
//
// It only ever answers "the same under the rules, and not identical", and only where that is sure: same spelling and
// order everywhere but at ignored places, both texts valid JSON without duplicate keys, and at least one ignored value
// that is surely another one. Everything else is left to the full comparison. Written flat for speed
// (scripts/bench/kernel.ts: several times faster than parsing).
import { escapeEnd, literalEnd, numberEnd, STRING_BYTE } from '../json/parse.ts';
import { HASH_SEED, sameBytes } from '../json/strings.ts';
import { sequenceEnd } from '../json/utf8.ts';
import type { RuleState } from './rule-states.ts';

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

export class Walker {
  private readonly root: RuleState;
  private readonly depth: number;
  private a: Uint8Array = new Uint8Array(0);
  private b: Uint8Array = this.a;
  private p = 0;
  private q = 0;
  /** Some ignored value surely is another one. */
  private different = false;
  private readonly objects = new Uint8Array(DEEPEST + 1);
  private readonly states: RuleState[] = [];
  private readonly indexes = new Int32Array(DEEPEST + 1);
  /** Hashes of the member names of each open object, and which of 32 buckets they fall in. */
  private readonly hashes = new Int32Array((DEEPEST + 1) * MOST_MEMBERS);
  private readonly buckets = new Int32Array(DEEPEST + 1);

  constructor(root: RuleState, depth: number) {
    this.root = root;
    this.depth = Math.min(depth, DEEPEST);
  }

  /** True: valid, not identical, and the same but for what is ignored. False: not known. */
  same(legacy: Uint8Array, candidate: Uint8Array): boolean {
    this.a = legacy;
    this.b = candidate;
    this.p = 0;
    this.q = 0;
    this.different = false;
    const answer = this.walk();
    this.a = this.b = EMPTY;
    return answer && this.different;
  }

  private walk(): boolean {
    const { a, b, objects, states, indexes } = this;
    let state = this.root;
    let depth = 0;
    for (;;) {
      if (!this.space()) return false;
      const byte = a[this.p] as number;
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        if (b[this.q] !== byte || depth >= this.depth) return false;
        this.p++;
        this.q++;
        depth++;
        objects[depth] = byte === OPEN_OBJECT ? 1 : 0;
        states[depth] = state;
        indexes[depth] = 0;
        this.buckets[depth] = 0;
        if (!this.space()) return false;
        if (a[this.p] !== (byte === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY)) {
          const next = this.child(depth);
          if (next === undefined) return false;
          state = next;
          continue;
        }
      } else if (!(state.ignored ? this.ignored() : this.scalar(byte))) return false;
      // A value has ended, or an empty container is about to: close what closes here.
      for (;;) {
        if (!this.space()) return false;
        if (depth === 0) return this.p === a.length && this.q === b.length;
        const separator = a[this.p] as number;
        if (separator !== b[this.q]) return false;
        this.p++;
        this.q++;
        if (separator === COMMA) {
          indexes[depth] = (indexes[depth] as number) + 1;
          const next = this.child(depth);
          if (next === undefined) return false;
          state = next;
          break;
        }
        if (separator !== (objects[depth] === 1 ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
        depth--;
      }
    }
  }

  /** The rules of the next child; the name of a member is walked over. */
  private child(depth: number): RuleState | undefined {
    const parent = this.states[depth] as RuleState;
    if (this.objects[depth] === 0) return parent.element(this.indexes[depth] as number);
    const { a, b } = this;
    if (!this.space() || a[this.p] !== QUOTE || b[this.q] !== QUOTE) return undefined;
    const start = ++this.p;
    let p = start;
    let q = ++this.q;
    let hash = HASH_SEED;
    for (;;) {
      const byte = a[p] as number;
      if (byte !== b[q]) return undefined;
      if (STRING_BYTE[byte] !== 0) break;
      hash = Math.imul(hash ^ byte, 0x01000193);
      p++;
      q++;
    }
    // Names with escapes or beyond ASCII are left to the full comparison.
    if (a[p] !== QUOTE || this.repeated(depth, hash)) return undefined;
    this.p = p + 1;
    this.q = q + 1;
    if (!this.space() || a[this.p] !== COLON || b[this.q] !== COLON) return undefined;
    this.p++;
    this.q++;
    return parent.memberAt(hash, a, start, p);
  }

  /** Whether a member of this hash was seen in the open object: perhaps a duplicate. */
  private repeated(depth: number, hash: number): boolean {
    const count = this.indexes[depth] as number;
    if (count >= MOST_MEMBERS) return true;
    const first = depth * MOST_MEMBERS;
    const bucket = 1 << (hash & 31);
    if (((this.buckets[depth] as number) & bucket) !== 0) {
      for (let i = first; i < first + count; i++) if (this.hashes[i] === hash) return true;
    }
    this.buckets[depth] = (this.buckets[depth] as number) | bucket;
    this.hashes[first + count] = hash;
    return false;
  }

  /** White space must be the same on both sides. */
  private space(): boolean {
    while (isSpace(this.a[this.p] as number)) {
      if (this.a[this.p] !== this.b[this.q]) return false;
      this.p++;
      this.q++;
    }
    return true;
  }

  /** A value that is compared: the same bytes. */
  private scalar(byte: number): boolean {
    const { a, b } = this;
    if (byte === QUOTE) return this.text();
    const end =
      byte === 0x2d || (byte >= 0x30 && byte <= 0x39)
        ? numberEnd(a, this.p, a.length)
        : literalEnd(a, this.p, a.length);
    if (end < 0) return false;
    while (this.p < end) if (a[this.p++] !== b[this.q++]) return false;
    return true;
  }

  private text(): boolean {
    const { a, b } = this;
    let p = this.p;
    let q = this.q;
    if (b[q] !== QUOTE) return false;
    p++;
    q++;
    for (;;) {
      let byte = a[p] as number;
      while (byte === b[q] && STRING_BYTE[byte] === 0) {
        p++;
        q++;
        byte = a[p] as number;
      }
      if (byte !== b[q]) return false;
      if (byte === QUOTE) break;
      const end = byte === BACKSLASH ? escapeEnd(a, p, a.length) : byte >= 0x80 ? sequenceEnd(a, p, a.length) : -1;
      if (end < 0) return false;
      while (p < end) if (a[p++] !== b[q++]) return false;
    }
    this.p = p + 1;
    this.q = q + 1;
    return true;
  }

  /** A value that is ignored: valid on both sides. */
  private ignored(): boolean {
    const { a, b, p, q } = this;
    const aEnd = scalarEnd(a, p);
    const bEnd = scalarEnd(b, q);
    if (aEnd < 0 || bEnd < 0) return false;
    this.p = aEnd;
    this.q = bEnd;
    if (!this.different && !sameBytes(a, p, aEnd, b, q, bEnd)) {
      this.different =
        kindOf(a[p] as number) !== kindOf(b[q] as number) || (onlySpelling(a, p, aEnd) && onlySpelling(b, q, bEnd));
    }
    return true;
  }
}

const EMPTY = new Uint8Array(0);

/** Where the string, number or literal at `at` ends, or -1. */
function scalarEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return numberEnd(bytes, at, bytes.length);
  if (byte !== QUOTE) return literalEnd(bytes, at, bytes.length);
  let p = at + 1;
  for (;;) {
    while (STRING_BYTE[bytes[p] as number] === 0) p++;
    const stop = bytes[p] as number;
    if (stop === QUOTE) return p + 1;
    p =
      stop === BACKSLASH ? escapeEnd(bytes, p, bytes.length) : stop >= 0x80 ? sequenceEnd(bytes, p, bytes.length) : -1;
    if (p < 0) return -1;
  }
}

/** By the first byte: 0 number, else the byte itself. */
function kindOf(byte: number): number {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? 0 : byte;
}

/** Whether this is the only way, of those that pass here, to write the value: then other bytes are another value. */
function onlySpelling(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === QUOTE) {
    for (let p = start + 1; p < end - 1; p++) if (bytes[p] === BACKSLASH) return false;
    return true;
  }
  let fraction = false;
  let zero = true;
  for (let p = start; p < end; p++) {
    const byte = bytes[p] as number;
    if ((byte | 0x20) === 0x65) return kindOf(bytes[start] as number) !== 0;
    if (byte === 0x2e) fraction = true;
    else if (byte >= 0x31 && byte <= 0x39) zero = false;
  }
  return kindOf(bytes[start] as number) !== 0 || (!zero && !(fraction && bytes[end - 1] === 0x30));
}
