// The door of @parallax/comparator.

export { checkpointTopic } from './checkpoint-topic.ts';
export type { ComparatorOptions, ComparatorPorts, Comparing, Pace, RetryReport } from './comparing.ts';
export { comparatorGroup } from './comparing.ts';
export type { ComparatorConfig, ComparatorFlags, ComparatorRequest } from './config.ts';
export { COMPARATOR_OPTIONS, comparatorRequest } from './config.ts';
export type { InputWatched } from './consumed.ts';
export type { ComparatorCrashPoint } from './crash-points.ts';
export { COMPARATOR_CRASH_POINTS, RETRY_CRASH_POINTS } from './crash-points.ts';
export type { Retried, RetrySelection } from './retry.ts';
export { runComparator } from './run.ts';
export type { From } from './start.ts';
export { parseFrom } from './start.ts';
export { startComparator } from './start-comparator.ts';
export type { ComparatorStats, SideLedger } from './stats.ts';
export { readUnread } from './unread.ts';
