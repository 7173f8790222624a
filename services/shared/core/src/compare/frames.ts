// The containers open on a walk of two texts.
import type { Spot } from './spots.ts';

/** By depth, the outermost at 1. */
export class Frames {
  depth = 0;
  readonly spots: Spot[] = [];
  /** Numbers of containers ascend in the order of their opening, from walk to walk; before the first, 0. */
  readonly marks: Int32Array;
  /** Which element of an array is walked; -1 for objects. */
  readonly indexes: Int32Array;
  /** Which member of an object was walked last. */
  readonly lasts: (Spot | undefined)[] = [];

  constructor(deepest: number) {
    this.marks = new Int32Array(deepest + 1);
    this.indexes = new Int32Array(deepest + 1).fill(-1);
  }
}
