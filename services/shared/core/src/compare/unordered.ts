// Arrays compared without order: as multisets, or with elements matched by their keys.
import { canonicalNumber, numberText } from '../json/numbers.ts';
import { type Pointer, resolve } from '../json/pointers.ts';
import { stringOf } from '../json/strings.ts';
import { ARRAY, type Tape, typeOf } from '../json/tape.ts';
import { type Arrays, pairClass } from './classes.ts';
import type { Excuse } from './findings.ts';
import { elements, type Judge, leavesOut, visibleElements } from './judge.ts';
import { likeness } from './likeness.ts';
import { OutOfWork, spend } from './matching.ts';
import type { Place } from './place.ts';
import type { RuleHashes } from './rule-hashes.ts';
import type { RuleState } from './rule-states.ts';

/** From this on two leftover objects are shown as one that changed, else as one that went and one that came. */
const ALIKE = 0.5;
/** Leftover elements compared for likeness. */
const LEFTOVERS = 2_500;

/** Work of a search inside another search, and for each element in it. */
const SEARCH = 20;
const ELEMENT = 4;

interface Pairing extends Arrays {
  /** Indexes matched so far, legacy and candidate, and whether the two were found to be the same. */
  readonly pairs: [number, number, boolean][];
}

/**
 * `key`: pointers to what names an element, undefined for a multiset. `by` excuses a change of order. Where the search
 * for the best pairing runs out of work, findings are stopped (budget-work).
 */
export function compareUnordered(judge: Judge, place: Place, key: readonly Pointer[] | undefined, by: Excuse): void {
  const [legacyHashes, candidateHashes] = judge.ruleHashes();
  legacyHashes.prepare(place.legacy, place.state);
  candidateHashes.prepare(place.candidate, place.state);
  const some = place.state.ignored || leavesOut(place.state);
  const a = elements(judge.legacy, place.legacy).nodes;
  const b = elements(judge.candidate, place.candidate).nodes;
  const left = some ? [...visibleElements(legacyHashes, place.legacy, place.state).indexes] : indexes(a.length);
  const right = some ? [...visibleElements(candidateHashes, place.candidate, place.state).indexes] : indexes(b.length);
  const arrays: Pairing = { judge, place, a, b, pairs: [] };
  try {
    if (judge.quiet) spend(judge.work, SEARCH + ELEMENT * (a.length + b.length));
    if (key === undefined) multiset(arrays, left, right, false);
    else if (!keyed(arrays, left, right, key)) judge.findings.sharedKey(by.name);
  } catch (error) {
    if (!(error instanceof OutOfWork)) throw error;
    judge.findings.stopped ??= error.reason;
    return;
  }
  arrays.pairs.sort((one, other) => one[0] - other[0]);
  let last = -1;
  let reordered = false;
  for (const [i, j, same] of arrays.pairs) {
    if (j < last) reordered = true;
    last = j;
    // Without rules below there is nothing more to say of the same; with rules there is what they excuse.
    if (!same || !(judge.quiet || place.state.plain)) judge.element(place, i, a[i] as number, b[j] as number);
  }
  if (reordered) {
    judge.findings.add(
      {
        kind: 'reordered',
        up: place.up,
        keys: place.keys,
        at: place.at,
        legacy: place.legacy,
        candidate: place.candidate,
        by,
      },
      judge.legacy,
      judge.candidate,
    );
  }
}

