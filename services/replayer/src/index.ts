// The door of @parallax/replayer.
export { type Choice, describeChoice } from './choosing/choice.ts';
export type { ReplayerConfig, ReplayFlags, ReplayRequest } from './config.ts';
export { parseDuration, parseTime, REPLAYER_OPTIONS, replayRequest } from './config.ts';
export type { ReplayerCrashPoint } from './crash-points.ts';
export { REPLAYER_CRASH_POINTS } from './crash-points.ts';
export { durationAt, formatPace, parsePace, type ReplayPace, type Tempo } from './pace.ts';
export { startReplay } from './pipeline.ts';
export { previewReplay, type ReplayPreview } from './preview.ts';
export { formatRamp, parseRamp, type Ramp, RampSchedule, type RampStep, stepsOf } from './ramp.ts';
export type { TimeRange } from './ranges.ts';
export { recordedRate } from './ranges.ts';
export type { Replaying, ReplayOptions, ReplayPorts } from './replaying.ts';
export type { ReplayProgress, ReplayReport } from './report.ts';
export { runReplayer } from './run.ts';
export type { ReplayDetails } from './run-row.ts';
export type { TargetOptions } from './targets.ts';
export type { SendError } from './timing.ts';
