// What the shuffle of an experiment is called in the log.
import type { Side } from '../outcome.ts';

/** Where the events of a side's output lie, keyed by correlation id. */
export function shuffledTopic(experiment: string, side: Side, output: string): string {
  return `parallax.${experiment}.shuffle.${side}.${output}`;
}

/** Whoever consumes in this group writes those topics. */
export function shufflerGroup(experiment: string): string {
  return `parallax.${experiment}.shuffler`;
}
