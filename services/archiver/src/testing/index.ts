// The door of @parallax/archiver/testing: the simulation of whole archivers.
export type { ArchiverSimulation } from './simulation/simulate-archiver.ts';
export { simulateArchiver } from './simulation/simulate-archiver.ts';
