// Memory of large answers, used again once all they held has been delivered.
//
// A log read at full speed brings hundreds of megabytes a second. Made anew for every answer, memory outside the heap is
// touched for the first time each time, and V8 takes so much of it for reason enough to collect the whole heap several
// times a second, with hardly anything to be found: two of 22 µs of CPU a pair of records.

/** What is smaller comes from Node's own pool or is soon forgotten; what is larger is rare. */
const SMALLEST = 64 * 1024;
const LARGEST = 8 * 1_048_576;
/** Sizes are rounded up to this, so that one fits the next. */
const STEP = 1_048_576;
/** Free at once: more than are delivered at a time are not needed. */
const KEPT = 4;

export class AnswerMemory {
  readonly #free: ArrayBufferLike[] = [];
  readonly #lent = new WeakSet<ArrayBufferLike>();

  take(bytes: number): Buffer {
    if (bytes < SMALLEST || bytes > LARGEST) return Buffer.allocUnsafe(bytes);
    const fitting = this.#free.findLastIndex(({ byteLength }) => byteLength >= bytes);
    const [found] = fitting < 0 ? [] : this.#free.splice(fitting, 1);
    const memory = found ?? Buffer.allocUnsafeSlow(Math.ceil(bytes / STEP) * STEP).buffer;
    this.#lent.add(memory);
    return Buffer.from(memory, 0, bytes);
  }

  /** Nothing is read from it any more. What was not lent from here is left to its owner; nothing counts twice. */
  give(memory: ArrayBufferLike): void {
    if (this.#lent.delete(memory) && this.#free.length < KEPT) this.#free.push(memory);
  }
}

/** Of all connections of the process. What is never given back is garbage, as any other. */
export const ANSWER_MEMORY = new AnswerMemory();

/** The memory of one answer, while parts of it wait to be delivered. */
export class SharedAnswer {
  readonly #memory: AnswerMemory;
  readonly #buffer: ArrayBufferLike | undefined;
  #parts = 0;

  constructor(buffer: ArrayBufferLike | undefined, memory = ANSWER_MEMORY) {
    this.#buffer = buffer;
    this.#memory = memory;
  }

  /** One more part is kept; all are before the first is let go of. */
  keep(): void {
    this.#parts++;
  }

  /** All of a part has been delivered, and whoever took it has returned. */
  letGo(): void {
    this.#parts--;
    if (this.#parts === 0 && this.#buffer !== undefined) this.#memory.give(this.#buffer);
  }
}
