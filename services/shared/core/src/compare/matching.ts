// The largest pairing of two sets whose members may each fit several of the other: chosen as a whole, not greedily.
import { ARRAY, NUMBER, type Tape } from '../json/tape.ts';

/** Counts the work of a comparison down; what runs out of it is inconclusive. */
export interface Work {
  left: number;
}

/**
 * Work for the questions of one comparison, in units of 50 to 100 ns: all of it takes 20 to 35 ms on a busy machine
 * (scripts/bench/pairing.ts). Counted, never timed, so that a pair comes out the same everywhere.
 */
export const PAIRING_WORK = 400_000;
/** Work granted for each node of the two documents: what is asked once of each element is not what takes long. */
export const NODE_WORK = 2;
/** What it costs to ask whether two containers are the same, whatever they hold. */
export const QUESTION = 10;
/** What it costs to ask of a scalar. */
const SCALAR = 2;
/** From so many bytes on it costs more. */
const LONG = 32;

/** Thrown where the work runs out; caught where the place that could not be judged is known. */
export class OutOfWork extends Error {
  /** Why the comparison is inconclusive. */
  readonly reason: string;

  constructor(message: string, reason = 'budget-work') {
    super(message);
    this.reason = reason;
  }
}

/** To ask of this scalar: texts are folded, and numbers calculated with, which takes the square of their length. */
export function scalarWork(tape: Tape, node: number): number {
  const bytes = (tape.end[node] as number) - (tape.start[node] as number);
  if (bytes < LONG) return SCALAR;
  return SCALAR + (bytes >> 4) + (tape.kind[node] === NUMBER ? (bytes >> 7) ** 2 : 0);
}

/** Seeing whether two scalars are the same bytes costs one for each 2^SEEN of them. */
const SEEN = 7;

/** To look at a scalar inside a search, besides what each node costs: only a long one takes longer than that. */
export function lookWork(tape: Tape, node: number): number {
  return ((tape.end[node] as number) - (tape.start[node] as number)) >> SEEN;
}

/** To ask rules about a value inside a search, besides what each node costs; -1 where there is none. */
export function rulesWork(tape: Tape, node: number): number {
  return node < 0 || (tape.kind[node] as number) >= ARRAY ? 0 : scalarWork(tape, node) - SCALAR;
}

export function spend(work: Work, units: number): void {
  work.left -= units;
  if (work.left < 0) throw new OutOfWork('out of work');
}

const UNASKED = 0;
const NO = 1;
const YES = 2;
/** Up to this many answers are kept in a table, bytes; of more only those asked for. */
const TABLE = 1 << 20;

/** Where to look for partners: what may fit stands together. */
export interface Reach {
  /** The n, those first that can reach least far up. */
  readonly from: Int32Array;
  /** The m. */
  readonly order: Int32Array;
  /** By index of the n: which part of `order` may fit it. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

export function reachOfAll(n: number, m: number): Reach {
  return {
    from: Int32Array.from({ length: n }, (_, i) => i),
    order: Int32Array.from({ length: m }, (_, j) => j),
    starts: new Int32Array(n),
    ends: new Int32Array(n).fill(m),
  };
}

/**
 * For each of `n` the one of `m` it is paired with, or -1. `partners` holds a first pairing and is completed in place: first
 * with whoever is free, then by augmenting paths (Kuhn). `fits` is asked at most once per pair. False, at once, where
 * `allOrNone` and one of the n can have no partner. Throws OutOfWork.
 */
export function completeMatching(
  partners: Int32Array,
  m: number,
  fits: (i: number, j: number) => boolean,
  work: Work,
  reach: Reach = reachOfAll(partners.length, m),
  allOrNone = false,
): boolean {
  if (partners.every((j) => j >= 0)) return true;
  return new Matching(partners, m, fits, work, reach).complete(allOrNone);
}

class Matching {
  private readonly partners: Int32Array;
  private readonly owner: Int32Array;
  private readonly fits: (i: number, j: number) => boolean;
  private readonly work: Work;
  private readonly reach: Reach;
  private readonly known: Uint8Array | Map<number, number>;
  /** Where the answers about each of the n begin. */
  private readonly offsets: Float64Array;
  /** Places of `order` that are free; then those that no search in vain has reached. */
  private readonly left: Remaining;

