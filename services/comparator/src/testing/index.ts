// The door of @parallax/comparator/testing: the simulation of whole comparators.
export type { ComparatorSimulation } from './simulation/simulate-comparator.ts';
export { simulateComparator } from './simulation/simulate-comparator.ts';
