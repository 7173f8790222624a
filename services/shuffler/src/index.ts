// The door of @parallax/shuffler.

export type { ShufflerConfig } from './config.ts';
export { SHUFFLER_OPTIONS, shufflerRequest } from './config.ts';
export type { ShufflerCrashPoint } from './crash-points.ts';
export { SHUFFLER_CRASH_POINTS } from './crash-points.ts';
export type { ShufflerOptions, ShufflerPace, ShufflerPorts, ShufflerStats, Shuffling } from './pipeline.ts';
export { startShuffler } from './pipeline.ts';
export { runShuffler } from './run.ts';
export type { ShuffleFrom } from './start-positions.ts';
