// What a judging rule is to the comparison: one that looks at two different values and may call them the same.
//
// One file per kind. Each gives its spec (plain data, as the file says it), its faults (the same words for a plan and for
// the experiment file), and what it makes of two values.
import { ARRAY, ESCAPED, FALSE, NULL, NUMBER, STRING, type Tape, TRUE } from '../../json/tape.ts';
import type { Severity } from '../../outcome.ts';

/** What is wrong with a rule that has the right shape. */
export interface RuleFault {
  /** The key of the rule's body; absent: all of it. */
  readonly key?: string;
  /** A sentence without its point, the value given in it. */
  readonly what: string;
  /** Completes "allowed: ...". */
  readonly allowed?: string;
  /** What to do. */
  readonly cure?: string;
}

/** In one line. */
export function faultText({ what, allowed, cure }: RuleFault): string {
  return `${what}${allowed === undefined ? '' : `: allowed is ${allowed}`}${cure === undefined ? '' : `. ${cure}`}`;
}

/** How the rule takes two different values: as good as the same, or the candidate's as the better one. */
export type Judgement = 'equivalent' | 'improved';

/** Sorts of values, as bits: see {@link Judging.relates}. */
export const NUMBERS = 1;
export const TEXTS = 2;
export const EMPTY_TEXT = 4;
export const BOOLEANS = 8;
export const NULLS = 16;
export const MISSING = 32;
export const EMPTY_CONTAINERS = 64;
export const SORTS: readonly number[] = [NUMBERS, TEXTS, EMPTY_TEXT, BOOLEANS, NULLS, MISSING, EMPTY_CONTAINERS];

/** 0 for a container that holds something: no rule relates it. */
export function sortOf(tape: Tape, node: number): number {
  if (node < 0) return MISSING;
  const kind = tape.kind[node] as number;
  if (kind === NUMBER) return NUMBERS;
  if (kind === STRING || kind === ESCAPED) return tape.start[node] === tape.end[node] ? EMPTY_TEXT : TEXTS;
  if (kind === NULL) return NULLS;
  if (kind === TRUE || kind === FALSE) return BOOLEANS;
  return kind >= ARRAY && tape.size[node] === 0 ? EMPTY_CONTAINERS : 0;
}

/**
 * Values as points on a line. Those that a rule calls the same as a point lie between two ends around it, and neither end
 * goes back as the point goes up: so partners are found by sorting.
 */
export interface Line<Point = unknown> {
  /** undefined where the value is none: then the rule never calls it the same as another. */
  point(tape: Tape, node: number): Point | undefined;
  /** Where it stands, roughly: greater ones never stand lower. */
  near(point: Point): number;
  /** Exactly, of two that stand at one place: below 0 where the first is less, 0 where they are the same value. */
  order(one: Point, other: Point): number;
  /** Whether the two are the same, with or without the rule. */
  isClose(legacy: Point, candidate: Point): boolean;
}

/** A rule made ready. */
export interface Judging {
  readonly name: string;
  readonly severity?: Severity;
  /** All sorts it may call the same with any value: those of one rule have one hash where it holds, so that hashes never part what is the same. */
  readonly relates: number;
  /**
   * Texts that are equal exactly where two values of the related sorts are the same under this rule; undefined for a value
   * that is only the same as itself. Absent: being the same is not transitive, or has no such text.
   */
  readonly canonical?: (tape: Tape, node: number) => string | undefined;
  /** Absent: not all that the rule calls the same lies between two ends. */
  readonly line?: Line;
  /**
   * Asked only of values that are not the same document, and never of two containers of one kind; -1 where a side has
   * none, which never is an element of an array. undefined: nothing to excuse, whatever else is in doubt.
   */
  judge(legacy: Tape, one: number, candidate: Tape, other: number): Judgement | undefined;
}
