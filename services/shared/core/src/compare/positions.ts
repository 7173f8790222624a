// How far patterns have been matched on the way down a document: sets of positions, all patterns laid end to end.
import type { Segment } from './pattern.ts';

/** A pattern, and the place of its rule in the list: the later wins. */
export interface RulePattern {
  readonly rule: number;
  readonly segments: readonly Segment[];
}

/** A position is a number: which segment of which pattern is to be matched next. Sets of them ascend. */
export type PositionSet = Int32Array;

const COMPLETE: { readonly kind: 'complete' } = { kind: 'complete' };

export class Positions {
  /** Before the first segment of every pattern. */
  readonly start: PositionSet;
  private readonly segments: (Segment | typeof COMPLETE)[] = [];
  private readonly rules: number[] = [];
  /** Positions that are in the set being made. */
  private readonly marks: Int32Array;
  private stamp = 0;

  constructor(patterns: readonly RulePattern[]) {
    const starts: number[] = [];
    for (const { rule, segments } of patterns) {
      starts.push(this.segments.length);
      for (const segment of [...segments, COMPLETE]) {
        this.segments.push(segment);
        this.rules.push(rule);
      }
    }
    this.marks = new Int32Array(this.segments.length);
    this.start = this.closed(starts);
  }

  /** The pattern speaks of this place. */
  complete(position: number): boolean {
    return this.segments[position] === COMPLETE;
  }

  ruleOf(position: number): number {
    return this.rules[position] ?? -1;
  }

  /** The name that has to come next; undefined where any may, or none. */
  nameAt(position: number): string | undefined {
    const segment = this.segments[position];
    return segment?.kind === 'name' ? segment.name : undefined;
  }

  /** After one more segment; `name`: undefined for any that no pattern names here. */
  step(from: PositionSet, name: string | undefined): PositionSet {
    const next: number[] = [];
    for (const position of from) {
      const segment = this.segments[position];
      if (segment?.kind === 'deep') next.push(position);
      else if (segment?.kind === 'any' || (segment?.kind === 'name' && segment.name === name)) next.push(position + 1);
    }
    return this.closed(next);
  }

  /** `**` may stand for no segment at all. */
  private closed(positions: readonly number[]): PositionSet {
    const stamp = ++this.stamp;
    const closed: number[] = [];
    for (let position of positions) {
      while (this.marks[position] !== stamp) {
        this.marks[position] = stamp;
        closed.push(position);
        if (this.segments[position]?.kind === 'deep') position++;
      }
    }
    return Int32Array.from(closed).sort();
  }
}
