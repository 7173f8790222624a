// The door of @parallax/platform: the edge. One file or folder per outside system.

export type { Catalogued } from './archive/catalog.ts';
export { archivedPartitions, archivedTopics, catalogue, tailKeys } from './archive/catalog.ts';
export type { ArchiveCodec } from './archive/codecs.ts';
export { ARCHIVE_CODECS } from './archive/codecs.ts';
export { manifestOf } from './archive/describe-object.ts';
export type { Expired, ExpiryOptions } from './archive/expiry.ts';
export { expireArchive, expiredBelow } from './archive/expiry.ts';
export type { AvroFileContents } from './archive/foreign-file.ts';
export { openAvroFile } from './archive/foreign-file.ts';
export { Gate } from './archive/gate.ts';
export type { DecodeOptions } from './archive/object-decoder.ts';
export { decodeObject, isArchiveObject } from './archive/object-decoder.ts';
export type { EncodedObject } from './archive/object-encoder.ts';
export { ObjectEncoder } from './archive/object-encoder.ts';
export { openArchive } from './archive/open-archive.ts';
export { BlockRoom } from './archive/packed-blocks.ts';
export { Packer } from './archive/packing.ts';
export type { PeriodOptions, PeriodSummary } from './archive/periods.ts';
export { listPeriods } from './archive/periods.ts';
export type { ArchiveFinding, ArchiveNeed } from './archive/probe.ts';
export { probeArchive } from './archive/probe.ts';
export type { ArchiveProblem, OnProblem } from './archive/problems.ts';
export type { QueryOptions } from './archive/query/query.ts';
export { queryArchive } from './archive/query/query.ts';
export type { ReadArchivedOptions } from './archive/reader.ts';
export { readArchived } from './archive/reader.ts';
export type { S3Credentials, S3Options } from './archive/s3/options.ts';
export type { UnfinishedUpload } from './archive/s3/s3-archive.ts';
export { storeBeside } from './archive/store-beside.ts';
export type { Stored } from './archive/store-object.ts';
export { removeSuperseded, storeObject } from './archive/store-object.ts';
export type { PartitionSummary } from './archive/summary.ts';
export { listArchive } from './archive/summary.ts';
export { unfinishedUploads } from './archive/unfinished.ts';
export type { Verification, VerifyOptions } from './archive/verify.ts';
export { verifyArchive } from './archive/verify.ts';
export { readArguments } from './config/arguments.ts';
export {
  ARCHIVE_OPTION,
  CRASH_AT_OPTION,
  LOG_LEVEL_OPTION,
  LOG_OPTION,
  PRIVACY_KEY_OPTION,
  STORE_OPTION,
  STORE_PASSWORD_OPTION,
} from './config/common-options.ts';
export { loadExperiment, readExperiment } from './config/experiment-file.ts';
export { LOG_ACCESS_OPTIONS, LOG_OPTIONS } from './config/log-options.ts';
export { openMeans } from './config/means.ts';
export type { Environment, Option, OptionSpec } from './config/options.ts';
export { integer, oneOf, option, readOptions, redacted, text, withoutPassword } from './config/options.ts';
export { macFor, openMac } from './config/privacy.ts';
export { STORE_ACCESS_OPTIONS, STORE_OPTIONS } from './config/store-options.ts';
export { unknownVariables, VARIABLES, warnOfUnknown } from './config/variables.ts';
export type { Clock } from './lifecycle/clock.ts';
export { systemClock } from './lifecycle/clock.ts';
export type { CrashPoints } from './lifecycle/crash-points.ts';
export { crashPoints, NO_CRASH_POINTS } from './lifecycle/crash-points.ts';
export { keepYoungHeapSmall, letOldHeapGrow } from './lifecycle/heap.ts';
export type { Release } from './lifecycle/lifecycle.ts';
export { Lifecycle } from './lifecycle/lifecycle.ts';
export { lockFile } from './lifecycle/os-lock.ts';
export type { Parts } from './lifecycle/parts.ts';
export { PARTS } from './lifecycle/parts.ts';
export type { RetryAround } from './lifecycle/retry.ts';
export { retrying } from './lifecycle/retry.ts';
export type { RunOptions, SignalSource } from './lifecycle/run.ts';
export { runUntilSignal } from './lifecycle/run.ts';
export type { EmbeddedLogOptions } from './log/embedded/log.ts';
export { openEmbeddedLog } from './log/embedded/log.ts';
export { hiddenTopic } from './log/hidden-topics.ts';
export type { LogAccess, LogOptions } from './log/index.ts';
export { openLog } from './log/index.ts';
export { inspectLog } from './log/inspect.ts';
export type {
  Allowed,
  BatchFacts,
  BrokerFacts,
  ClusterFacts,
  GroupFacts,
  Operation,
  TopicFacts,
} from './log/kafka/inspecting/facts.ts';
export type { KafkaInspection } from './log/kafka/inspecting/inspection.ts';
export { KnownSchemas } from './schemas/known-schemas.ts';
export type { OpenedSchemas } from './schemas/open-schemas.ts';
export { checkRegistries, openSchemas } from './schemas/open-schemas.ts';
export { Registry } from './schemas/registry.ts';
export type { RegistryAccess } from './schemas/registry-options.ts';
export { NO_ACCESS, REGISTRY_OPTIONS } from './schemas/registry-options.ts';
export { TopicIds } from './schemas/topic-ids.ts';
export type { StoreAccess, StoreOptions } from './store/index.ts';
export { openStore, probeStore } from './store/index.ts';
export type { StoreProbe, StoreRight } from './store/probe.ts';
export { STORE_RIGHTS } from './store/probe.ts';
export type { OutputLatency } from './store/questions/load.ts';
export { readLatency, readLoadSteps } from './store/questions/load.ts';
export type { NoisePair, StoredNoise } from './store/questions/noise.ts';
export { readNoise, readNoisePairs } from './store/questions/noise.ts';
export { readPairs } from './store/questions/pair.ts';
export type { RunSummary } from './store/questions/runs.ts';
export { readRunComparison, readRuns } from './store/questions/runs.ts';
export type { SignatureList } from './store/questions/signatures.ts';
export { readSignatures } from './store/questions/signatures.ts';
export type { VerdictQuestion } from './store/questions/verdict.ts';
export { readExperiments, readVerdict } from './store/questions/verdict.ts';
export type { Fields, Level, Logger, LoggerOptions, OpenLogger } from './telemetry/logger.ts';
export { openLogger } from './telemetry/logger.ts';
export type { Telemetry, TelemetryEvent } from './telemetry/telemetry.ts';
export { openTelemetry } from './telemetry/telemetry.ts';
