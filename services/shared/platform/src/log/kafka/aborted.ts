// Which fetched batches belong to transactions that were aborted: a broker sends them all the same.
//
// With a fetch it lists the aborted transactions that reach into what it sent, by producer and first offset. Such a
// transaction ends with its producer's abort marker; several may be open at once, and some began before the first batch.
// KafkaJS's filter starts at most one of them per record and takes any record whose key is four zero bytes for a marker,
// so aborted records get through it.

export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** Goes through the batches of one fetch in their order. */
export class AbortedTransactions {
  readonly #ahead: readonly AbortedTransaction[];
  readonly #open = new Set<bigint>();
  #next = 0;

  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether what this producer wrote in a transaction, up to `lastOffset`, was aborted. */
  covers(producerId: bigint, lastOffset: number): boolean {
    for (let ahead = this.#ahead[this.#next]; ahead !== undefined && ahead.firstOffset <= lastOffset; ) {
      this.#open.add(ahead.producerId);
      ahead = this.#ahead[++this.#next];
    }
    return this.#open.has(producerId);
  }

  /** An abort marker of this producer, at `offset`. */
  end(producerId: bigint, offset: number): void {
    if (this.covers(producerId, offset)) this.#open.delete(producerId);
  }
}
