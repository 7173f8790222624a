// The door of @parallax/comparator.
export type { InputWatched } from './consumed.ts';
export type { ComparatorOptions, ComparatorPorts, Comparing, Pace } from './pipeline.ts';
export { comparatorGroup, startComparator } from './pipeline.ts';
export type { From } from './start.ts';
export type { ComparatorStats, SideLedger } from './stats.ts';
