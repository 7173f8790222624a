// The door of @parallax/comparator/testing: the simulation of whole comparators, and a world for tests of processes.
export type { MortalPorts } from './mortal.ts';
export { mortal } from './mortal.ts';
export type { ComparatorSimulation } from './simulation/report.ts';
export { simulateComparator } from './simulation/simulate-comparator.ts';
export { World } from './world.ts';
