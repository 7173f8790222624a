// Fingerprints of what a comparison found: a hash over the kinds of divergence, whatever their order and number.
//
// The same few kinds come again and again, so what was hashed once is remembered: a set of kinds is a way through a trie.
import { HASH64_SEED, hash64, hash64Text } from './hash64.ts';

/** `entries`: texts, one for each kind of divergence. */
export function signatureOf(entries: readonly string[], output: string, type: string): string {
  const head = hash64(HASH64_SEED, JSON.stringify([output, type]));
  return `v1:${hash64Text(hash64(head, [...entries].sort().join(' ')))}`;
}

/** One kind of divergence: equal texts are one entry. */
export interface Entry {
  /** Later ones are greater. */
  readonly id: number;
  readonly text: string;
}

class Node {
  readonly below = new Map<number, Node>();
  signature: string | undefined;
}

export class Signatures {
  /** Entries and sets of them kept. */
  kept = 0;
  private readonly entries = new Map<string, Entry>();
  private readonly roots = new Map<string, Node>();
  /** What was asked for last: mostly the same is asked for next. */
  private lastEntries: readonly Entry[] = [];
  private lastType = '';
  private last: string | undefined;

  entry(text: string): Entry {
    let entry = this.entries.get(text);
    if (entry === undefined) {
      entry = { id: this.kept++, text };
      this.entries.set(text, entry);
    }
    return entry;
  }

  /** Of the first `count` entries, by ascending id, none twice; always of one output. */
  of(entries: readonly Entry[], count: number, output: string, type: string): string {
    if (this.last !== undefined && this.isLast(entries, count, type)) return this.last;
    let node = this.reach(this.roots, type);
    for (let i = 0; i < count; i++) node = this.reach(node.below, (entries[i] as Entry).id);
    this.lastEntries = entries.slice(0, count);
    this.lastType = type;
    node.signature ??= signatureOf(
      this.lastEntries.map(({ text }) => text),
      output,
      type,
    );
    this.last = node.signature;
    return node.signature;
  }

  private isLast(entries: readonly Entry[], count: number, type: string): boolean {
    const { lastEntries } = this;
    if (type !== this.lastType || count !== lastEntries.length) return false;
    for (let i = 0; i < count; i++) if (entries[i] !== lastEntries[i]) return false;
    return true;
  }

  private reach<Key>(nodes: Map<Key, Node>, key: Key): Node {
    let node = nodes.get(key);
    if (node === undefined) {
      node = new Node();
      this.kept++;
      nodes.set(key, node);
    }
    return node;
  }
}
