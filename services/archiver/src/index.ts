// The door of @parallax/archiver.

export type { ArchiverStats } from './assignment.ts';
export type { ArchiverConfig } from './config.ts';
export { ARCHIVER_OPTIONS, topicsOf } from './config.ts';
export type { ArchiverCrashPoint } from './crash-points.ts';
export { ARCHIVER_CRASH_POINTS } from './crash-points.ts';
export type { GivenRecord } from './importing/given-record.ts';
export type { RecordImport, RecordImportOptions } from './importing/import-records.ts';
export { importRecords } from './importing/import-records.ts';
export type { PartitionImport, TopicImportOptions } from './importing/import-topic.ts';
export { importTopic } from './importing/import-topic.ts';
export type { Conflict, Imported, IntakeOptions } from './importing/intake.ts';
export type { TailTiming } from './partition.ts';
export type { ArchiverOptions, ArchiverPorts, Archiving } from './pipeline.ts';
export { archiverGroup, startArchiver } from './pipeline.ts';
export { runArchiver } from './run.ts';
