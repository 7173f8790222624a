// A text walked along a parsed document: the same members in whatever order, equal bytes everywhere but at ignored places.
//
// The rung between the walk of two texts and the full comparison: documents whose members come in another order need one
// of them parsed, not both (scripts/bench/pairs.ts). It answers only where that is sure: values spelt alike, names without
// escapes, no value that a rule would have to excuse. The text is validated on the way, duplicate names included.
import { STRING_BYTE } from '../json/parse.ts';
import { HASH_SEED, sameBytes } from '../json/strings.ts';
import { ARRAY, ESCAPED, OBJECT, STRING, type Tape } from '../json/tape.ts';
import type { RuleState } from './rule-states.ts';
import { kindOf, onlySpelling, scalarEnd } from './scalars.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Deeper documents and larger objects are left to the full comparison. */
const DEEPEST = 64;
const MOST_MEMBERS = 31;

export class MemberWalk {
  private readonly text: Uint8Array;
  private readonly tape: Tape;
  private at = 0;
  private depth = 0;
  /** Some ignored value surely is another one. */
  private different = false;
  /** Some ignored value may be another one. */
  private unsure = false;

  /** `tape`: a valid document without duplicate keys. */
  constructor(text: Uint8Array, tape: Tape) {
    this.text = text;
    this.tape = tape;
  }

  /** undefined: not known. */
  compare(root: RuleState): 'identical' | 'equivalent' | undefined {
    this.space();
    if (!this.value(0, root)) return undefined;
    this.space();
    if (this.at !== this.text.length) return undefined;
    if (this.different) return 'equivalent';
    return this.unsure ? undefined : 'identical';
  }

  private value(node: number, state: RuleState): boolean {
    if (state.skipped) return this.ignored(node);
    // Included below: more than an equality. Sets in the same order are the same; in another, equal bytes are not found.
    if (state.ignored) return false;
    const kind = this.tape.kind[node] as number;
    if (kind < ARRAY) return this.scalar(node, kind);
    if (this.depth === DEEPEST) return false;
    if (this.text[this.at] !== (kind === OBJECT ? OPEN_OBJECT : OPEN_ARRAY)) return false;
    this.at++;
    this.depth++;
    this.space();
    const isSame = kind === OBJECT ? this.members(node, state) : this.elements(node, state);
    this.depth--;
    return isSame;
  }

  private elements(node: number, state: RuleState): boolean {
    const { tape, text } = this;
    const end = tape.next[node] as number;
    let index = 0;
    for (let element = node + 1; element < end; element = tape.next[element] as number) {
      if (index > 0 && !this.separator()) return false;
      if (!this.value(element, state.element(index++))) return false;
      this.space();
    }
    return text[this.at++] === CLOSE_ARRAY;
  }

  private members(node: number, state: RuleState): boolean {
    const { tape, text } = this;
    const size = tape.size[node] as number;
    if (size > MOST_MEMBERS) return false;
    const end = tape.next[node] as number;
    let expected = node + 1;
    let ordinal = 0;
    let found = 0;
    for (let count = 0; count < size; count++) {
      if (count > 0 && !this.separator()) return false;
      const from = this.at + 1;
      const hash = this.name();
      if (hash === undefined) return false;
      const to = this.at - 1;
      let key = expected;
      if (key >= end || !this.isNamed(key, hash, from, to)) {
        ordinal = 0;
        for (key = node + 1; key < end && !this.isNamed(key, hash, from, to); key = tape.next[key + 1] as number) {
          ordinal++;
        }
        if (key >= end) return false;
      }
      // As many names as members, and none of them twice: the same names.
      if ((found & (1 << ordinal)) !== 0) return false;
      found |= 1 << ordinal;
      this.space();
      if (text[this.at++] !== COLON) return false;
      this.space();
      if (!this.value(key + 1, state.memberAt(hash, text, from, to))) return false;
      this.space();
      expected = tape.next[key + 1] as number;
      ordinal++;
    }
    return text[this.at++] === CLOSE_OBJECT;
  }

  private isNamed(key: number, hash: number, from: number, to: number): boolean {
    const { tape } = this;
    return (
      tape.hash[key] === hash &&
      tape.kind[key] === STRING &&
      sameBytes(this.text, from, to, tape.bytes, tape.start[key] as number, tape.end[key] as number)
    );
  }

  /** Passes a name in plain ASCII, quotes included; its hash, or undefined. */
  private name(): number | undefined {
    const { text } = this;
    if (text[this.at] !== QUOTE) return undefined;
    let p = this.at + 1;
    let hash = HASH_SEED;
    for (let byte = text[p] as number; STRING_BYTE[byte] === 0; byte = text[++p] as number) {
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    if (text[p] !== QUOTE) return undefined;
    this.at = p + 1;
    return hash;
  }

  private scalar(node: number, kind: number): boolean {
    const { tape, text } = this;
    const quotes = kind === STRING || kind === ESCAPED ? 1 : 0;
    const from = (tape.start[node] as number) - quotes;
    const length = (tape.end[node] as number) + quotes - from;
    const { at } = this;
    for (let i = 0; i < length; i++) if (text[at + i] !== tape.bytes[from + i]) return false;
    this.at = at + length;
    // A string ends with its quote; a number would go on.
    return quotes === 1 || !isPartOfWord(text[this.at]);
  }

  /** A scalar on both sides, valid, whatever its value. */
  private ignored(node: number): boolean {
    const { tape, text, at } = this;
    const kind = tape.kind[node] as number;
    const byte = text[at];
    if (kind >= ARRAY || byte === undefined || byte === OPEN_OBJECT || byte === OPEN_ARRAY) return false;
    const end = scalarEnd(text, at);
    if (end < 0) return false;
    this.at = end;
    if (this.different) return true;
    const quotes = kind === STRING || kind === ESCAPED ? 1 : 0;
    const from = (tape.start[node] as number) - quotes;
    const to = (tape.end[node] as number) + quotes;
    if (sameBytes(text, at, end, tape.bytes, from, to)) return true;
    const isOther =
      kindOf(byte) !== kindOf(tape.bytes[from] as number) ||
      (onlySpelling(text, at, end) && onlySpelling(tape.bytes, from, to));
    if (isOther) this.different = true;
    else this.unsure = true;
    return true;
  }

  private separator(): boolean {
    if (this.text[this.at++] !== COMMA) return false;
    this.space();
    return true;
  }

  private space(): void {
    const { text } = this;
    for (let byte = text[this.at]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; ) {
      byte = text[++this.at];
    }
  }
}

function isPartOfWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const letter = byte | 0x20;
  return isDigit || byte === 0x2e || byte === 0x2b || byte === 0x2d || (letter >= 0x61 && letter <= 0x7a);
}
