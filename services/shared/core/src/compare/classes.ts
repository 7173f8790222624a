// Elements of two arrays without order that have one hash, paired: as many as are the same under the rules.
import { sameValue } from '../json/equal.ts';
import { ARRAY } from '../json/tape.ts';
import { type Axis, axisOf, type Row } from './axis.ts';
import type { Judge } from './judge.ts';
import { completeMatching, type Reach, spend } from './matching.ts';
import type { Place } from './place.ts';
import type { RuleState } from './rule-states.ts';

export interface Arrays {
  readonly judge: Judge;
  readonly place: Place;
  readonly a: Int32Array;
  readonly b: Int32Array;
}

/** So many questions take no longer than to put elements in order. */
const FEW = 64;

type Same = (i: number, j: number) => boolean;

/** For each of `ours`, by its index, the place of its partner in `theirs`, or -1. Throws OutOfWork. */
export function pairClass(arrays: Arrays, ours: readonly number[], theirs: readonly number[]): Int32Array {
  const { judge, place, a, b } = arrays;
  const partners = new Int32Array(ours.length).fill(-1);
  if (ours.length === 0 || theirs.length === 0) return partners;
  // Some element will be alone, whichever: that is all there is to know.
  if (judge.quiet && ours.length !== theirs.length) return partners;
  const state = (i: number): RuleState => place.state.element(ours[i] as number);
  // Where ids are renamed, the same document may be another thing; elsewhere the rules see that it is the same.
  const asksValues = !place.state.refers && (!place.state.lossy || place.state.mapsIds);
  const same = (i: number, j: number): boolean => {
    const [x, y] = [a[ours[i] as number] as number, b[theirs[j] as number] as number];
    if ((judge.legacy.kind[x] as number) < ARRAY && (judge.candidate.kind[y] as number) < ARRAY)
      return judge.same(x, y, state(i));
    spend(judge.work, 1);
    if (asksValues && sameValue(judge.legacy, x, judge.candidate, y)) return true;
    return !place.state.plain && judge.same(x, y, state(i));
  };
  if (!place.state.lossy && !place.state.positional) {
    // Being the same is transitive here: whoever comes first is as good as any other.
    const free = theirs.map((_, j) => j).reverse();
    ours.forEach((_, i) => {
      const at = free.findLastIndex((j) => same(i, j));
      if (at >= 0) partners[i] = free.splice(at, 1)[0] as number;
    });
    return partners;
  }
  if (ours.length === 1 && theirs.length === 1) {
    if (same(0, 0)) partners[0] = 0;
    return partners;
  }
  const isComplete = (): boolean => partners.every((j) => j >= 0);
  matchInPlace(ours, theirs, partners, same);
  if (isComplete()) return partners;
  if (!place.state.refers) matchIdentical(arrays, ours, theirs, partners);
  if (isComplete()) return partners;
  const legacy: Row = { tape: judge.legacy, nodes: ours.map((i) => a[i] as number) };
  const candidate: Row = { tape: judge.candidate, nodes: theirs.map((j) => b[j] as number) };
  const isFew = ours.length * theirs.length <= FEW;
  const axis = isFew || place.state.positional ? undefined : axisOf(state(0), legacy, candidate, judge.work);
  const reach = axis === undefined ? undefined : axis.isWhole ? afterPoints(axis, partners, theirs.length) : axis.reach;
  completeMatching(partners, theirs.length, same, judge.work, reach, judge.quiet);
  return partners;
}

/** What agrees where it stands stays there, so that no order is reported as changed without need. */
function matchInPlace(ours: readonly number[], theirs: readonly number[], partners: Int32Array, same: Same): void {
  let j = 0;
  for (let i = 0; i < ours.length; i++) {
    while (j < theirs.length && (theirs[j] as number) < (ours[i] as number)) j++;
    if (ours[i] === theirs[j] && same(i, j)) partners[i] = j;
  }
}

/** A first pairing of the rest: identical values, found by their hash without rules. */
function matchIdentical(
  arrays: Arrays,
  ours: readonly number[],
  theirs: readonly number[],
  partners: Int32Array,
): void {
  const { judge, place, a, b } = arrays;
  const [left, right] = judge.strictHashes();
  left.prepare(place.legacy, judge.plain);
  right.prepare(place.candidate, judge.plain);
  const waiting = new Map<number, number[]>();
  const taken = new Set(partners);
  for (let j = theirs.length - 1; j >= 0; j--) {
    if (taken.has(j)) continue;
    const hash = right.of(b[theirs[j] as number] as number);
    const others = waiting.get(hash);
    if (others === undefined) waiting.set(hash, [j]);
    else others.push(j);
  }
  ours.forEach((index, i) => {
    if ((partners[i] as number) >= 0) return;
    const node = a[index] as number;
    const others = waiting.get(left.of(node));
    const j = others?.at(-1);
    if (j === undefined || !sameValue(judge.legacy, node, judge.candidate, b[theirs[j] as number] as number)) return;
    others?.pop();
    partners[i] = j;
  });
}

/**
 * Pairs the points of a line: those still alone among themselves, or all anew where that makes more pairs. What is left to
 * be asked about is no point.
 */
function afterPoints(axis: Axis, partners: Int32Array, m: number): Reach {
  const before = Int32Array.from(partners);
  const owned = new Uint8Array(m);
  for (const j of partners) if (j >= 0) owned[j] = 1;
  axis.pairs(
    (i, j) => (i < 0 || (before[i] as number) < 0) && (j < 0 || owned[j] === 0),
    (i, j) => {
      partners[i] = j;
    },
  );
  if (partners.some((j, i) => j < 0 && axis.isOn(i))) {
    const anew = partners.map((j, i) => (axis.isOn(i) ? -1 : j));
    axis.pairs(
      () => true,
      (i, j) => {
        anew[i] = j;
      },
    );
    if (paired(anew) > paired(partners)) partners.set(anew);
  }
  return axis.reachOfOthers;
}

function paired(partners: Int32Array): number {
  return partners.reduce((count, j) => (j < 0 ? count : count + 1), 0);
}
