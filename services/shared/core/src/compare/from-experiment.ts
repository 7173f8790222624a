// The comparison an experiment asks for on one of its outputs: the same for topics and for files.
import { formatPointer } from '../envelope/pointer.ts';
import type { Experiment, OutputPlan } from '../experiment/experiment.ts';
import { keyFormatOf } from '../formats/uses.ts';
import type { CompareSpec } from './spec.ts';

export function compareSpec(experiment: Experiment, { output, legacy, candidate }: OutputPlan): CompareSpec {
  const { window, compare, rules, budgets, privacy } = experiment;
  return {
    output,
    format: { legacy: legacy.format, candidate: candidate.format },
    keyFormat: { legacy: keyFormatOf(legacy), candidate: keyFormatOf(candidate) },
    select: {
      ...(legacy.select === undefined ? {} : { legacy: formatPointer(legacy.select) }),
      ...(candidate.select === undefined ? {} : { candidate: formatPointer(candidate.select) }),
    },
    compare,
    pick: window.pick,
    counts: window.counts,
    rules,
    budgets,
    ...(privacy === undefined ? {} : { privacy }),
  };
}
