// How alike two differing values are, and the best way to pair two short runs of elements in order.
import { memberLike } from '../json/keys.ts';
import { ARRAY, ESCAPED, OBJECT, STRING } from '../json/tape.ts';
import type { RuleHashes } from './rule-hashes.ts';

/** Members looked at; enough to tell records apart. */
const MEMBERS = 64;
/** Cells of the table of a pairing. */
const CELLS = 2_500;

/** 0 (nothing in common) to 1; hashes of both containers must be prepared. */
export function likeness(a: RuleHashes, i: number, b: RuleHashes, j: number): number {
  const kind = kindOf(a, i);
  if (kind !== kindOf(b, j)) return 0.05;
  if (kind === OBJECT) return likeMembers(a, i, b, j);
  if (kind !== ARRAY) return 0.4;
  const sizes = [a.tape.size[i] as number, b.tape.size[j] as number];
  return 0.2 + 0.3 * ((Math.min(...sizes) + 1) / (Math.max(...sizes) + 1));
}

function kindOf(hashes: RuleHashes, node: number): number {
  const kind = hashes.tape.kind[node] as number;
  return kind === ESCAPED ? STRING : kind;
}

function likeMembers(a: RuleHashes, i: number, b: RuleHashes, j: number): number {
  // Looking for each name in so many would take longer than a better pairing is worth.
  if ((b.tape.size[j] as number) > 4 * MEMBERS) return 0.5;
  const end = a.tape.next[i] as number;
  let shared = 0;
  let looked = 0;
  for (let key = i + 1; key < end && looked < MEMBERS; key = a.tape.next[key + 1] as number, looked++) {
    const value = memberLike(b.tape, j, a.tape, key);
    if (value >= 0) shared += a.of(key + 1) === b.of(value) ? 1 : 0.25;
  }
  const most = Math.max(looked, Math.min(MEMBERS, b.tape.size[j] as number), 1);
  return 0.15 + (0.85 * shared) / most;
}

/**
 * Pairs of indexes, ascending on both sides, as many as the shorter run holds: the likest ones where the runs are short,
 * else the first with the first.
 */
export function pairRuns(
  n: number,
  m: number,
  like: (i: number, j: number) => number,
): readonly (readonly [number, number])[] {
  if (n * m > CELLS || n === 0 || m === 0 || (n === 1 && m === 1)) {
    return Array.from({ length: Math.min(n, m) }, (_, i) => [i, i] as const);
  }
  // best[i][j]: the most likeness in pairing the elements from i and j on.
  const width = m + 1;
  const best = new Float64Array((n + 1) * width);
  const likes = new Float64Array(n * m);
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const here = like(i, j);
      likes[i * m + j] = here;
      const paired = here + (best[(i + 1) * width + j + 1] as number);
      best[i * width + j] = Math.max(paired, best[(i + 1) * width + j] as number, best[i * width + j + 1] as number);
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const here = best[i * width + j] as number;
    if (here === (likes[i * m + j] as number) + (best[(i + 1) * width + j + 1] as number)) pairs.push([i++, j++]);
    else if (here === best[(i + 1) * width + j]) i++;
    else j++;
  }
  return pairs;
}
