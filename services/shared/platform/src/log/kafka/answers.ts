// Cuts what a socket reads into whole answers of a broker, each copied once from one buffer that every read uses again to
// memory that answers use again (answer-memory.ts). Left to itself a socket makes a new buffer for every read, and KafkaJS
// joins those of an answer in another.
// Source of the layout: https://kafka.apache.org/protocol#protocol_common

import { ANSWER_MEMORY } from './answer-memory.ts';

/** Of the length before each answer. */
const LENGTH_BYTES = 4;
/** Beyond it a length may be no length, but what says who is no Kafka: nothing is made for it, bytes go on as they come. */
const LARGEST = 256 * 1_048_576;

export class Answers {
  readonly #emit: (bytes: Buffer) => void;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  /** Of the length that is being read. */
  #known = 0;
  /** The answer that is being read, its length included; undefined between two. */
  #answer: Buffer | undefined;
  #filled = 0;
  /** Too long to be made room for: so many bytes are passed on as they come. */
  #passing = 0;

  /** `emit`: takes a whole answer, its length included, and keeps it; or part of one that is too long. */
  constructor(emit: (bytes: Buffer) => void) {
    this.#emit = emit;
  }

  /** What was read next; copied, so that it may be overwritten afterwards. */
  take(read: Buffer): void {
    for (let at = 0; at < read.length; ) {
      if (this.#passing > 0) at = this.#pass(read, at);
      else if (this.#answer === undefined) at = this.#measure(read, at);
      else at = this.#fill(this.#answer, read, at);
    }
  }

  #measure(read: Buffer, from: number): number {
    const bytes = Math.min(LENGTH_BYTES - this.#known, read.length - from);
    read.copy(this.#length, this.#known, from, from + bytes);
    this.#known += bytes;
    if (this.#known < LENGTH_BYTES) return from + bytes;
    this.#known = 0;
    const length = this.#length.readInt32BE(0);
    if (length < 0 || length > LARGEST) {
      this.#emit(Buffer.from(this.#length));
      this.#passing = length < 0 ? Number.POSITIVE_INFINITY : length;
      return from + bytes;
    }
    const answer = ANSWER_MEMORY.take(LENGTH_BYTES + length);
    this.#length.copy(answer);
    this.#filled = LENGTH_BYTES;
    this.#answer = answer;
    return this.#fill(answer, read, from + bytes);
  }

  #fill(answer: Buffer, read: Buffer, from: number): number {
    const copied = read.copy(answer, this.#filled, from);
    this.#filled += copied;
    if (this.#filled === answer.length) {
      this.#answer = undefined;
      this.#emit(answer);
    }
    return from + copied;
  }

  #pass(read: Buffer, from: number): number {
    const to = Math.min(read.length, from + this.#passing);
    this.#passing -= to - from;
    this.#emit(Buffer.from(read.subarray(from, to)));
    return to;
  }
}
