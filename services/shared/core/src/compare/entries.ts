// The kinds of divergence of one comparison, as hashes: the smallest of them, where there are more than a signature needs.
//
// Which ones are kept depends on the kinds alone, never on the order in which they are found or on what else is merged.
import { type Hash64, hash64First, hash64Text } from './hash64.ts';

/** A document with more kinds is another document altogether: to tell two such apart these are enough. */
const MOST = 4_096;

export class Entries {
  /** 16 digits each, with the first 8 of them as a number. */
  private readonly hashes = new Map<string, number>();
  /** Those that begin with more are not kept. */
  private most = Number.POSITIVE_INFINITY;

  add(hash: Hash64): void {
    const first = hash64First(hash);
    // Texts take longer to make than numbers.
    if (first <= this.most) this.keep(hash64Text(hash), first);
  }

  /** Takes over what the other holds. */
  join(other: Entries): void {
    for (const [hash, first] of other.hashes) if (first <= this.most) this.keep(hash, first);
  }

  /** In no particular order. */
  kept(): readonly string[] {
    const all = [...this.hashes.keys()];
    return all.length <= MOST ? all : all.sort().slice(0, MOST);
  }

  private keep(hash: string, first: number): void {
    this.hashes.set(hash, first);
    if (this.hashes.size < 2 * MOST) return;
    this.most = Float64Array.from(this.hashes.values()).sort()[MOST - 1] as number;
    for (const [kept, begins] of this.hashes) if (begins > this.most) this.hashes.delete(kept);
  }
}
