// The door of @parallax/platform: the edge. One file or folder per outside system.

export type { Environment, Option, OptionSpec } from './config/options.ts';
export { integer, oneOf, option, readOptions, redacted, text, withoutPassword } from './config/options.ts';
export type { Release } from './lifecycle/lifecycle.ts';
export { Lifecycle } from './lifecycle/lifecycle.ts';
export type { RunOptions, SignalSource } from './lifecycle/run.ts';
export { runUntilSignal } from './lifecycle/run.ts';
export type { Fields, Level, Logger, LoggerOptions, OpenLogger } from './telemetry/logger.ts';
export { openLogger } from './telemetry/logger.ts';
export type { Telemetry, TelemetryEvent } from './telemetry/telemetry.ts';
export { openTelemetry } from './telemetry/telemetry.ts';
