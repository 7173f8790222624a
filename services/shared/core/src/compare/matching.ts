// The largest pairing of two sets whose members may each fit several of the other: chosen as a whole, not greedily.

/** Counts the work of a comparison down; what runs out of it is inconclusive. */
export interface Work {
  left: number;
}

/** Thrown where the work runs out; caught where the place that could not be judged is known. */
export class OutOfWork extends Error {}

export function spend(work: Work, units: number): void {
  work.left -= units;
  if (work.left < 0) throw new OutOfWork('out of work');
}

/**
 * For each of `n` the one of `m` it is paired with, or -1. `partners` holds a first pairing and is completed in place, by
 * augmenting paths (Kuhn). `fits` is asked at most once per pair.
 */
export function completeMatching(partners: Int32Array, m: number, fits: (i: number, j: number) => boolean): void {
  const n = partners.length;
  const owner = new Int32Array(m).fill(-1);
  for (let i = 0; i < n; i++) if ((partners[i] as number) >= 0) owner[partners[i] as number] = i;
  const known = new Map<number, boolean>();
  const fit = (i: number, j: number): boolean => {
    const key = i * m + j;
    let answer = known.get(key);
    if (answer === undefined) {
      answer = fits(i, j);
      known.set(key, answer);
    }
    return answer;
  };
  for (let i = 0; i < n; i++) if ((partners[i] as number) < 0) augment(i, partners, owner, fit);
}

/** Breadth first, so that no chain is too long for the stack. */
function augment(root: number, partners: Int32Array, owner: Int32Array, fit: (i: number, j: number) => boolean): void {
  const cameFrom = new Int32Array(owner.length).fill(-1);
  const queue = [root];
  for (let head = 0; head < queue.length; head++) {
    const i = queue[head] as number;
    for (let j = 0; j < owner.length; j++) {
      if (cameFrom[j] !== -1 || !fit(i, j)) continue;
      cameFrom[j] = i;
      const holder = owner[j] as number;
      if (holder >= 0) {
        queue.push(holder);
        continue;
      }
      for (let free = j; ; ) {
        const taker = cameFrom[free] as number;
        const before = partners[taker] as number;
        partners[taker] = free;
        owner[free] = taker;
        if (taker === root) return;
        free = before;
      }
    }
  }
}
