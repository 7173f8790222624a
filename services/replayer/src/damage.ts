// What a replay finds damaged in the archive: each object told once, however often it is come upon.
import type { ArchiveProblem, OnProblem } from '@parallax/platform';

export class Damage {
  readonly #places = new Set<string>();
  readonly #tell: OnProblem;

  constructor(tell: OnProblem) {
    this.#tell = tell;
  }

  /** Objects. */
  get count(): number {
    return this.#places.size;
  }

  /** Gaps are counted in offsets, with the plan. */
  readonly found = (problem: ArchiveProblem): void => {
    if (problem.code === 'archive-gap' || this.#places.has(problem.place)) return;
    this.#places.add(problem.place);
    this.#tell(problem);
  };
}
