// The kinds of divergence of one comparison, as hashes: the smallest of them, where there are more than a signature needs.
//
// Which ones are kept depends on the kinds alone, never on the order in which they are found or on what else is merged.

/** A document with more kinds is another document altogether: to tell two such apart these are enough. */
const MOST = 4_096;

export class Entries {
  private readonly hashes = new Set<string>();
  /** Greater ones are not kept. */
  private highest: string | undefined;

  /** `hash`: of 16 hexadecimal digits. */
  add(hash: string): void {
    if (this.highest !== undefined && hash > this.highest) return;
    this.hashes.add(hash);
    if (this.hashes.size >= 2 * MOST) this.cut();
  }

  /** Takes over what the other holds. */
  join(other: Entries): void {
    for (const hash of other.hashes) this.add(hash);
  }

  get isEmpty(): boolean {
    return this.hashes.size === 0;
  }

  /** In no particular order. */
  kept(): readonly string[] {
    if (this.hashes.size > MOST) this.cut();
    return [...this.hashes];
  }

  private cut(): void {
    const ascending = [...this.hashes].sort();
    this.highest = ascending[MOST - 1];
    for (const hash of ascending.slice(MOST)) this.hashes.delete(hash);
  }
}
