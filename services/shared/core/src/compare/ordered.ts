// Arrays compared in order: equal elements are aligned, what lies between is paired by likeness.
import { sameValue } from '../json/equal.ts';
import { align } from './align.ts';
import { type Elements, elements, type Judge, leavesOut, visibleElements } from './judge.ts';
import { likeness, pairRuns } from './likeness.ts';
import { spend } from './matching.ts';
import type { Place } from './place.ts';
import type { RuleHashes } from './rule-hashes.ts';

/** Deeper down, equal ends are found by hashes: comparing values anew at each level would cost the square of the depth. */
const SHALLOW = 32;

/**
 * Arrays of equal length whose elements are the same one by one come out as such: equal values have equal hashes, and
 * equal hashes one by one are aligned one by one.
 */
export function compareOrdered(judge: Judge, place: Place): void {
  const { state } = place;
  const some = leavesOut(state);
  if (some) prepare(judge, place);
  const a = some ? visibleElements(judge.ruleHashes()[0], place.legacy, state) : elements(judge.legacy, place.legacy);
  const b = some
    ? visibleElements(judge.ruleHashes()[1], place.candidate, state)
    : elements(judge.candidate, place.candidate);
  const n = a.nodes.length;
  const m = b.nodes.length;
  // Every node below may be looked at to find equal ends.
  if (judge.quiet) spend(judge.work, ((judge.legacy.next[place.legacy] as number) - place.legacy) >> 2);
  const run = new Run(judge, place, a, b);
  if (state.positional || (n === 1 && m === 1)) {
    run.pair(0, n, 0, m, false);
    return;
  }
  let from = 0;
  let aEnd = n;
  let bEnd = m;
  // Ids take part where they are equal, too: no element is passed over.
  if (place.depth < SHALLOW && !state.mapsIds && !state.refers) {
    while (from < aEnd && from < bEnd && run.identical(from, from)) from++;
    while (aEnd > from && bEnd > from && run.identical(aEnd - 1, bEnd - 1)) {
      aEnd--;
      bEnd--;
    }
  }
  if (from === aEnd || from === bEnd || (aEnd - from === 1 && bEnd - from === 1)) {
    run.pair(from, aEnd, from, bEnd, false);
    return;
  }
  prepare(judge, place);
  const [legacyHashes, candidateHashes] = judge.ruleHashes();
  const partners = align(
    hashesOf(legacyHashes, a.nodes.subarray(from, aEnd)),
    hashesOf(candidateHashes, b.nodes.subarray(from, bEnd)),
  );
  let i = from;
  let j = from;
  for (let at = from; at < aEnd; at++) {
    const partner = partners[at - from] as number;
    if (partner < 0) continue;
    run.pair(i, at, j, from + partner, true);
    run.element(at, from + partner);
    i = at + 1;
    j = from + partner + 1;
  }
  run.pair(i, aEnd, j, bEnd, true);
}

function prepare(judge: Judge, place: Place): void {
  const [legacyHashes, candidateHashes] = judge.ruleHashes();
  legacyHashes.prepare(place.legacy, place.state);
  candidateHashes.prepare(place.candidate, place.state);
}

function hashesOf(hashes: RuleHashes, nodes: Int32Array): Int32Array {
  return nodes.map((node) => hashes.of(node));
}

/** The elements of two arrays, by their place among those that take part. */
class Run {
  private readonly judge: Judge;
  private readonly place: Place;
  private readonly a: Elements;
  private readonly b: Elements;

  constructor(judge: Judge, place: Place, a: Elements, b: Elements) {
    this.judge = judge;
    this.place = place;
    this.a = a;
    this.b = b;
  }

  identical(i: number, j: number): boolean {
    return sameValue(this.judge.legacy, this.a.nodes[i] as number, this.judge.candidate, this.b.nodes[j] as number);
  }

  element(i: number, j: number): void {
    this.judge.element(this.place, this.a.indexes[i] as number, this.a.nodes[i] as number, this.b.nodes[j] as number);
  }

  /** Elements between two aligned ones: paired by likeness, or (where nothing is hashed) by position; the rest is alone. */
  pair(aFrom: number, aTo: number, bFrom: number, bTo: number, hashed: boolean): void {
    const { judge, place, a, b } = this;
    const like = (i: number, j: number): number => {
      if (!hashed) return i === j ? 1 : 0;
      const [legacyHashes, candidateHashes] = judge.ruleHashes();
      return likeness(legacyHashes, a.nodes[aFrom + i] as number, candidateHashes, b.nodes[bFrom + j] as number);
    };
    const n = aTo - aFrom;
    const m = bTo - bFrom;
    if (n === 0 && m === 0) return;
    let i = aFrom;
    let j = bFrom;
    for (const [x, y] of [...pairRuns(n, m, like), [n, m] as const]) {
      for (; i < aFrom + x; i++) judge.lone(place, a.indexes[i] as number, a.nodes[i] as number, -1);
      for (; j < bFrom + y; j++) judge.lone(place, b.indexes[j] as number, -1, b.nodes[j] as number);
      if (x === n || y === m) continue;
      this.element(i++, j++);
    }
  }
}
