// The door of @parallax/archiver.
export type { ArchiverOptions, ArchiverPorts, ArchiverStats, Archiving } from './pipeline.ts';
export { archiverGroup, startArchiver } from './pipeline.ts';
