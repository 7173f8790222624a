// What a walk of two texts noted as different on its way, told to the findings as the full comparison would tell it.
//
// Only what is sure to come out the same is noted: scalars that surely differ, where no rule judges; in an array one
// element at most, for then the others are aligned with themselves. A walk that meets anything else gives up.
import { ESCAPED, FALSE, NULL, NUMBER, STRING, Tape, TRUE, typeOf } from '../json/tape.ts';
import type { Findings } from './findings.ts';
import { Place } from './place.ts';
import type { RuleState } from './rule-states.ts';

/** Of more differences the full comparison makes the list. */
const MOST_NOTES = 16;
/** Deeper arrays are aligned otherwise. */
const DEEPEST = 31;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;

interface Step {
  readonly state: RuleState;
  /** Of a member the bytes of its name in the legacy text; of an element its index and -1. */
  readonly at: number;
  readonly end: number;
}

interface Note {
  /** Which container it stands in, in the order of their opening. */
  readonly container: number;
  readonly steps: readonly Step[];
  readonly legacyStart: number;
  readonly legacyEnd: number;
  readonly candidateStart: number;
  readonly candidateEnd: number;
}

/** Where a walk is: what is open, from depth 1 on. */
export interface Trail {
  readonly depth: number;
  /** 1 for an object. */
  readonly objects: Uint8Array;
  readonly states: readonly RuleState[];
  /** Members or elements passed. */
  readonly indexes: Int32Array;
  readonly nameStarts: Int32Array;
  readonly nameEnds: Int32Array;
  /** Which container it is, in the order of their opening. */
  readonly containers: Int32Array;
}

export class WalkNotes {
  private readonly notes: Note[] = [];
  private readonly legacy = new Tape();
  private readonly candidate = new Tape();
  /** By depth: the container a difference was noted in, and the child it was noted in or below. */
  private readonly notedIn = new Int32Array(DEEPEST + 1);
  private readonly notedAt = new Int32Array(DEEPEST + 1);

  get isEmpty(): boolean {
    return this.notes.length === 0;
  }

  /** Whether something was noted on the walk of these two. */
  isOf(legacy: Uint8Array, candidate: Uint8Array): boolean {
    return this.notes.length > 0 && this.legacy.bytes === legacy && this.candidate.bytes === candidate;
  }

  /** Before a walk. */
  begin(legacy: Uint8Array, candidate: Uint8Array): void {
    if (this.notes.length > 0) this.notes.length = 0;
    this.legacy.bytes = legacy;
    this.candidate.bytes = candidate;
  }

  clear(): void {
    if (this.notes.length > 0) this.notes.length = 0;
    this.legacy.release();
    this.candidate.release();
  }

  /** Whether it could be noted. */
  add(trail: Trail, legacyStart: number, legacyEnd: number, candidateStart: number, candidateEnd: number): boolean {
    const { depth } = trail;
    if (depth > DEEPEST || this.notes.length === MOST_NOTES) return false;
    const steps: Step[] = [];
    for (let level = 1; level <= depth; level++) {
      const state = trail.states[level] as RuleState;
      const index = trail.indexes[level] as number;
      if (trail.objects[level] === 1) {
        steps.push({ state, at: trail.nameStarts[level] as number, end: trail.nameEnds[level] as number });
        continue;
      }
      const container = trail.containers[level] as number;
      const isSecond = this.notes.length > 0 && this.notedIn[level] === container && this.notedAt[level] !== index;
      if (isSecond || state.unordered !== undefined) return false;
      this.notedIn[level] = container;
      this.notedAt[level] = index;
      steps.push({ state, at: index, end: -1 });
    }
    const container = depth === 0 ? 0 : (trail.containers[depth] as number);
    this.notes.push({ container, steps, legacyStart, legacyEnd, candidateStart, candidateEnd });
    return true;
  }

  /** What was noted, in the order of the full comparison: container by container. */
  tell(findings: Findings): void {
    const { notes, legacy: a, candidate: b } = this;
    ready(a);
    ready(b);
    if (notes.length > 1) notes.sort((one, other) => one.container - other.container);
    const root = notes[0]?.steps[0] === undefined ? undefined : rootOf(notes[0].steps[0].state);
    for (const note of notes) {
      let up = root;
      for (let level = 1; level < note.steps.length; level++) {
        const { at, end } = note.steps[level - 1] as Step;
        const { state } = note.steps[level] as Step;
        up = end < 0 ? new Place(up, undefined, at, 0, 0, state) : new Place(up, a, named(a, at, end), 0, 0, state);
      }
      const last = note.steps.at(-1);
      const keys = last === undefined || last.end < 0 ? undefined : a;
      const at = last === undefined ? 0 : keys === undefined ? last.at : named(a, last.at, last.end);
      const one = scalar(a, note.legacyStart, note.legacyEnd);
      const other = scalar(b, note.candidateStart, note.candidateEnd);
      const kind = typeOf(a, one) === typeOf(b, other) ? 'changed' : 'type-changed';
      findings.add({ kind, up, keys, at, legacy: one, candidate: other }, a, b);
    }
    this.clear();
  }
}

function rootOf(state: RuleState): Place {
  return new Place(undefined, undefined, 0, 0, 0, state);
}

function ready(tape: Tape): void {
  tape.length = 0;
  const most = MOST_NOTES * (DEEPEST + 2);
  if (tape.kind.length < most) tape.grow(most);
}

function node(tape: Tape, kind: number, start: number, end: number): number {
  const at = tape.length++;
  tape.kind[at] = kind;
  tape.start[at] = start;
  tape.end[at] = end;
  tape.next[at] = tape.length;
  return at;
}

/** A name without escapes. */
function named(tape: Tape, start: number, end: number): number {
  return node(tape, STRING, start, end);
}

function scalar(tape: Tape, start: number, end: number): number {
  const first = tape.bytes[start];
  if (first !== QUOTE) {
    const literal = first === 0x6e ? NULL : first === 0x74 ? TRUE : first === 0x66 ? FALSE : NUMBER;
    return node(tape, literal, start, end);
  }
  let escaped = false;
  for (let p = start + 1; p < end - 1 && !escaped; p++) escaped = tape.bytes[p] === BACKSLASH;
  return node(tape, escaped ? ESCAPED : STRING, start + 1, end - 1);
}
