// What a seed decides about the experiment that is simulated.
import { type ComparePlan, type Experiment, parseExperiment, planJoins } from '@parallax/core';
import { planScenario, type Random, type Scenario } from '@parallax/platform/testing';
import { WATCHED_CANDIDATE } from './candidate-group.ts';
import { MENDED_ID } from './hiding.ts';

/** Without what the pipeline cannot be told, and with brokers whose clocks are looked after. */
export function plan(random: Random): Scenario {
  for (;;) {
    const scenario = planScenario(random);
    const { headUntil, clockFalls, pick, counts } = scenario;
    const isSound = counts === 'compare' || pick === 'last' || pick === 'first';
    if (headUntil === undefined && !clockFalls && isSound) return scenario;
  }
}

/** @param isMended looks for ids where {@link MENDED_ID} is, too */
export function experimentOf(scenario: Scenario, isMended: boolean): Experiment {
  const { settleMs, deadlineMs, outageMs, maxOutageMs, pick, counts, openBytes, tracksConsumption } = scenario;
  const text = `experiment: simulated
type: header:type
correlation: [ { any: [ ${isMended ? `header:${MENDED_ID}, ` : ''}header:correlation-id ] } ]
legacy: { topic: a }
candidate: ${tracksConsumption ? WATCHED_CANDIDATE : '{ topic: b }'}
window: { settle: ${Math.max(1, settleMs)}ms, deadline: ${deadlineMs}ms, late: 36500d, outage: ${outageMs}ms, maxOutage: ${maxOutageMs}ms, pick: ${pick}, counts: ${counts} }
rules:
  - ignore: [/seen]
`;
  const parsed = parseExperiment(text, 'simulated.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  const { experiment } = parsed;
  return { ...experiment, budgets: { ...experiment.budgets, openBytes } };
}

export function planOf(experiment: Experiment): ComparePlan {
  const [output] = experiment.outputs;
  if (output === undefined) throw new Error('an experiment without an output');
  const timestamps = { legacy: 'create', candidate: 'create' } as const;
  const common = { run: 'live', partition: 0, timestamps, joins: { seen: true }, tracksConsumption: false };
  return planJoins(experiment, output)({ ...common, openBytes: 1, rulesVersion: 1 }).plan;
}
