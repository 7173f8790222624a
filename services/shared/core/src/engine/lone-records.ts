// How an event that waits alone lies in its slab: its owner and length; three doubles; four lengths; a stub's digest in
// place of the payload; then id, type and payload.
import type { Content } from '../compare/spec.ts';
import { bytesOfRest, lengthOf, readRest, writeRest } from './packed-content.ts';
import { DIGEST_BYTES, readDigest, writeDigest } from './packed-digest.ts';
import { bytesOfText, isText, measureText, readText, writeText } from './packed-text.ts';
import { RECORD_HEADER, Slabs } from './slabs.ts';

export interface LoneRecord {
  readonly id: string;
  readonly type: string;
  readonly offset: number;
  readonly timestamp: number;
  readonly arrived: number;
  /** undefined: a stub. Views of this memory: only good until something is written. */
  readonly content: Content | undefined;
  /** '' where the content is there to tell. */
  readonly digest: string;
}

/** Doubles, words and bytes from the record's beginning. */
const OFFSET = 1;
const TIMESTAMP = 2;
const ARRIVED = 3;
const LENGTHS = 8;
const DIGEST = 12;
const FIXED = RECORD_HEADER + 3 * 8 + 4 * 4;

export class LoneRecords {
  readonly #slabs: Slabs;

  /** `moved(owner, place)`: the record of this owner now lies there. */
  constructor(moved: (owner: number, place: number) => void) {
    this.#slabs = new Slabs(moved);
  }

  get heldBytes(): number {
    return this.#slabs.heldBytes;
  }

  write(owner: number, { id, type, content, offset, timestamp, arrived, digest }: LoneRecord): number {
    const idLength = measureText(id);
    const typeLength = measureText(type);
    const textBytes = bytesOfText(idLength) + bytesOfText(typeLength);
    const value = content?.value ?? null;
    const rest = content === undefined ? 0 : bytesOfRest(content);
    const fixed = content === undefined ? FIXED + DIGEST_BYTES : FIXED;
    const place = this.#slabs.allocate(fixed + textBytes + (value?.length ?? 0) + rest, owner);
    const { words, doubles, bytes } = this.#slabs.slab(place);
    const at = this.#slabs.at(place);
    const word = at >>> 2;
    doubles[(at >>> 3) + OFFSET] = offset;
    doubles[(at >>> 3) + TIMESTAMP] = timestamp;
    doubles[(at >>> 3) + ARRIVED] = arrived;
    words[word + LENGTHS] = idLength;
    words[word + LENGTHS + 1] = typeLength;
    words[word + LENGTHS + 2] = lengthOf(value);
    words[word + LENGTHS + 3] = rest;
    if (content === undefined) writeDigest(digest, words, word + DIGEST);
    writeText(id, idLength, bytes, at + fixed);
    writeText(type, typeLength, bytes, at + fixed + bytesOfText(idLength));
    if (value !== null) bytes.set(value, at + fixed + textBytes);
    if (content !== undefined && rest > 0) writeRest(content, bytes, at + fixed + textBytes + (value?.length ?? 0));
    return place;
  }

  read(place: number, isStub: boolean): LoneRecord {
    const { words, doubles, bytes } = this.#slabs.slab(place);
    const at = this.#slabs.at(place);
    const id = words[(at >>> 2) + LENGTHS] as number;
    const idAt = at + textsAt(isStub);
    return {
      id: readText(id, bytes, idAt),
      type: readText(words[(at >>> 2) + LENGTHS + 1] as number, bytes, idAt + bytesOfText(id)),
      offset: doubles[(at >>> 3) + OFFSET] as number,
      timestamp: doubles[(at >>> 3) + TIMESTAMP] as number,
      arrived: doubles[(at >>> 3) + ARRIVED] as number,
      content: isStub ? undefined : this.content(place),
      digest: isStub ? this.digest(place) : '',
    };
  }

  type(place: number, isStub: boolean): string {
    const { words, bytes } = this.#slabs.slab(place);
    const at = this.#slabs.at(place);
    const word = (at >>> 2) + LENGTHS;
    const type = words[word + 1] as number;
    return type === 0 ? '' : readText(type, bytes, at + textsAt(isStub) + bytesOfText(words[word] as number));
  }

  /** What it holds stays as it is until something is written. */
  free(place: number): void {
    this.#slabs.free(place);
  }

  sizeOf(place: number): number {
    return this.#slabs.sizeOf(place);
  }

  isOf(place: number, isStub: boolean, id: string): boolean {
    const { words, bytes } = this.#slabs.slab(place);
    const at = this.#slabs.at(place);
    return isText(id, words[(at >>> 2) + LENGTHS] as number, bytes, at + textsAt(isStub));
  }

  /** Of a record that is no stub. */
  content(place: number): Content {
    const { words, bytes } = this.#slabs.slab(place);
    const at = this.#slabs.at(place);
    const word = (at >>> 2) + LENGTHS;
    const valueAt = at + FIXED + bytesOfText(words[word] as number) + bytesOfText(words[word + 1] as number);
    const length = words[word + 2] as number;
    const restAt = valueAt + Math.max(0, length);
    const { key, headers } = readRest(bytes, restAt, words[word + 3] as number);
    return { key, value: length < 0 ? null : bytes.subarray(valueAt, restAt), headers };
  }

  /** Its payload is larger than the digest that would take its place. */
  isWorthShrinking(place: number): boolean {
    const { words } = this.#slabs.slab(place);
    const word = (this.#slabs.at(place) >>> 2) + LENGTHS;
    return Math.max(0, words[word + 2] as number) + (words[word + 3] as number) >= DIGEST_BYTES + RECORD_HEADER;
  }

  /** Of a stub. */
  digest(place: number): string {
    return readDigest(this.#slabs.slab(place).words, (this.#slabs.at(place) >>> 2) + DIGEST);
  }

  offset(place: number): number {
    return this.#double(place, OFFSET);
  }

  timestamp(place: number): number {
    return this.#double(place, TIMESTAMP);
  }

  arrived(place: number): number {
    return this.#double(place, ARRIVED);
  }

  #double(place: number, which: number): number {
    return this.#slabs.slab(place).doubles[(this.#slabs.at(place) >>> 3) + which] as number;
  }
}

function textsAt(isStub: boolean): number {
  return isStub ? FIXED + DIGEST_BYTES : FIXED;
}
