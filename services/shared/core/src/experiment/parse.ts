// An experiment file, text to experiment.
import type { Experiment } from './experiment.ts';
import type { ExperimentFault } from './faults.ts';

export type ParsedExperiment =
  | { readonly kind: 'ok'; readonly experiment: Experiment }
  | { readonly kind: 'faults'; readonly faults: readonly ExperimentFault[] };
