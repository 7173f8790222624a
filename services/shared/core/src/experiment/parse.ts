// An experiment file, text to experiment: whole, offline, with all that is wrong told at once.
import { buildExperiment } from './build.ts';
import { contradictions } from './contradictions.ts';
import type { Experiment } from './experiment.ts';
import { explainIssues } from './explain-issues.ts';
import { type ExperimentFault, inOrder } from './faults.ts';
import { experimentFile } from './file-schema.ts';
import { withRuleNames } from './rule-names.ts';
import { testFaults, testsOf } from './rule-tests.ts';
import { ruleWarnings } from './rule-warnings.ts';
import { readYaml } from './yaml-text.ts';

export type ParsedExperiment =
  | {
      readonly kind: 'ok';
      readonly experiment: Experiment;
      /** Sound, and probably not meant: nothing is refused for it. */
      readonly warnings: readonly ExperimentFault[];
    }
  | { readonly kind: 'faults'; readonly faults: readonly ExperimentFault[] };

/**
 * @param file its name, for messages only
 * @param now epoch ms, where a known difference whose day has passed is a fault; it then excuses nothing in any case
 */
export function parseExperiment(text: string, file: string, now?: number): ParsedExperiment {
  const read = readYaml(text, file);
  if (read.kind === 'faults') return read;
  const { yaml } = read;
  const checked = experimentFile.safeParse(yaml.data);
  const shape = checked.success ? [] : explainIssues(checked.error.issues, yaml, file);
  const faults = inOrder([...shape, ...contradictions(yaml, file, shape, now)]);
  if (!checked.success || faults.length > 0) return { kind: 'faults', faults: withRuleNames(faults, yaml.data) };
  const { tests, faults: unfit } = testsOf(checked.data.tests, yaml, file);
  const experiment = { ...buildExperiment(checked.data), ...(tests.length === 0 ? {} : { tests }) };
  const failing = unfit.length > 0 ? unfit : testFaults(experiment, yaml, file);
  if (failing.length > 0) return { kind: 'faults', faults: inOrder(failing) };
  return { kind: 'ok', experiment, warnings: ruleWarnings(experiment.rules, yaml, file) };
}