  constructor(partners: Int32Array, m: number, fits: (i: number, j: number) => boolean, work: Work, reach: Reach) {
    this.partners = partners;
    this.owner = new Int32Array(m).fill(-1);
    this.fits = fits;
    this.work = work;
    this.reach = reach;
    const n = partners.length;
    this.offsets = new Float64Array(n);
    let all = 0;
    for (let i = 0; i < n; i++) {
      this.offsets[i] = all;
      all += (reach.ends[i] as number) - (reach.starts[i] as number);
      if ((partners[i] as number) >= 0) this.owner[partners[i] as number] = i;
    }
    this.known = all <= TABLE ? new Uint8Array(all) : new Map<number, number>();
    this.left = new Remaining(m);
  }

  complete(allOrNone: boolean): boolean {
    this.greedily();
    const { partners, reach, owner } = this;
    const m = owner.length;
    const inVain = new Remaining(m);
    const reached = new Remaining(m);
    let isComplete = true;
    for (const i of reach.from) {
      if ((partners[i] as number) >= 0) continue;
      if (this.augment(i, inVain, reached)) continue;
      if (allOrNone) return false;
      isComplete = false;
    }
    return isComplete;
  }

  /** Whoever reaches least far chooses first: along a line that is as good as any way to choose. */
  private greedily(): void {
    const { partners, owner, reach, left } = this;
    reach.order.forEach((j, at) => {
      if ((owner[j] as number) >= 0) left.remove(at);
    });
    for (const i of reach.from) {
      if ((partners[i] as number) >= 0) continue;
      const end = reach.ends[i] as number;
      for (let at = left.next(reach.starts[i] as number); at < end; at = left.next(at + 1)) {
        if (!this.fit(i, at)) continue;
        const j = reach.order[at] as number;
        partners[i] = j;
        owner[j] = i;
        left.remove(at);
        break;
      }
    }
  }

  /**
   * Breadth first, so that no chain is too long for the stack. What a search in vain has reached can be on no later path:
   * the tree it has grown is closed (Hungarian trees).
   */
  private augment(root: number, inVain: Remaining, reached: Remaining): boolean {
    const { partners, owner, reach } = this;
    const cameFrom = new Map<number, number>();
    const queue = [root];
    const places: number[] = [];
    reached.restore();
    for (let head = 0; head < queue.length; head++) {
      const i = queue[head] as number;
      const end = reach.ends[i] as number;
      let at = open(reach.starts[i] as number, inVain, reached);
      for (; at < end; at = open(at + 1, inVain, reached)) {
        if (!this.fit(i, at)) continue;
        const j = reach.order[at] as number;
        cameFrom.set(j, i);
        places.push(at);
        reached.remove(at);
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
          if (taker === root) return true;
          free = before;
        }
      }
    }
    for (const at of places) inVain.remove(at);
    return false;
  }

  private fit(i: number, at: number): boolean {
    spend(this.work, 1);
    const { known } = this;
    const key = (this.offsets[i] as number) + at - (this.reach.starts[i] as number);
    let answer = known instanceof Map ? (known.get(key) ?? UNASKED) : (known[key] as number);
    if (answer === UNASKED) {
      answer = this.fits(i, this.reach.order[at] as number) ? YES : NO;
      if (known instanceof Map) known.set(key, answer);
      else known[key] = answer;
    }
    return answer === YES;
  }
}

/** The first place from here on that is in both. */
function open(from: number, one: Remaining, other: Remaining): number {
  for (let at = from; ; ) {
    const next = other.next(one.next(at));
    if (next === at) return at;
    at = next;
  }
}

/** Places of which some are taken away: the next that is left is found in nearly constant time (union-find). */
class Remaining {
  private readonly skip: Int32Array;
  private readonly mark: Int32Array;
  private round = 1;

  constructor(length: number) {
    this.skip = new Int32Array(length + 1);
    this.mark = new Int32Array(length + 1);
  }

  /** All are there again. */
  restore(): void {
    this.round++;
  }

  remove(at: number): void {
    this.mark[at] = this.round;
    this.skip[at] = at + 1;
  }

  /** The length where none is left. */
  next(from: number): number {
    const { skip, mark, round } = this;
    let at = from;
    while (mark[at] === round) {
      const beyond = skip[at] as number;
      if (mark[beyond] === round) skip[at] = skip[beyond] as number;
      at = beyond;
    }
    return Math.min(at, skip.length - 1);
  }
}
