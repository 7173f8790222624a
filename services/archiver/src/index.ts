// The door of @parallax/archiver.

export type { ArchiverStats } from './assignment.ts';
export { topicsOf } from './config.ts';
export type { TailTiming } from './partition.ts';
export type { ArchiverOptions, ArchiverPorts, Archiving } from './pipeline.ts';
export { archiverGroup, startArchiver } from './pipeline.ts';
