// What a run is begun for: asked on the command line, fixed when it begins, and read back by every later start.
import type { RunTopics } from '@parallax/core';
import { compileChoice } from './choosing/fitting.ts';
import { keepIds, knownIds, masking, readJudgedIds, readKeptIds } from './choosing/judged-ids.ts';
import { inputIds } from './input-ids.ts';
import type { Stock } from './opening.ts';
import type { RunPlan, Terms } from './plan.ts';
import { stretchOf } from './ranges.ts';
import type { ReplayOptions, ReplayPorts } from './replaying.ts';
import type { Wanted } from './selection.ts';

export function askedTerms({ choice, warmUpMs, candidateTopics }: ReplayOptions): Terms {
  return {
    ...(choice === undefined ? {} : { choice }),
    ...(warmUpMs === undefined ? {} : { warmUpMs }),
    ...(candidateTopics === undefined ? {} : { candidateTopics }),
  };
}

/** Of a run that begins: what was judged elsewhere is fixed now. */
export async function fixTerms(
  { store, log }: Pick<ReplayPorts, 'store' | 'log'>,
  options: ReplayOptions,
  topics: RunTopics,
): Promise<Terms> {
  const { experiment, run, choice } = options;
  const asked = askedTerms(options);
  if (choice?.judged === undefined) return asked;
  const ids = await readJudgedIds(store, experiment.name, choice.judged);
  return { ...asked, kept: await keepIds(log, topics.input.source, run, ids) };
}

/** As it was fixed when the run began. */
export async function wantedOf(
  { log }: Pick<ReplayPorts, 'log'>,
  { experiment, schemas, idleMs, means }: ReplayOptions,
  { fed }: Stock,
  { time, terms }: RunPlan,
): Promise<Wanted> {
  const { choice, kept, warmUpMs = 0 } = terms;
  const input = inputIds(experiment, schemas, choice);
  const ids = kept && (await readKeptIds(log, kept));
  const judged = ids && knownIds(ids, masking(experiment.privacy?.id, means?.mac));
  const fits = choice && compileChoice(experiment, choice, judged, input.reading);
  return { input, time, warmUpMs, fits, idleMs, stretch: stretchOf(fed[0]?.ranges ?? []) };
}
