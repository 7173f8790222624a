// What the treatments of arrays need of the comparison they are part of.
import type { Tape } from '../json/tape.ts';
import type { Findings } from './findings.ts';
import type { Work } from './matching.ts';
import type { Place } from './place.ts';
import type { RuleHashes } from './rule-hashes.ts';
import type { RuleState } from './rule-states.ts';

export interface Judge {
  readonly legacy: Tape;
  readonly candidate: Tape;
  /** Under the rules. */
  readonly legacyHashes: RuleHashes;
  readonly candidateHashes: RuleHashes;
  /** Without rules. */
  strictHashes(): readonly [legacy: RuleHashes, candidate: RuleHashes];
  /** The rules of a place where none holds. */
  readonly plain: RuleState;
  readonly findings: Findings;
  readonly work: Work;
  /** Compares two elements of the arrays at `place` and reports what differs. */
  element(place: Place, legacyIndex: number, legacy: number, candidateIndex: number, candidate: number): void;
  /** Reports an element only one side has; -1 for the other's node. */
  lone(place: Place, index: number, legacy: number, candidate: number): void;
  /** Whether two values are the same under the rules; throws OutOfWork. */
  same(legacy: number, candidate: number, state: RuleState): boolean;
}

/** The element nodes of an array. */
export function elements(tape: Tape, array: number): Int32Array {
  const nodes = new Int32Array(tape.size[array] as number);
  let node = array + 1;
  for (let i = 0; i < nodes.length; i++) {
    nodes[i] = node;
    node = tape.next[node] as number;
  }
  return nodes;
}
