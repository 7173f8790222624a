// Digests of the entries of a ring, four words each: as texts they would be two objects a pair that live for minutes, and
// what survives is what a garbage collector has to move.
import { DIGEST_WORDS, moveDigest, readDigest, writeDigest } from './packed-digest.ts';

export class DigestColumn {
  #words: Int32Array;

  constructor(entries: number) {
    this.#words = new Int32Array(entries * DIGEST_WORDS);
  }

  /** `words`: what digestWords() gives. */
  put(entry: number, words: Int32Array): void {
    moveDigest(words, 0, this.#words, entry * DIGEST_WORDS);
  }

  /** `digest`: 32 hex digits. */
  putText(entry: number, digest: string): void {
    writeDigest(digest, this.#words, entry * DIGEST_WORDS);
  }

  /** The digest that another column has for its entry `other`. */
  take(entry: number, from: DigestColumn, other: number): void {
    moveDigest(from.#words, other * DIGEST_WORDS, this.#words, entry * DIGEST_WORDS);
  }

  text(entry: number): string {
    return readDigest(this.#words, entry * DIGEST_WORDS);
  }

  /** Twice the room; `order`: the entries as they lie, oldest first. */
  reorder(order: Int32Array): void {
    const words = new Int32Array(order.length * 2 * DIGEST_WORDS);
    for (let to = 0; to < order.length; to++)
      moveDigest(this.#words, (order[to] as number) * DIGEST_WORDS, words, to * DIGEST_WORDS);
    this.#words = words;
  }
}
