// replay.timing: how late records are handed to Kafka when 5,000 inputs a second, and as many answers, go as recorded.
import { median } from '../bench/comparator/table.ts';
import { benchReplay } from '../bench/replay.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'how late records are sent when 5,000 inputs a second and their answers are fed as recorded: p50, p99';

const RUNS = 3;

export default async function replayTiming(): Promise<Measurement> {
  const sent = await benchReplay({ inputs: 0, runs: RUNS, only: ['timing'] });
  const of = (quantile: 'p50Ms' | 'p99Ms' | 'maxMs') =>
    median(sent.map((one) => one.sendError?.[quantile] ?? Number.NaN));
  return {
    value: of('p50Ms'),
    unit: 'ms',
    runs: RUNS,
    p99Ms: of('p99Ms'),
    maxMs: of('maxMs'),
    recordsPerSecond: Math.round(median(sent.map(({ perSecond }) => perSecond))),
  };
}
