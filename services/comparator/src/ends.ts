// Until caught up: judge everything below the ends of both logs as they were when it was asked for.
import { type Consumption, type EndSample, type Extent, type Join, SIDES, type Side } from '@parallax/core';
import { placeKey, type Sides } from './sides.ts';

export type Ends = Readonly<Record<Side, number>>;

/**
 * The ends of both logs now, also of partitions that other members have: they may come to be ours. A log that shares its
 * partitions out anew, or has lost a broker, tells fewer of ours or none: then it is asked again, for what is not told
 * would count as read.
 * @param all of all partitions
 * @param owned keys of the partitions there are joins of at present
 * @param pause waits, and rejects when this is stopped
 */
export async function endsNow(
  ends: Consumption['ends'],
  all: () => Promise<readonly Extent[]>,
  sides: Sides,
  owned: () => Iterable<string>,
  pause: () => Promise<void>,
): Promise<Map<string, Ends>> {
  for (;;) {
    const ours = wholeOf(await ends(), sides);
    if ([...owned()].every((key) => ours.has(key))) return new Map([...wholeOf(await all(), sides), ...ours]);
    await pause();
  }
}

/** Where both sides of a partition are told. */
function wholeOf(told: Iterable<Pick<EndSample, 'topic' | 'partition' | 'end'>>, sides: Sides): Map<string, Ends> {
  const found = new Map<string, Partial<Ends>>();
  for (const { topic, partition, end } of told) {
    const { output, side } = sides.role(topic);
    const key = placeKey(output, partition);
    found.set(key, { ...found.get(key), [side]: end });
  }
  const whole = new Map<string, Ends>();
  for (const [key, { legacy, candidate }] of found) {
    if (legacy !== undefined && candidate !== undefined) whole.set(key, { legacy, candidate });
  }
  return whole;
}

export interface EndsAround {
  readonly now: () => number;
  /** A side that is out, or a candidate that does not read on, is waited for this long without any progress. */
  readonly patienceMs: number;
  /** When the candidate's commits last moved; undefined where they are not watched. */
  readonly movedAt: () => number | undefined;
}

/** Tells when there is nothing left to wait for; the rest stays open. Partitions are named by a key. */
export class UntilEnds {
  readonly #ends: ReadonlyMap<string, Ends>;
  readonly #around: EndsAround;
  #stillSince: number;
  #left = -1;

  constructor(ends: ReadonlyMap<string, Ends>, around: EndsAround) {
    this.#ends = ends;
    this.#around = around;
    this.#stillSince = around.now();
  }

  of(key: string): Ends | undefined {
    return this.#ends.get(key);
  }

  /** Whether all below the ends has been read, of the partitions there are joins of. */
  areRead(joins: ReadonlyMap<string, Join>): boolean {
    for (const [key, ends] of this.#ends) {
      const join = joins.get(key);
      if (join !== undefined && SIDES.some((side) => join.evidence[side].cursor < ends[side])) return false;
    }
    return true;
  }

  /** Of the partitions there are joins of. */
  isReached(joins: ReadonlyMap<string, Join>): boolean {
    let left = 0;
    let onlyProtected = true;
    for (const [key, ends] of this.#ends) {
      const join = joins.get(key);
      if (join === undefined) continue;
      for (const side of SIDES) {
        const unread = ends[side] - join.evidence[side].cursor;
        if (unread > 0) {
          left += unread;
          onlyProtected = join.paused === side && onlyProtected;
        }
      }
      const remaining = join.remaining(ends);
      if (remaining === 'none') continue;
      for (const side of SIDES) left += openBelow(join, side, ends[side]);
      if (remaining === 'waiting') onlyProtected = false;
    }
    if (left === 0) return true;
    const now = this.#around.now();
    if (left !== this.#left || !onlyProtected) {
      this.#left = left;
      this.#stillSince = now;
    }
    const still = Math.max(this.#stillSince, this.#around.movedAt() ?? 0);
    return now - still >= this.#around.patienceMs;
  }
}

/** Only these count as progress: what comes after the ends while we wait must not put the end off for ever. */
function openBelow(join: Join, side: Side, end: number): number {
  let open = 0;
  for (const [first, length] of join.accounts[side].open.runs()) {
    if (first >= end) break;
    open += Math.min(length, end - first);
  }
  return open;
}
