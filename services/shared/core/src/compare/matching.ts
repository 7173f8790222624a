// The largest pairing of two sets whose members may each fit several of the other: chosen as a whole, not greedily.

/** Counts the work of a comparison down; what runs out of it is inconclusive. */
export interface Work {
  left: number;
}

/** Work for the pairings of one comparison: a second or two. */
export const PAIRING_WORK = 3_000_000;
/** What it costs to ask whether two containers are the same, whatever they hold. */
export const QUESTION = 10;

/** Thrown where the work runs out; caught where the place that could not be judged is known. */
export class OutOfWork extends Error {
  /** Why the comparison is inconclusive. */
  readonly reason: string;

  constructor(message: string, reason = 'budget-work') {
    super(message);
    this.reason = reason;
  }
}

export function spend(work: Work, units: number): void {
  work.left -= units;
  if (work.left < 0) throw new OutOfWork('out of work');
}

const UNASKED = 0;
const NO = 1;
const YES = 2;
/** Up to this many answers are kept in a table, bytes; of more only those asked for. */
const TABLE = 1 << 24;

/**
 * For each of `n` the one of `m` it is paired with, or -1. `partners` holds a first pairing and is completed in place, by
 * augmenting paths (Kuhn). `fits` is asked at most once per pair.
 */
export function completeMatching(partners: Int32Array, m: number, fits: (i: number, j: number) => boolean): void {
  const n = partners.length;
  const owner = new Int32Array(m).fill(-1);
  for (let i = 0; i < n; i++) if ((partners[i] as number) >= 0) owner[partners[i] as number] = i;
  if (partners.every((j) => j >= 0)) return;
  const known = n * m <= TABLE ? new Uint8Array(n * m) : new Map<number, number>();
  const fit = (i: number, j: number): boolean => {
    const key = i * m + j;
    let answer = known instanceof Map ? (known.get(key) ?? UNASKED) : (known[key] as number);
    if (answer === UNASKED) {
      answer = fits(i, j) ? YES : NO;
      if (known instanceof Map) known.set(key, answer);
      else known[key] = answer;
    }
    return answer === YES;
  };
  // What a search in vain has reached can be on no later path: the tree it has grown is closed (Hungarian trees).
  let open: readonly number[] = Array.from({ length: m }, (_, j) => j);
  for (let i = 0; i < n; i++) if ((partners[i] as number) < 0) open = augment(i, partners, owner, open, fit) ?? open;
}

/** Breadth first, so that no chain is too long for the stack. Undefined, or in vain: what was not reached. */
function augment(
  root: number,
  partners: Int32Array,
  owner: Int32Array,
  open: readonly number[],
  fit: (i: number, j: number) => boolean,
): readonly number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [root];
  let left = open;
  for (let head = 0; head < queue.length && left.length > 0; head++) {
    const i = queue[head] as number;
    const rest: number[] = [];
    for (const j of left) {
      if (!fit(i, j)) {
        rest.push(j);
        continue;
      }
      cameFrom.set(j, i);
      const holder = owner[j] as number;
      if (holder >= 0) {
        queue.push(holder);
        continue;
      }
      for (let free = j; ; ) {
        const taker = cameFrom.get(free) as number;
        const before = partners[taker] as number;
        partners[taker] = free;
        owner[free] = taker;
        if (taker === root) return undefined;
        free = before;
      }
    }
    left = rest;
  }
  return left;
}
