// The events of a side that ended without an id, by column: what a retry may open again. Kept as runs of neighbours, and
// of many runs the newest only, so that a topic with an unreadable record here and there does not fill the checkpoint.

export type UnreadColumn = 'no-id' | 'undecodable';
export const UNREAD_COLUMNS: readonly UnreadColumn[] = ['no-id', 'undecodable'];

/** Runs remembered of one column, side and partition: some 20 kB of checkpoint where no two events are neighbours. */
const MOST_RUNS = 4_096;
/** Of that many too many the oldest go at once, so that not every event shifts the list. */
const SLACK = 512;

export class UnreadOffsets {
  /** Flat: first, length, first, length … ascending, never touching each other. */
  #runs: number[];
  #forgottenBelow: number;
  #size = 0;

  constructor(runs: readonly number[] = [], forgottenBelow = 0) {
    this.#runs = [...runs];
    this.#forgottenBelow = forgottenBelow;
    for (let i = 1; i < runs.length; i += 2) this.#size += runs[i] as number;
  }

  get size(): number {
    return this.#size;
  }

  /** Below this offset nothing is known any more; 0 while everything is. */
  get forgottenBelow(): number {
    return this.#forgottenBelow;
  }

  has(offset: number): boolean {
    const at = this.#after(offset) - 2;
    return at >= 0 && offset < this.#end(at);
  }

  add(offset: number): void {
    if (offset < this.#forgottenBelow || this.has(offset)) return;
    const runs = this.#runs;
    const next = this.#after(offset);
    const joinsBefore = next > 0 && this.#end(next - 2) === offset;
    const joinsNext = next < runs.length && runs[next] === offset + 1;
    this.#size++;
    if (joinsBefore && joinsNext) {
      runs[next - 1] = (runs[next - 1] as number) + 1 + (runs[next + 1] as number);
      runs.splice(next, 2);
    } else if (joinsBefore) runs[next - 1] = (runs[next - 1] as number) + 1;
    else if (joinsNext) {
      runs[next] = offset;
      runs[next + 1] = (runs[next + 1] as number) + 1;
    } else {
      runs.splice(next, 0, offset, 1);
      if (runs.length / 2 > MOST_RUNS + SLACK) this.#forget();
    }
  }

  delete(offset: number): boolean {
    if (!this.has(offset)) return false;
    const at = this.#after(offset) - 2;
    const first = this.#runs[at] as number;
    const end = this.#end(at);
    const left = offset > first ? [first, offset - first] : [];
    const right = offset + 1 < end ? [offset + 1, end - offset - 1] : [];
    this.#runs.splice(at, 2, ...left, ...right);
    this.#size--;
    return true;
  }

  /** Ascending runs at or above `from`. */
  *from(from: number): Generator<readonly [first: number, length: number]> {
    for (let at = 0; at < this.#runs.length; at += 2) {
      const first = Math.max(from, this.#runs[at] as number);
      const length = this.#end(at) - first;
      if (length > 0) yield [first, length];
    }
  }

  copy(): UnreadOffsets {
    return new UnreadOffsets(this.#runs, this.#forgottenBelow);
  }

  /** As numbers: where memory begins, then for each run the gap from the end of the one before and its length. */
  encode(): readonly number[] {
    const written = [this.#forgottenBelow];
    let end = 0;
    for (const [first, length] of this.from(0)) {
      written.push(first - end, length);
      end = first + length;
    }
    return written;
  }

  /** The inverse; undefined for numbers that no set of offsets below `end` encodes to. */
  static decode(written: readonly number[], end: number): UnreadOffsets | undefined {
    const [forgottenBelow = 0, ...pairs] = written;
    if (!written.every((one) => Number.isSafeInteger(one) && one >= 0) || pairs.length % 2 !== 0) return undefined;
    const runs: number[] = [];
    let next = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const first = next + (pairs[i] as number);
      const length = pairs[i + 1] as number;
      if (length < 1 || first + length > end || (i > 0 && first === next)) return undefined;
      runs.push(first, length);
      next = first + length;
    }
    return new UnreadOffsets(runs, forgottenBelow);
  }

  #forget(): void {
    const gone = this.#runs.splice(0, (this.#runs.length / 2 - MOST_RUNS) * 2);
    for (let i = 1; i < gone.length; i += 2) this.#size -= gone[i] as number;
    this.#forgottenBelow = this.#runs[0] as number;
  }

  #end(at: number): number {
    return (this.#runs[at] as number) + (this.#runs[at + 1] as number);
  }

  /** Where the first run that begins after the offset stands. */
  #after(offset: number): number {
    let low = 0;
    let high = this.#runs.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle * 2] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low * 2;
  }
}

export type Unread = Readonly<Record<UnreadColumn, UnreadOffsets>>;

export function noUnread(): Unread {
  return { 'no-id': new UnreadOffsets(), undecodable: new UnreadOffsets() };
}

export function copyUnread(unread: Unread): Unread {
  return { 'no-id': unread['no-id'].copy(), undecodable: unread.undecodable.copy() };
}
