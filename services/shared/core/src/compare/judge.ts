// What the treatments of arrays need of the comparison they are part of.
import type { Tape } from '../json/tape.ts';
import { NOTHING } from './blur.ts';
import type { Findings } from './findings.ts';
import type { Work } from './matching.ts';
import type { Place } from './place.ts';
import type { RuleHashes } from './rule-hashes.ts';
import type { RuleState } from './rule-states.ts';

export interface Judge {
  readonly legacy: Tape;
  readonly candidate: Tape;
  /** Under the rules. */
  ruleHashes(): readonly [legacy: RuleHashes, candidate: RuleHashes];
  /** Without rules. */
  strictHashes(): readonly [legacy: RuleHashes, candidate: RuleHashes];
  /** The rules of a place where none holds. */
  readonly plain: RuleState;
  /** Only asked whether two values are the same: what is excused need not be reported. */
  readonly quiet: boolean;
  readonly findings: Findings;
  readonly work: Work;
  /** Compares two elements of the arrays at `place` and reports what differs; `index` is the legacy one's. */
  element(place: Place, index: number, legacy: number, candidate: number): void;
  /** Reports an element only one side has; -1 for the other's node. */
  lone(place: Place, index: number, legacy: number, candidate: number): void;
  /** Whether two values are the same under the rules; throws OutOfWork. */
  same(legacy: number, candidate: number, state: RuleState): boolean;
}

/** The elements of an array that take part in its comparison. */
export interface Elements {
  readonly nodes: Int32Array;
  /** Where each stands in its array. */
  readonly indexes: Int32Array;
}

export function elements(tape: Tape, array: number): Elements {
  const nodes = new Int32Array(tape.size[array] as number);
  const indexes = new Int32Array(nodes.length);
  let node = array + 1;
  for (let i = 0; i < nodes.length; i++) {
    nodes[i] = node;
    indexes[i] = i;
    node = tape.next[node] as number;
  }
  return { nodes, indexes };
}

/**
 * Whether elements of this array are left out of the comparison unless they hold something included. Where a rule names an
 * index, positions carry meaning: nothing is left out.
 */
export function leavesOut(state: RuleState): boolean {
  return !state.positional && state.element(0).ignored;
}

/**
 * Without the ignored elements that hold nothing included: as an ignored element may come or go, it may as well move, so it
 * takes no part in aligning the others. Hashes must be prepared.
 */
export function visibleElements(hashes: RuleHashes, array: number, state: RuleState): Elements {
  const all = elements(hashes.tape, array);
  const { nodes } = all;
  const isSeen = (index: number): boolean =>
    !state.element(index).ignored || hashes.of(nodes[index] as number) !== NOTHING;
  const seen = all.indexes.filter(isSeen);
  return { nodes: seen.map((index) => nodes[index] as number), indexes: seen };
}
