// What a run of an experiment compares: the experiment itself, or one of the two comparisons noise is measured by.
//
// Noise is measured by two comparisons without the rules that excuse: legacy against its twin, and legacy against the
// candidate. Each is a run of its own, so that its rows are judged, revised and replaced like any others: a rate counts
// rows as they stand, and neither a crash nor a pair that is judged again can count anything twice. Under the rules of
// the file the second would not do: what is ignored is not even looked at, and a regression there would not be seen.
import type { RuleSpec } from '../compare/rules.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';
import { BARE_RUN, TWIN_RUN } from '../runs/names.ts';

/** Rules that bring documents into one shape, or elements together, and excuse no value. */
const SHAPING: ReadonlySet<string> = new Set(['rename', 'decode', 'transform', 'unordered']);

/** @throws Fault `no-twin` for the twin's run of an experiment that has none */
export function experimentOfRun(experiment: Experiment, run: string): Experiment {
  if (run === BARE_RUN) return { ...experiment, rules: experiment.rules.filter(isShaping) };
  return run === TWIN_RUN ? withTwin(experiment, experiment.rules.filter(isShaping)) : experiment;
}

/** Legacy against its twin under all rules: what of the noise they leave. @throws Fault `no-twin` */
export function twinUnderRules(experiment: Experiment): Experiment {
  return withTwin(experiment, experiment.rules);
}

/** For files: a twin's events may be at hand though the experiment names no topic of one. It is as legacy is. */
export function assumeTwin(experiment: Experiment): Experiment {
  if (hasTwin(experiment)) return experiment;
  return { ...experiment, outputs: experiment.outputs.map((one) => ({ ...one, twin: one.legacy })) };
}

function withTwin(experiment: Experiment, rules: readonly RuleSpec[]): Experiment {
  const outputs = experiment.outputs.flatMap(({ output, legacy, twin }) =>
    twin === undefined ? [] : [{ output, legacy, candidate: twin }],
  );
  if (outputs.length === 0) throw withoutTwin(experiment.name);
  // The candidate's input and group say nothing about how far the twin has got.
  return { ...experiment, outputs, candidate: {}, rules: twinRules(rules) };
}

export function hasTwin({ outputs }: Experiment): boolean {
  return outputs.some(({ twin }) => twin !== undefined);
}

/** Whether a comparison without its excusing rules would find anything else than the experiment's own. */
export function excuses({ rules }: Experiment): boolean {
  return !rules.every(isShaping);
}

export function withoutTwin(experiment: string): Fault {
  return new Fault(
    `Experiment ${experiment} has no twin: a second instance of the legacy system, given the same input.`,
    {
      code: 'no-twin',
      cure: 'Add `twin: { topic: NAME }` to the experiment file, the topic that instance publishes to.',
    },
  );
}

function isShaping({ kind }: RuleSpec): boolean {
  return SHAPING.has(kind);
}

/** The twin speaks as legacy does: what is done to legacy's documents is done to both. */
function twinRules(rules: readonly RuleSpec[]): readonly RuleSpec[] {
  return rules.flatMap((rule): readonly RuleSpec[] => {
    if (!('side' in rule)) return [rule];
    return rule.side === 'legacy' ? [rule, { ...rule, side: 'candidate' }] : [];
  });
}
