// What befalls the processes and the logs of a simulation, and what each may end by.
import { Fault } from '@parallax/core';

/**
 * An unclean election takes its time, and every process asks meanwhile, though a start may wait ten seconds for its next try:
 * what was never read, and grows back at once, nobody sees.
 */
export const ELECTION_MS = 30_000;

export const DISTURBANCES = [
  'crash',
  'crash',
  'stop',
  'rebalance',
  'leave',
  'join',
  'silence',
  'election',
  'damage',
  'damage',
  'awake',
] as const;
/** Of a process that has the run for itself. */
export const DISTURBANCES_ALONE = [
  'crash',
  'crash',
  'stop',
  'awake',
  'rebalance',
  'silence',
  'election',
] as const satisfies readonly (typeof DISTURBANCES)[number][];
/** What ends a comparator of whose log records are gone that it has read. */
const HALTS: readonly string[] = ['log-truncated', 'offset-out-of-range', 'checkpoint-unusable'];

export function isHalt(failure: unknown): boolean {
  return failure instanceof Fault && HALTS.includes(failure.code);
}

/** Retention has taken what was to be read next: the next start counts it. */
export function isOvertaken(failure: unknown): boolean {
  return failure instanceof Fault && failure.code === 'offset-out-of-range';
}
