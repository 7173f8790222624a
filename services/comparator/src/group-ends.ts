// Until caught up, among several: a member that has done its own part stays in the group until the others' commits say that
// they have done theirs.
//
// Leaving sooner costs more than it saves: the others take over what is done already, and in a new generation everything
// that was judged since the last cut is read and judged again. And a verdict told before the others are ready is half a one.
import { type Committed, SIDES, type Side } from '@parallax/core';
import type { Checkpoints } from './checkpoint.ts';
import type { Ends } from './ends.ts';
import type { Sides } from './sides.ts';

/** How long others may read nothing, at least: longer than it takes to notice that one of them is gone. Milliseconds. */
const UNREAD_MS = 60_000;

/** How often their commits are looked at, once there is nothing else to do. */
export const OTHERS_MS = 250;

export interface GroupAround {
  readonly committed: () => Promise<readonly Committed[]>;
  readonly checkpoints: Pick<Checkpoints, 'peek'>;
  readonly sides: Sides;
  readonly now: () => number;
  /** How long pairs that stay open are waited for. */
  readonly patienceMs: number;
}

interface Left {
  readonly unread: number;
  readonly open: number;
}

export class GroupEnds {
  readonly #ends: ReadonlyMap<string, Ends>;
  readonly #around: GroupAround;
  #seen = '';
  #stillSince: number;

  /** `ends`: of all partitions; where a shuffled side ends is not known of others' (infinity). */
  constructor(ends: ReadonlyMap<string, Ends>, around: GroupAround) {
    this.#ends = ends;
    this.#around = around;
    this.#stillSince = around.now();
  }

  /** Whether there is nothing to wait for on the partitions that are not among `own`. */
  async areReached(own: ReadonlySet<string>): Promise<boolean> {
    const others = [...this.#ends].filter(([key]) => !own.has(key));
    if (others.length === 0) return true;
    const commits = new Map<string, Committed>();
    for (const one of await this.#around.committed()) commits.set(`${one.topic}/${one.partition}`, one);
    let isRead = true;
    const left: string[] = [];
    for (const [key, ends] of others) {
      for (const side of SIDES) {
        const { unread, open } = await this.#left(key, side, ends[side], commits);
        if (unread > 0) isRead = false;
        if (unread + open > 0) left.push(`${key} ${side} ${unread} ${open}`);
      }
    }
    if (left.length === 0) return true;
    const now = this.#around.now();
    if (left.join() !== this.#seen) {
      this.#seen = left.join();
      this.#stillSince = now;
    }
    const { patienceMs } = this.#around;
    return now - this.#stillSince >= (isRead ? patienceMs : Math.max(UNREAD_MS, patienceMs));
  }

  /** What has not been read, and what is open of what has, below the end of one side of a partition. */
  async #left(key: string, side: Side, end: number, commits: ReadonlyMap<string, Committed>): Promise<Left> {
    const at = key.lastIndexOf('/');
    const [output, partition] = [key.slice(0, at), key.slice(at + 1)];
    const commit = commits.get(`${this.#around.sides.topic(output, side)}/${partition}`);
    if (end === Number.POSITIVE_INFINITY) return { unread: 0, open: 0 };
    if (commit === undefined || commit.offset < end) return { unread: end - (commit?.offset ?? 0), open: 0 };
    const { cut } = await this.#around.checkpoints.peek(commit);
    let open = 0;
    for (const [first, length] of cut.open.runs()) if (first < end) open += Math.min(length, end - first);
    return { unread: 0, open };
  }
}
