// JSON Pointers (RFC 6901) followed in tapes.
import { parsePointer } from '../envelope/pointer.ts';
import { HASH_SEED, hashUnit, stringOf } from './strings.ts';
import { ARRAY, OBJECT, type Tape } from './tape.ts';

interface PointerSegment {
  readonly name: string;
  readonly hash: number;
  /** As an array index; -1 when it is none. */
  readonly index: number;
}

export type Pointer = readonly PointerSegment[];

/** Undefined when the text is no JSON Pointer. */
export function compilePointer(text: string): Pointer | undefined {
  return parsePointer(text)?.map((name) => ({
    name,
    hash: hashName(name),
    index: /^(?:0|[1-9][0-9]{0,8})$/.test(name) ? Number(name) : -1,
  }));
}

/** As the parser hashes keys. */
export function hashName(name: string): number {
  let hash = HASH_SEED;
  for (let i = 0; i < name.length; i++) hash = hashUnit(hash, name.charCodeAt(i));
  return hash;
}

/** The node the pointer leads to from `node`, or -1. */
export function resolve(tape: Tape, node: number, pointer: Pointer): number {
  let at = node;
  for (const segment of pointer) {
    if (at < 0) return -1;
    if (tape.kind[at] === OBJECT) at = memberNamed(tape, at, segment.name, segment.hash);
    else if (tape.kind[at] === ARRAY) at = elementAt(tape, at, segment.index);
    else return -1;
  }
  return at;
}

/** The value of a member by its name, or -1. */
export function memberNamed(tape: Tape, object: number, name: string, hash: number): number {
  const end = tape.next[object] as number;
  for (let key = object + 1; key < end; key = tape.next[key + 1] as number) {
    if (tape.hash[key] === hash && stringOf(tape, key) === name) return key + 1;
  }
  return -1;
}

function elementAt(tape: Tape, array: number, index: number): number {
  if (index < 0 || index >= (tape.size[array] as number)) return -1;
  let node = array + 1;
  for (let i = 0; i < index; i++) node = tape.next[node] as number;
  return node;
}
