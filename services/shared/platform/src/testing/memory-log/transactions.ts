// Transactions of a memory log, as Kafka's readers see them: records of an open one hold back all that follows in their
// partition; its end is a control record that takes an offset; aborted records are never delivered.
import type { NewRecord, Position } from '@parallax/core';

export interface Transaction {
  append(topic: string, records: readonly NewRecord[]): readonly Position[];
  commit(): void;
  abort(): void;
}

/** Of one partition: which transaction wrote what. */
export class TransactedPart {
  readonly #aborted = new Set<number>();
  readonly #markers = new Set<number>();
  /** First offset of each transaction that is open here. */
  readonly #open = new Map<object, number[]>();

  /** Nothing from this offset on can be read before a transaction ends. */
  stable(end: number): number {
    let stable = end;
    for (const [first = end] of this.#open.values()) stable = Math.min(stable, first);
    return stable;
  }

  wrote(transaction: object, offset: number): void {
    const known = this.#open.get(transaction);
    if (known === undefined) this.#open.set(transaction, [offset]);
    else known.push(offset);
  }

  /** Returns whether the transaction wrote here: then its end takes this offset. */
  end(transaction: object, isCommitted: boolean, offset: number): boolean {
    const wrote = this.#open.get(transaction);
    if (wrote === undefined) return false;
    this.#open.delete(transaction);
    this.#markers.add(offset);
    if (!isCommitted) for (const offset of wrote) this.#aborted.add(offset);
    return true;
  }

  isAborted(offset: number): boolean {
    return this.#aborted.has(offset);
  }

  abortedBetween(from: number, to: number): number {
    return countBetween(this.#aborted, from, to);
  }

  markersBetween(from: number, to: number): number {
    return countBetween(this.#markers, from, to);
  }
}

function countBetween(offsets: Iterable<number>, from: number, to: number): number {
  let count = 0;
  for (const offset of offsets) if (offset >= from && offset < to) count++;
  return count;
}
