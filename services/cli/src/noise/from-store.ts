// Noise as the comparators have written it: counts from the store, some of the pairs from the log.
import {
  type DivergenceStore,
  type EventLog,
  type Experiment,
  experimentOfRun,
  Fault,
  inOrder,
  LIVE_RUN,
  type Matched,
  type NoiseCounted,
  type NoiseSample,
  type OutputPlan,
  type SampledRecord,
  type Side,
  shuffledTopic,
  TWIN_RUN,
} from '@parallax/core';
import { type NoisePair, readNoise, readNoisePairs } from '@parallax/platform';
import { type OpenFor, ofDocuments, pairsAsDocuments } from './as-documents.ts';

/** Pairs read from the log, of each place and in all: a read each side. */
const EACH = 60;
const MOST = 600;

export interface FoundNoise {
  /** The comparison that the samples are documents of. */
  readonly experiment: Experiment;
  readonly counted: NoiseCounted;
  readonly samples: readonly NoiseSample[];
}

/** @throws Fault `no-twin`, `no-noise` while no pair of legacy and its twin is judged; as schema registries do */
export async function noiseFromStore(
  experiment: Experiment,
  store: DivergenceStore,
  log: EventLog,
  openFor: OpenFor,
): Promise<FoundNoise> {
  const twin = experimentOfRun(experiment, TWIN_RUN);
  const counted = await readNoise(store, experiment.name, experiment.budgets.differencesPerPair);
  if (counted.aaPairs === 0) {
    throw new Fault(`The store ${store.address} holds no judged pair of legacy and its twin of ${experiment.name}.`, {
      code: 'no-noise',
      cure: 'Run `parallax start FILE`, or `parallax comparator FILE --twin` beside the comparator, for a while.',
    });
  }
  const [ofTwin, ofCandidate] = [await openFor(twin), await openFor(experiment)];
  const samples: NoiseSample[] = [];
  for (const aaPlan of twin.outputs) {
    const { output } = aaPlan;
    const abPlan = experiment.outputs.find((one) => one.output === output);
    if (abPlan === undefined) continue;
    const question = { experiment: experiment.name, output, each: EACH, most: MOST };
    const aa = await readNoisePairs(store, { ...question, run: TWIN_RUN });
    const ab = await readNoisePairs(store, { ...question, run: counted.abRuns[output] === 'bare' ? 'bare' : LIVE_RUN });
    samples.push({
      output,
      aa: await pairsAsDocuments(await readPairs(experiment.name, aaPlan, aa, log), aaPlan, ofTwin, experiment),
      ab: await pairsAsDocuments(await readPairs(experiment.name, abPlan, ab, log), abPlan, ofCandidate, experiment),
    });
  }
  return { experiment: ofDocuments(experiment), counted, samples };
}

/** Those that the log still has. */
async function readPairs(
  experiment: string,
  plan: OutputPlan,
  pairs: readonly NoisePair[],
  log: EventLog,
): Promise<readonly Matched[]> {
  const topicOf = (side: Side) =>
    plan[side].shuffle ? shuffledTopic(experiment, side, plan.output) : plan[side].topic;
  const read = async (side: Side, pair: NoisePair): Promise<readonly SampledRecord[]> => {
    const { partition, offsets } = pair[side];
    const records: SampledRecord[] = [];
    for (const offset of offsets) {
      const [record] = await log.read(topicOf(side), partition, offset, 1);
      if (record?.offset !== offset) return [];
      records.push({ ...record, partition });
    }
    return inOrder(records);
  };
  const found: Matched[] = [];
  for (const pair of pairs) {
    const legacy = await read('legacy', pair);
    const candidate = legacy.length === 0 ? [] : await read('candidate', pair);
    if (candidate.length > 0) found.push({ id: pair.id, legacy, candidate });
  }
  return found;
}