function indexes(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/**
 * Elements that share a key, and those that have none, are matched among themselves as multisets. False where any do: the
 * key did not tell the elements of a side apart.
 */
function keyed(arrays: Pairing, left: readonly number[], right: readonly number[], key: readonly Pointer[]): boolean {
  const { judge, a, b } = arrays;
  const groups = new Map<string | undefined, [number[], number[]]>();
  const put = (tape: Tape, nodes: Int32Array, chosen: readonly number[], side: 0 | 1): void => {
    for (const i of chosen) {
      const name = keyOf(tape, nodes[i] as number, key, arrays.place.state.element(i));
      const group = groups.get(name) ?? [[], []];
      group[side].push(i);
      groups.set(name, group);
    }
  };
  put(judge.legacy, a, left, 0);
  put(judge.candidate, b, right, 1);
  let isUnique = true;
  for (const [name, [ours, theirs]] of groups) {
    if (ours.length > 1 || theirs.length > 1) isUnique = false;
    if (ours.length === 1 && theirs.length === 1 && name !== undefined)
      arrays.pairs.push([ours[0] as number, theirs[0] as number, false]);
    else multiset(arrays, ours, theirs, name !== undefined);
  }
  return isUnique;
}

/**
 * One text per key; undefined where a part is absent or no scalar. Ids that may be renamed tell nothing of who belongs to
 * whom: elements that differ in no other part of their keys are matched by what they hold.
 */
function keyOf(tape: Tape, element: number, key: readonly Pointer[], state: RuleState): string | undefined {
  const parts: string[] = [];
  for (const pointer of key) {
    const node = resolve(tape, element, pointer);
    if (node < 0 || (tape.kind[node] as number) >= ARRAY) return undefined;
    if (state.mapsIds && pointer.reduce((at, { name }) => at.named(name), state).bijection !== undefined) {
      parts.push('*');
      continue;
    }
    const type = typeOf(tape, node);
    const text =
      type === 'string' ? stringOf(tape, node) : type === 'number' ? canonicalNumber(numberText(tape, node)) : '';
    parts.push(`${tape.kind[node] === 1 ? 'false' : type} ${text.length} ${text}`);
  }
  return parts.join(' ');
}

/** `alike`: leftovers belong together even if they have little in common. */
function multiset(arrays: Pairing, left: readonly number[], right: readonly number[], alike: boolean): void {
  const { judge, place, a, b, pairs } = arrays;
  const byHash = new Map<number, [number[], number[]]>();
  const put = (hashes: RuleHashes, nodes: Int32Array, chosen: readonly number[], side: 0 | 1): void => {
    for (const i of chosen) {
      // With rules for single indexes an element's hash depends on where it stands.
      const hash = place.state.positional ? 0 : hashes.of(nodes[i] as number);
      const group = byHash.get(hash) ?? [[], []];
      group[side].push(i);
      byHash.set(hash, group);
    }
  };
  const [legacyHashes, candidateHashes] = judge.ruleHashes();
  put(legacyHashes, a, left, 0);
  put(candidateHashes, b, right, 1);
  const goneLeft: number[] = [];
  const goneRight: number[] = [];
  for (const [ours, theirs] of byHash.values()) {
    const taken = new Set<number>();
    const partners = pairClass(arrays, ours, theirs);
    ours.forEach((i, at) => {
      const partner = partners[at] as number;
      if (partner < 0) goneLeft.push(i);
      else {
        taken.add(partner);
        pairs.push([i, theirs[partner] as number, true]);
      }
    });
    theirs.forEach((j, at) => {
      if (!taken.has(at)) goneRight.push(j);
    });
  }
  goneLeft.sort((one, other) => one - other);
  goneRight.sort((one, other) => one - other);
  if (!judge.quiet) pairLeftovers(arrays, goneLeft, goneRight, alike);
  for (const i of goneLeft) judge.lone(place, i, a[i] as number, -1);
  for (const j of goneRight) judge.lone(place, j, -1, b[j] as number);
}

/** Takes out of both lists what is shown as one element that changed. */
function pairLeftovers(arrays: Pairing, left: number[], right: number[], alike: boolean): void {
  const { judge, a, b, pairs } = arrays;
  if (left.length * right.length > LEFTOVERS) return;
  const [legacyHashes, candidateHashes] = judge.ruleHashes();
  for (let at = 0; at < left.length; ) {
    const i = left[at] as number;
    let best = alike ? 0 : ALIKE;
    let chosen = -1;
    for (let other = 0; other < right.length; other++) {
      const node = b[right[other] as number] as number;
      const like = likeness(legacyHashes, a[i] as number, candidateHashes, node);
      if (like > best) {
        best = like;
        chosen = other;
      }
    }
    if (chosen < 0) at++;
    else {
      pairs.push([i, right.splice(chosen, 1)[0] as number, false]);
      left.splice(at, 1);
    }
  }
}
