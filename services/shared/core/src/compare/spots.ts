// The places documents of one kind have, remembered from walk to walk: the name that is likely to come next, the rules
// there, and what a difference there is called.
//
// A name that comes where it came last time is recognised by its bytes, without hashing it or asking the rules
// (scripts/bench/kernel.ts).
import { STRING, Tape } from '../json/tape.ts';
import { pointerSegment } from '../json/text.ts';
import type { DifferenceKind } from '../outcome.ts';
import { generalise } from './generalise.ts';
import { HASH64_SEED, type Hash64, hash64, hash64Text } from './hash64.ts';
import type { RuleState } from './rule-states.ts';
import { type Entry, Signatures } from './signatures.ts';
import { wordsOf } from './words.ts';

/** Spots, entries and signatures kept: some megabytes. Beyond, all are forgotten before the next walk. */
const MOST = 20_000;
/** Members remembered of one object: more of them are names made of data. */
const MOST_MEMBERS = 256;
/** Elements that rules name by index. */
const MOST_INDEXES = 64;
/** Longer names are made of data, too, bytes. */
const LONGEST_NAME = 256;
const NO_KEY = new Uint8Array(0);
const NO_WORDS: readonly number[] = [];
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;

export class Spot {
  readonly up: Spot | undefined;
  readonly state: RuleState;
  readonly isIgnored: boolean;
  /** `"name":` as it is spelt most; of the root and of elements empty. */
  readonly key: Uint8Array;
  /** Of a member: the same behind an opening bracket, and behind a comma; and how many bytes that is. */
  readonly opening: readonly number[];
  readonly following: readonly number[];
  readonly span: number;
  readonly isElement: boolean;
  /** Of a member: as a segment of a JSON Pointer. */
  readonly step: string;
  /** JSON Pointer, where it is always the same. */
  readonly path: string | undefined;
  /** Rules judge differences here: not every one counts. */
  readonly isJudged: boolean;
  /** What came first below, and after this one, on legacy's side and on the candidate's. */
  first: Spot | undefined;
  next: Spot | undefined;
  firstOther: Spot | undefined;
  nextOther: Spot | undefined;
  /** The object this member was last met in, on each side. */
  met = 0;
  metOther = 0;
  /** Where the value was found in the candidate's text, and the member that was read after it, while members are sorted. */
  valueStart = 0;
  valueEnd = 0;
  chain: Spot | undefined;
  private readonly spots: Spots;
  private members: Map<number, Spot> | undefined;
  /** Of the same hash. */
  private alike: Spot | undefined;
  private indexed: Spot[] | undefined;
  private any: Spot | undefined;
  private hash: Hash64 | undefined;
  private lastKind = -1;
  private lastEntry: Entry | undefined;
  private entries: Map<number, Entry> | undefined;
  private keys: Tape | undefined;

  constructor(spots: Spots, up: Spot | undefined, state: RuleState, key: Uint8Array, name: string | undefined) {
    spots.kept++;
    this.spots = spots;
    this.up = up;
    this.state = state;
    this.isIgnored = state.ignored;
    this.key = key;
    this.opening = name === undefined ? NO_WORDS : wordsOf(behind(OPEN_OBJECT, key));
    this.following = name === undefined ? NO_WORDS : wordsOf(behind(COMMA, key));
    this.span = key.length + 1;
    this.isElement = up !== undefined && name === undefined;
    this.step = name === undefined ? '' : `/${pointerSegment(name)}`;
    this.isJudged = state.judging.length > 0 || state.known.length > 0;
    this.path =
      this.isElement || (up !== undefined && up.path === undefined) ? undefined : `${up?.path ?? ''}${this.step}`;
  }

  /** The member of this name in plain ASCII, given its hash and bytes, in quotes; undefined where there is no room. */
  member(hash: number, bytes: Uint8Array, start: number, end: number): Spot | undefined {
    this.members ??= new Map();
    const first = this.members.get(hash);
    for (let spot = first; spot !== undefined; spot = spot.alike) if (spot.isNamed(bytes, start, end)) return spot;
    if (this.members.size > 2 * MOST_MEMBERS || end - start > LONGEST_NAME || this.spots.isFull) return undefined;
    const key = new Uint8Array(end - start + 3);
    key.set(bytes.subarray(start - 1, end + 1));
    key[key.length - 1] = 0x3a;
    let name = '';
    for (let at = start; at < end; at++) name += String.fromCharCode(bytes[at] as number);
    const spot = new Spot(this.spots, this, this.state.memberAt(hash, bytes, start, end), key, name);
    spot.alike = first;
    this.members.set(hash, spot);
    return spot;
  }

  /** Before the members of another object are asked for. */
  makeRoom(): void {
    if (this.members === undefined || this.members.size <= MOST_MEMBERS) return;
    this.members = undefined;
    this.first = undefined;
    this.firstOther = undefined;
  }

  /** What stands at an index; undefined where there is no room. */
  element(index: number): Spot | undefined {
    const { state } = this;
    if (!state.positional) {
      this.any ??= new Spot(this.spots, this, state.element(0), NO_KEY, undefined);
      return this.any;
    }
    this.indexed ??= [];
    const known = this.indexed[index];
    if (known !== undefined) return known;
    if (index >= MOST_INDEXES) return undefined;
    const spot = new Spot(this.spots, this, state.element(index), NO_KEY, undefined);
    this.indexed[index] = spot;
    return spot;
  }

  /** How a kind of difference here is named in signatures. `code`: of the kind and the two shapes. */
  entry(code: number, kind: DifferenceKind, legacy: string, candidate: string): Entry {
    if (this.lastEntry !== undefined && this.lastKind === code) return this.lastEntry;
    this.entries ??= new Map();
    let entry = this.entries.get(code);
    if (entry === undefined) {
      const text = hash64Text(hash64(this.patternHash(), ` ${kind} ${legacy} ${candidate}`));
      entry = this.spots.signatures.entry(text);
      this.entries.set(code, entry);
    }
    this.lastKind = code;
    this.lastEntry = entry;
    return entry;
  }

  /** A tape whose first node is the name. */
  nameTape(): Tape {
    if (this.keys === undefined) {
      this.keys = new Tape();
      this.keys.grow(1);
      this.keys.bytes = this.key;
      this.keys.length = 1;
      this.keys.kind[0] = STRING;
      this.keys.start[0] = 1;
      this.keys.end[0] = this.key.length - 2;
      this.keys.next[0] = 1;
    }
    return this.keys;
  }

  /** Of the generalised path. */
  private patternHash(): Hash64 {
    const { up, step, isElement } = this;
    if (up === undefined) return HASH64_SEED;
    this.hash ??= hash64(up.patternHash(), isElement ? '/*' : generalise(step));
    return this.hash;
  }

  private isNamed(bytes: Uint8Array, start: number, end: number): boolean {
    const { key } = this;
    if (key.length !== end - start + 3) return false;
    for (let at = start, i = 1; at < end; at++, i++) if (bytes[at] !== key[i]) return false;
    return true;
  }
}

function behind(byte: number, key: Uint8Array): Uint8Array {
  const piece = new Uint8Array(key.length + 1);
  piece[0] = byte;
  piece.set(key, 1);
  return piece;
}

/** All places below one root. */
export class Spots {
  kept = 0;
  readonly signatures: Signatures = new Signatures();
  readonly root: Spot;

  constructor(state: RuleState) {
    this.root = new Spot(this, undefined, state, NO_KEY, undefined);
  }

  get isFull(): boolean {
    return this.kept + this.signatures.kept > MOST;
  }
}
