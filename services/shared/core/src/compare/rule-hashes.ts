// Hashes of values under the rules: what is the same under the rules has the same hash. The reverse need not hold, so a
// hash only ever proposes what to compare.
import { numberText } from '../json/numbers.ts';
import { HASH_SEED, hashUnits } from '../json/strings.ts';
import { ARRAY, ESCAPED, NUMBER, OBJECT, STRING, type Tape } from '../json/tape.ts';
import { EXACT, NOTHING } from './blur.ts';
import type { RuleState } from './rule-states.ts';

const UNKNOWN = 0;
const EMPTY = 0x1b873593 | 0;

export class RuleHashes {
  readonly tape: Tape;
  private memo: Int32Array = new Int32Array(0);
  private readonly double = new DataView(new ArrayBuffer(8));

  constructor(tape: Tape) {
    this.tape = tape;
  }

  /** Hash of a node inside a prepared container. */
  of(node: number): number {
    return this.memo[node] as number;
  }

  /** Hashes all that lies below a container, whose place has these rules. Without recursion: tapes list parents first. */
  prepare(container: number, state: RuleState): void {
    const { tape } = this;
    if (this.memo.length < tape.length) this.memo = new Int32Array(tape.length);
    if (this.memo[container] !== UNKNOWN) return;
    const end = tape.next[container] as number;
    if (state.plain) {
      for (let node = end - 1; node >= container; node--)
        if ((tape.kind[node] as number) >= ARRAY) this.container(node, state);
      return;
    }
    const states = this.states(container, end, state);
    for (let node = end - 1; node >= container; node--) {
      if ((tape.kind[node] as number) >= ARRAY) this.container(node, states[node - container] ?? state);
    }
  }

  /** The rules at every container from `container` on. */
  private states(container: number, end: number, state: RuleState): (RuleState | undefined)[] {
    const { tape } = this;
    const states = new Array<RuleState | undefined>(end - container);
    states[0] = state;
    for (let node = container; node < end; node++) {
      const here = states[node - container];
      if (here === undefined) continue;
      const isObject = tape.kind[node] === OBJECT;
      const last = tape.next[node] as number;
      let index = 0;
      for (let at = node + 1; at < last; index++) {
        const child = isObject ? at + 1 : at;
        if ((tape.kind[child] as number) >= ARRAY) {
          states[child - container] = isObject ? here.member(tape, at) : here.element(index);
        }
        at = tape.next[child] as number;
      }
    }
    return states;
  }

  private container(node: number, state: RuleState): void {
    const hash = this.tape.kind[node] === OBJECT ? this.object(node, state) : this.array(node, state);
    this.memo[node] = state.skipped ? NOTHING : settle(hash);
  }

  private object(node: number, state: RuleState): number {
    const { tape } = this;
    if (state.blur !== undefined && !state.ignored && tape.size[node] === 0) {
      const blurred = state.blur.of(tape, node);
      if (blurred !== EXACT) return blurred;
    }
    const end = tape.next[node] as number;
    let sum = 0;
    for (let key = node + 1; key < end; key = tape.next[key + 1] as number) {
      const value = this.child(key + 1, state.plain ? state : state.member(tape, key));
      if (value !== NOTHING) sum = (sum + mix(Math.imul(tape.hash[key] as number, 0x2545f491) ^ mix(value))) | 0;
    }
    if (state.ignored && sum === 0) return NOTHING;
    return mix(sum ^ 0x7b7d);
  }

  private array(node: number, state: RuleState): number {
    const { tape } = this;
    if (state.blur !== undefined && !state.ignored && tape.size[node] === 0) {
      const blurred = state.blur.of(tape, node);
      if (blurred !== EXACT) return blurred;
    }
    const end = tape.next[node] as number;
    const ordered = state.unordered === undefined;
    let hash = 0;
    let index = 0;
    for (let at = node + 1; at < end; at = tape.next[at] as number) {
      const value = this.child(at, state.plain ? state : state.element(index++));
      if (value !== NOTHING) hash = ordered ? mix(Math.imul(hash, 31) ^ value) : (hash + mix(value)) | 0;
    }
    if (state.ignored && hash === 0) return NOTHING;
    // With rules for single indexes, positions carry meaning that a hash does not see.
    return state.positional ? EMPTY : mix(hash ^ 0x5b5d);
  }

  private child(node: number, state: RuleState): number {
    if (this.memo[node] === UNKNOWN) this.memo[node] = settle(this.scalar(node, state));
    return this.memo[node] as number;
  }

  private scalar(node: number, state: RuleState): number {
    if (state.ignored) return NOTHING;
    const { tape } = this;
    if (state.blur !== undefined) {
      const blurred = state.blur.of(tape, node);
      if (blurred !== EXACT) return blurred;
    }
    const kind = tape.kind[node] as number;
    const start = tape.start[node] as number;
    const end = tape.end[node] as number;
    if (kind === NUMBER) return this.number(node);
    if (kind !== STRING && kind !== ESCAPED) return mix(kind + 77);
    let hash = HASH_SEED;
    for (let at = start; at < end; at++) {
      const byte = tape.bytes[at] as number;
      if (byte >= 0x80 || byte === 0x5c) return mix(hashUnits(tape.bytes, start, end));
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    return mix(hash);
  }

  /** Equal decimals are equal doubles. */
  private number(node: number): number {
    this.double.setFloat64(0, Number(numberText(this.tape, node)) + 0);
    return mix(Math.imul(this.double.getInt32(0), 0x9e3779b1) ^ this.double.getInt32(4) ^ 0x6e);
  }
}

function settle(hash: number): number {
  return hash === UNKNOWN ? 2 : hash;
}

function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  mixed ^= mixed >>> 16;
  return mixed === NOTHING ? 3 : mixed;
}
