// The door of @parallax/platform: the edge. One file or folder per outside system.

export { archivedPartitions, archivedTopics, tailKeys } from './archive/catalog.ts';
export { manifestOf } from './archive/describe-object.ts';
export type { DecodeOptions } from './archive/object-decoder.ts';
export { decodeObject } from './archive/object-decoder.ts';
export type { EncodedObject } from './archive/object-encoder.ts';
export { ObjectEncoder } from './archive/object-encoder.ts';
export { openArchive } from './archive/open-archive.ts';
export type { ReadArchivedOptions } from './archive/reader.ts';
export { readArchived } from './archive/reader.ts';
export type { Stored } from './archive/store-object.ts';
export { removeSuperseded, storeObject } from './archive/store-object.ts';
export type { PartitionSummary } from './archive/summary.ts';
export { listArchive } from './archive/summary.ts';
export type { ArchiveProblem, Verification, VerifyOptions } from './archive/verify.ts';
export { verifyArchive } from './archive/verify.ts';
export { loadExperiment, readExperiment } from './config/experiment-file.ts';
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
