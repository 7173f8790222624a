// The door of @parallax/replayer/testing: the simulation of a run fed by one process after another.
export type { ReplayerSimulation } from './simulation/simulate-replayer.ts';
export { simulateReplayer } from './simulation/simulate-replayer.ts';
