// Entries of a table in a few chains, each in the order in which they were appended: two numbers an entry. A chain can be
// worked through in several ways at once: each has a mark, on the first entry that it has yet to pass.

const NONE = -1;

export class Chains {
  #next: Int32Array;
  #previous: Int32Array;
  readonly #first: Int32Array;
  readonly #last: Int32Array;
  readonly #size: Int32Array;
  /** By way, then by chain. */
  readonly #marks: readonly Int32Array[];

  constructor(chains: number, ways: number, entries: number) {
    this.#next = new Int32Array(entries);
    this.#previous = new Int32Array(entries);
    this.#first = new Int32Array(chains).fill(NONE);
    this.#last = new Int32Array(chains).fill(NONE);
    this.#size = new Int32Array(chains);
    this.#marks = Array.from({ length: ways }, () => new Int32Array(chains).fill(NONE));
  }

  /** The oldest entry, or -1. */
  first(chain: number): number {
    return this.#first[chain] as number;
  }

  /** The entry after this one, or -1. */
  next(entry: number): number {
    return this.#next[entry] as number;
  }

  size(chain: number): number {
    return this.#size[chain] as number;
  }

  /** The first entry not yet passed in this way, or -1. */
  marked(way: number, chain: number): number {
    return (this.#marks[way] as Int32Array)[chain] as number;
  }

  pass(way: number, chain: number): void {
    (this.#marks[way] as Int32Array)[chain] = this.next(this.marked(way, chain));
  }

  append(chain: number, entry: number): void {
    const last = this.#last[chain] as number;
    this.#previous[entry] = last;
    this.#next[entry] = NONE;
    if (last === NONE) this.#first[chain] = entry;
    else this.#next[last] = entry;
    this.#last[chain] = entry;
    this.#size[chain] = this.size(chain) + 1;
    for (const marks of this.#marks) if (marks[chain] === NONE) marks[chain] = entry;
  }

  remove(chain: number, entry: number): void {
    const next = this.#next[entry] as number;
    const previous = this.#previous[entry] as number;
    if (previous === NONE) this.#first[chain] = next;
    else this.#next[previous] = next;
    if (next === NONE) this.#last[chain] = previous;
    else this.#previous[next] = previous;
    this.#size[chain] = this.size(chain) - 1;
    for (const marks of this.#marks) if (marks[chain] === entry) marks[chain] = next;
  }

  grow(entries: number): void {
    this.#next = grown(this.#next, entries);
    this.#previous = grown(this.#previous, entries);
  }
}

function grown(numbers: Int32Array, entries: number): Int32Array {
  const more = new Int32Array(entries);
  more.set(numbers);
  return more;
}
