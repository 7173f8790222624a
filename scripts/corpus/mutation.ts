// What a change of the corpus is.
import type { Roll, Tree } from './tree.ts';

export interface Mutation {
  /** The kind of value it changes; any where absent. */
  readonly on?: Tree['kind'];
  /** The changed value, or undefined where the mutation does not apply. It may also have changed nothing. */
  readonly change: (here: Tree, roll: Roll) => Tree | Gone | undefined;
}

/** In place of a value: the member that holds it goes. */
export const GONE = 'gone';
export type Gone = typeof GONE;
