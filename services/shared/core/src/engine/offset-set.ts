// A set of log offsets, kept as pages of bits: a copy of a million open offsets is a few memory copies.
import type { OffsetRun, OffsetRuns } from './offset-runs.ts';

const PAGE_BITS = 15;
const PAGE_SIZE = 1 << PAGE_BITS;
const PAGE_WORDS = PAGE_SIZE >>> 5;
const FULL = 0xffffffff;

export class OffsetSet {
  readonly #pages = new Map<number, { words: Uint32Array; count: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(offset: number): boolean {
    const page = this.#pages.get(Math.floor(offset / PAGE_SIZE));
    if (page === undefined) return false;
    const bit = offset % PAGE_SIZE;
    return ((page.words[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  add(offset: number): boolean {
    const page = this.#page(Math.floor(offset / PAGE_SIZE));
    const bit = offset % PAGE_SIZE;
    const word = page.words[bit >>> 5] as number;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return false;
    page.words[bit >>> 5] = word | mask;
    page.count++;
    this.#size++;
    return true;
  }

  /** Adds neighbours, whole words at a time. */
  addRun(first: number, length: number): void {
    for (let offset = first; offset < first + length; ) {
      const bit = offset % PAGE_SIZE;
      const isWhole = bit % 32 === 0 && first + length - offset >= 32;
      if (!isWhole) {
        this.add(offset++);
        continue;
      }
      const page = this.#page(Math.floor(offset / PAGE_SIZE));
      const added = 32 - bits(page.words[bit >>> 5] as number);
      page.words[bit >>> 5] = 0xffffffff;
      page.count += added;
      this.#size += added;
      offset += 32;
    }
  }

  delete(offset: number): boolean {
    const index = Math.floor(offset / PAGE_SIZE);
    const page = this.#pages.get(index);
    if (page === undefined) return false;
    const bit = offset % PAGE_SIZE;
    const word = page.words[bit >>> 5] as number;
    const mask = 1 << (bit & 31);
    if ((word & mask) === 0) return false;
    page.words[bit >>> 5] = word & ~mask;
    this.#size--;
    page.count--;
    if (page.count === 0) this.#pages.delete(index);
    return true;
  }

  /** The smallest offset, or undefined when empty. */
  min(): number | undefined {
    for (const run of this.runs()) return run[0];
    return undefined;
  }

  /** The smallest that is not below `from`. */
  firstFrom(from: number): number | undefined {
    for (const [first, length] of this.runs()) if (first + length > from) return Math.max(first, from);
    return undefined;
  }

  copy(): OffsetSet {
    const copy = new OffsetSet();
    for (const [index, page] of this.#pages) copy.#pages.set(index, { words: page.words.slice(), count: page.count });
    copy.#size = this.#size;
    return copy;
  }

  #page(index: number): { words: Uint32Array; count: number } {
    let page = this.#pages.get(index);
    if (page === undefined) {
      page = { words: new Uint32Array(PAGE_WORDS), count: 0 };
      this.#pages.set(index, page);
    }
    return page;
  }

  /** Ascending runs of neighbours, as [first, length]. */
  *runs(): Generator<readonly [first: number, length: number]> {
    let first = -1;
    let next = -1;
    for (const index of [...this.#pages.keys()].sort((a, b) => a - b)) {
      const { words } = this.#pages.get(index) as { words: Uint32Array };
      for (let w = 0; w < PAGE_WORDS; w++) {
        let word = words[w] as number;
        if (word === FULL && next === index * PAGE_SIZE + w * 32) {
          next += 32;
          continue;
        }
        while (word !== 0) {
          const bit = 31 - Math.clz32(word & -word);
          word &= word - 1;
          const offset = index * PAGE_SIZE + w * 32 + bit;
          if (offset === next) {
            next++;
            continue;
          }
          if (first >= 0) yield [first, next - first];
          first = offset;
          next = offset + 1;
        }
      }
    }
    if (first >= 0) yield [first, next - first];
  }

  *[Symbol.iterator](): Generator<number> {
    for (const [first, length] of this.runs()) for (let i = 0; i < length; i++) yield first + i;
  }
}

export function encodeOffsets(set: OffsetSet): Uint8Array {
  return encodeRuns(set.runs());
}

/** Run-length encoding: for each run two base-128 varints, the gap from the end of the run before and its length. */
export function encodeRuns(runs: Iterable<OffsetRun>): Uint8Array {
  const out: number[] = [];
  let end = 0;
  for (const [first, length] of runs) {
    pushVarint(out, first - end);
    pushVarint(out, length);
    end = first + length;
  }
  return Uint8Array.from(out);
}

/** More open events than any process can hold: bytes that claim them are not ours. */
const MOST = 2 ** 27;

/** The inverse; undefined for bytes that no set of offsets below `end` encodes to. */
export function decodeOffsets(bytes: Uint8Array, end = Number.MAX_SAFE_INTEGER): OffsetSet | undefined {
  const set = new OffsetSet();
  for (const [first, length] of runsIn(bytes)) {
    if (!(first + length <= end) || set.size + length > MOST) return undefined;
    set.addRun(first, length);
  }
  return set;
}

export function decodeRuns(bytes: Uint8Array, end = Number.MAX_SAFE_INTEGER): OffsetRuns | undefined {
  const runs = [...runsIn(bytes)];
  return runs.every(([first, length]) => first + length <= end) ? runs : undefined;
}

/** Runs as they are written; one that no encoder writes is [NaN, NaN], and the last. */
function* runsIn(bytes: Uint8Array): Generator<OffsetRun> {
  let at = 0;
  let next = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const first = next + varint();
    const length = varint();
    if (!(length >= 1) || (next > 0 && first === next)) {
      yield [Number.NaN, Number.NaN];
      return;
    }
    yield [first, length];
    next = first + length;
  }
}

function pushVarint(out: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    out.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

function bits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}
