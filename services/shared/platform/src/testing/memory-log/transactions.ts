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

  /** Returns whether the transaction wrote here. */
  end(transaction: object, isCommitted: boolean): boolean {
    const wrote = this.#open.get(transaction);
    if (wrote === undefined) return false;
    this.#open.delete(transaction);
    if (!isCommitted) for (const offset of wrote) this.#aborted.add(offset);
    return true;
  }

  isAborted(offset: number): boolean {
    return this.#aborted.has(offset);
  }

  abortedBetween(from: number, to: number): number {
    let aborted = 0;
    for (const offset of this.#aborted) if (offset >= from && offset < to) aborted++;
    return aborted;
  }
}
