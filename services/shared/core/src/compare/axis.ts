// Elements of an array without order along a line, where a rule calls those the same that stand close together on it: then
// partners are found by sorting instead of by asking of all.
import { memberLike } from '../json/keys.ts';
import { ARRAY, OBJECT, type Tape } from '../json/tape.ts';
import type { Line } from './kinds/kind.ts';
import { type Reach, spend, type Work } from './matching.ts';
import type { RuleState } from './rule-states.ts';

/** Nodes of an element looked at for places on lines, and how many such places are tried. */
const LOOKED_AT = 256;
const TRIED = 4;
/** Partners to ask for each element, below which no other line is tried. */
const FEW = 8;
/** Work for each element that is put in its place. */
const PLACING = 3;

/** Elements of one side, by their nodes. */
export interface Row {
  readonly tape: Tape;
  readonly nodes: readonly number[];
}

/** A place in elements: members by a key node of `tape` that names them, elements of arrays by ~index. */
interface Way {
  readonly tape: Tape;
  readonly steps: readonly number[];
  readonly line: Line;
}

/** Where points of one side stand: those on the line ascending, the others behind them. */
interface Standing {
  readonly points: readonly unknown[];
  /** Indexes into the row. */
  readonly order: Int32Array;
  /** How many are on the line. */
  readonly on: number;
}

export class Axis {
  /** The elements themselves are the points: what is close is the same, and nothing else is. */
  readonly isWhole: boolean;
  /** How many partners there are to ask, all in all. */
  readonly width: number;
  private readonly line: Line;
  private readonly legacy: Standing;
  private readonly candidate: Standing;
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;

  constructor({ tape, steps, line }: Way, legacy: Row, candidate: Row, work: Work) {
    spend(work, PLACING * (legacy.nodes.length + candidate.nodes.length));
    this.line = line;
    this.isWhole = steps.length === 0;
    this.legacy = standing(line, legacy, tape, steps);
    this.candidate = standing(line, candidate, tape, steps);
    this.starts = new Int32Array(legacy.nodes.length);
    this.ends = new Int32Array(legacy.nodes.length);
    this.width = this.measure();
  }

  get reach(): Reach {
    return { from: this.legacy.order, order: this.candidate.order, starts: this.starts, ends: this.ends };
  }

  /** The same without the points. */
  get reachOfOthers(): Reach {
    const ends = this.ends.map((end, i) => (this.isOn(i) ? (this.starts[i] as number) : end));
    return { ...this.reach, ends };
  }

  /**
   * Of elements that are points, as many pairs as there can be among those of both that `mayTake`: as no end of what is
   * close goes back along the line, the first two that fit may as well be a pair.
   */
  pairs(mayTake: (i: number, j: number) => boolean, take: (i: number, j: number) => void): void {
    const { legacy, candidate } = this;
    const [ours, theirs] = [legacy.order, candidate.order];
    for (let x = 0, y = 0; x < legacy.on && y < candidate.on; ) {
      const [i, j] = [ours[x] as number, theirs[y] as number];
      if (!mayTake(i, -1)) x++;
      else if (!mayTake(-1, j)) y++;
      else if (this.isClose(i, j)) {
        take(i, j);
        x++;
        y++;
      } else if (this.isBefore(i, j)) x++;
      else y++;
    }
  }

  isOn(i: number): boolean {
    return this.legacy.points[i] !== undefined;
  }

  private isClose(i: number, j: number): boolean {
    return this.line.isClose(this.legacy.points[i], this.candidate.points[j]);
  }

  private isBefore(i: number, j: number): boolean {
    return compared(this.line, this.legacy.points[i], this.candidate.points[j]) < 0;
  }

  /** What is on no line may only fit what is on none. */
  private measure(): number {
    const { legacy, candidate, starts, ends } = this;
    let [low, high, width] = [0, 0, 0];
    legacy.order.forEach((i, at) => {
      if (at >= legacy.on) {
        starts[i] = candidate.on;
        ends[i] = candidate.order.length;
      } else {
        const near = (place: number): boolean => this.isClose(i, candidate.order[place] as number);
        const above = (place: number): boolean => this.isBefore(i, candidate.order[place] as number);
        while (low < candidate.on && !near(low) && !above(low)) low++;
        high = Math.max(low, high);
        while (high < candidate.on && (near(high) || !above(high))) high++;
        starts[i] = low;
        ends[i] = high;
      }
      width += (ends[i] as number) - (starts[i] as number);
    });
    return width;
  }
}

