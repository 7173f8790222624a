// Pairs rejudged under two lists of rules, for tests.
import type { Experiment } from '../../experiment/experiment.ts';
import { parseExperiment } from '../../experiment/parse.ts';
import type { FileEvent } from '../../files/group.ts';
import { Rejudging } from '../rejudging.ts';
import { rejudgeReport } from '../report.ts';
import { rejudgeSettings } from '../settings.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

export function experiment(rules: readonly unknown[], more: Readonly<Record<string, unknown>> = {}): Experiment {
  const file = { experiment: 'x', legacy: { topic: 'a' }, candidate: { topic: 'b' }, rules, ...more };
  const parsed = parseExperiment(JSON.stringify(file), 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

export type Pairs = Readonly<Record<string, readonly [unknown, unknown]>>;

export function rejudged(before: Experiment, after: Experiment, pairs: Pairs, suggest = false) {
  const rejudging = new Rejudging(rejudgeSettings(before, after, undefined));
  const [output] = rejudging.settings.outputs;
  if (output === undefined) throw new Error('no output');
  for (const [id, [legacy, candidate]] of Object.entries(pairs)) {
    rejudging.pair(output, id, eventOf(legacy), eventOf(candidate));
  }
  return rejudgeReport(rejudging, { suggest });
}

export const rules = (before: readonly unknown[], after: readonly unknown[], pairs: Pairs) =>
  rejudged(experiment(before), experiment(after), pairs);

/** Of each change, how many pairs it moves which way, and how. */
export function effects(report: ReturnType<typeof rejudged>) {
  return Object.fromEntries(
    report.changes.map(({ name, moves }) => [
      name,
      Object.fromEntries(
        Object.entries(moves).map(([move, { alone, either, together }]) => [move, [alone, either, together]]),
      ),
    ]),
  );
}

/** A document, or a payload as text. */
export function eventOf(value: unknown): readonly FileEvent[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [{ timestamp: 1, content: { key: null, value: encode(text), headers: [] } }];
}
