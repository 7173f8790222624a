// A parsed JSON document as a tape: its nodes in document order in typed arrays, pointing into the source bytes.
//
// Nothing is converted: numbers and strings stay as they were written, so nothing can be lost. An object's members are a
// key node followed by the value's nodes. Flat arrays instead of objects: a document costs no allocation once the tape is
// warm (scripts/bench/kernel.ts shows the gain over a tree).

export const NULL = 0;
export const FALSE = 1;
export const TRUE = 2;
export const NUMBER = 3;
/** A string without escapes: its bytes are its value. */
export const STRING = 4;
/** A string written with at least one escape. */
export const ESCAPED = 5;
export const ARRAY = 6;
export const OBJECT = 7;

const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
/** What a tape keeps for the next document. */
const KEPT_NODES = 1 << 17;

export class Tape {
  bytes: Uint8Array = NO_BYTES;
  /** Nodes in use. */
  length = 0;
  /** Some object names a member twice. */
  duplicateKeys = false;
  kind: Uint8Array = NO_BYTES;
  /** First byte of the node; of a string the first after the quote. */
  start: Int32Array = NO_WORDS;
  /** First byte after the node; of a string the closing quote. */
  end: Int32Array = NO_WORDS;
  /** The node after this one and all it holds. */
  next: Int32Array = NO_WORDS;
  /** Elements of an array, members of an object. */
  size: Int32Array = NO_WORDS;
  /** Of a key: hash of its code units. */
  hash: Int32Array = NO_WORDS;

  /** Lets go of the document, and of the memory a large one took. */
  release(): void {
    this.bytes = NO_BYTES;
    this.length = 0;
    if (this.kind.length <= KEPT_NODES) return;
    this.kind = NO_BYTES;
    this.start = this.end = this.next = this.size = this.hash = NO_WORDS;
  }

  grow(atLeast: number): void {
    const capacity = Math.max(256, atLeast, this.kind.length * 2);
    const kind = new Uint8Array(capacity);
    kind.set(this.kind);
    this.kind = kind;
    this.start = grown(this.start, capacity);
    this.end = grown(this.end, capacity);
    this.next = grown(this.next, capacity);
    this.size = grown(this.size, capacity);
    this.hash = grown(this.hash, capacity);
  }
}

function grown(old: Int32Array, capacity: number): Int32Array {
  const array = new Int32Array(capacity);
  array.set(old);
  return array;
}

export type JsonType = 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object';
const TYPES: readonly JsonType[] = ['null', 'boolean', 'boolean', 'number', 'string', 'string', 'array', 'object'];

export function typeOf(tape: Tape, node: number): JsonType {
  return TYPES[tape.kind[node] as number] as JsonType;
}