/**
 * The line on which least partners are to be asked; undefined where no place in the elements is on one. All elements are
 * under these rules.
 */
export function axisOf(state: RuleState, legacy: Row, candidate: Row, work: Work): Axis | undefined {
  let best: Axis | undefined;
  const few = FEW * legacy.nodes.length;
  for (const way of waysFrom(legacy, state)) {
    const axis = new Axis(way, legacy, candidate, work);
    if (best === undefined || axis.width < best.width) best = axis;
    if (best.width <= few) break;
  }
  return best;
}

/** As found in the first element. */
function waysFrom({ tape, nodes }: Row, state: RuleState): readonly Way[] {
  const ways: Way[] = [];
  const open: [node: number, state: RuleState, steps: readonly number[]][] = [[nodes[0] as number, state, []]];
  let looked = 0;
  for (let next = open.shift(); next !== undefined && ways.length < TRIED; next = open.shift()) {
    const [node, here, steps] = next;
    if (here.plain || here.ignored) continue;
    const kind = tape.kind[node] as number;
    if (kind < ARRAY) {
      const line = lineOf(here);
      if (line !== undefined) ways.push({ tape, steps, line });
      continue;
    }
    if (kind === ARRAY && here.unordered !== undefined) continue;
    const end = tape.next[node] as number;
    for (let at = node + 1, index = 0; at < end && looked < LOOKED_AT; looked++, index++) {
      const child = kind === OBJECT ? at + 1 : at;
      const below = kind === OBJECT ? here.member(tape, at) : here.element(index);
      open.push([child, below, [...steps, kind === OBJECT ? at : ~index]]);
      at = tape.next[child] as number;
    }
  }
  return ways;
}

/** Nothing but the line may relate values on it: then what is the same is close or no different. */
function lineOf({ judging, bijection, reference }: RuleState): Line | undefined {
  const rule = judging.find(({ line }) => line !== undefined);
  if (rule === undefined || bijection !== undefined || reference !== undefined) return undefined;
  const isAlone = judging.every((other) => other === rule || (other.relates & rule.relates) === 0);
  return isAlone ? rule.line : undefined;
}

function standing(line: Line, { tape, nodes }: Row, names: Tape, steps: readonly number[]): Standing {
  const points = nodes.map((element) => {
    const node = placeIn(tape, element, names, steps);
    return node < 0 ? undefined : line.point(tape, node);
  });
  const near = Float64Array.from(points, (point) => (point === undefined ? Number.NaN : line.near(point)));
  const order = Int32Array.from(points, (_, i) => i);
  const ascending = (i: number, j: number): number => {
    const [one, other] = [points[i], points[j]];
    if (one === undefined || other === undefined) return one === other ? i - j : one === undefined ? 1 : -1;
    const apart = (near[i] as number) - (near[j] as number);
    return apart < 0 || apart > 0 ? apart : line.order(one, other) || i - j;
  };
  // Often they are in order already, and seeing that takes far less than sorting.
  if (order.some((i) => i > 0 && ascending(i - 1, i) > 0)) order.sort(ascending);
  const off = points.reduce((count: number, point) => (point === undefined ? count + 1 : count), 0);
  return { points, order, on: points.length - off };
}

function compared(line: Line, one: unknown, other: unknown): number {
  const apart = line.near(one) - line.near(other);
  return apart < 0 || apart > 0 ? apart : line.order(one, other);
}

function placeIn(tape: Tape, element: number, names: Tape, steps: readonly number[]): number {
  let node = element;
  for (const step of steps) {
    if (step >= 0) node = tape.kind[node] === OBJECT ? memberLike(tape, node, names, step) : -1;
    else node = tape.kind[node] === ARRAY && ~step < (tape.size[node] as number) ? elementAt(tape, node, ~step) : -1;
    if (node < 0) return -1;
  }
  return node;
}

function elementAt(tape: Tape, array: number, index: number): number {
  let node = array + 1;
  for (let i = 0; i < index; i++) node = tape.next[node] as number;
  return node;
}
