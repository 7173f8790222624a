// The door of @parallax/archiver.
export { topicsOf } from './config.ts';
export type { TailTiming } from './partition.ts';
export type { ArchiverOptions, ArchiverPorts, ArchiverStats, Archiving } from './pipeline.ts';
export { archiverGroup, startArchiver } from './pipeline.ts';
