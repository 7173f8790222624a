// Arrays compared in order: equal elements are aligned, what lies between is paired by likeness.
import { sameValue } from '../json/equal.ts';
import { align } from './align.ts';
import { elements, type Judge } from './judge.ts';
import { likeness, pairRuns } from './likeness.ts';
import type { Place } from './place.ts';
import type { RuleHashes } from './rule-hashes.ts';

/** Deeper down, equal ends are found by hashes: comparing values anew at each level would cost the square of the depth. */
const SHALLOW = 32;

/**
 * Arrays of equal length whose elements are the same one by one come out as such: equal values have equal hashes, and
 * equal hashes one by one are aligned one by one.
 */
export function compareOrdered(judge: Judge, place: Place): void {
  const a = elements(judge.legacy, place.legacy);
  const b = elements(judge.candidate, place.candidate);
  if (place.state.positional || (a.length === 1 && b.length === 1)) {
    byPosition(judge, place, a, b);
    return;
  }
  let from = 0;
  let aEnd = a.length;
  let bEnd = b.length;
  if (place.depth < SHALLOW) {
    const same = (i: number, j: number): boolean =>
      sameValue(judge.legacy, a[i] as number, judge.candidate, b[j] as number);
    while (from < aEnd && from < bEnd && same(from, from)) from++;
    while (aEnd > from && bEnd > from && same(aEnd - 1, bEnd - 1)) {
      aEnd--;
      bEnd--;
    }
  }
  if (aEnd - from === 1 && bEnd - from === 1) {
    judge.element(place, from, a[from] as number, from, b[from] as number);
    return;
  }
  if (aEnd > from && bEnd > from) {
    judge.legacyHashes.prepare(place.legacy, place.state);
    judge.candidateHashes.prepare(place.candidate, place.state);
  }
  const left = a.subarray(from, aEnd);
  const right = b.subarray(from, bEnd);
  const partners = align(
    hashesOf(judge.legacyHashes, left, right.length),
    hashesOf(judge.candidateHashes, right, left.length),
  );
  let i = 0;
  let j = 0;
  for (let at = 0; at <= left.length; at++) {
    const partner = at < left.length ? (partners[at] as number) : right.length;
    if (partner < 0) continue;
    run(judge, place, from, left.subarray(i, at), i, right.subarray(j, partner), j);
    if (at < left.length) judge.element(place, from + at, left[at] as number, from + partner, right[partner] as number);
    i = at + 1;
    j = partner + 1;
  }
}

/** Nothing is hashed, nor need be, where the other side is empty. */
function hashesOf(hashes: RuleHashes, nodes: Int32Array, others: number): Int32Array {
  return others === 0 ? new Int32Array(nodes.length) : nodes.map((node) => hashes.of(node));
}

/** Elements between two aligned ones. */
function run(
  judge: Judge,
  place: Place,
  from: number,
  left: Int32Array,
  leftAt: number,
  right: Int32Array,
  rightAt: number,
): void {
  const like = (i: number, j: number): number =>
    likeness(judge.legacyHashes, left[i] as number, judge.candidateHashes, right[j] as number);
  let i = 0;
  let j = 0;
  for (const [x, y] of [...pairRuns(left.length, right.length, like), [left.length, right.length] as const]) {
    for (; i < x; i++) judge.lone(place, from + leftAt + i, left[i] as number, -1);
    for (; j < y; j++) judge.lone(place, from + rightAt + j, -1, right[j] as number);
    if (x < left.length && y < right.length) {
      judge.element(place, from + leftAt + x, left[x] as number, from + rightAt + y, right[y] as number);
    }
    i = x + 1;
    j = y + 1;
  }
}

function byPosition(judge: Judge, place: Place, a: Int32Array, b: Int32Array): void {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = i < a.length ? (a[i] as number) : -1;
    const right = i < b.length ? (b[i] as number) : -1;
    if (left >= 0 && right >= 0) judge.element(place, i, left, i, right);
    else judge.lone(place, i, left, right);
  }
}
