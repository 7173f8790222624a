// comparator.identical: pairs of equal bytes, one process.

import { median, microseconds } from '../bench/comparator/table.ts';
import { bench, of } from '../bench/comparator.ts';
import type { Measurement } from './measurement.ts';

export const about = 'pairs a second of one process where both sides sent the same bytes';

const RUNS = 3;
const PAIRS = 300_000;

export default async function identical(): Promise<Measurement> {
  const costs = of(await bench({ pairs: PAIRS, runs: RUNS, only: ['identical'] }), 'identical');
  return {
    value: Math.round(median(costs.map(({ pairs, seconds }) => pairs / seconds))),
    unit: 'pairs/s',
    runs: RUNS,
    pairs: PAIRS,
    cpuMicrosecondsPerPair: Math.round(median(costs.map(microseconds)) * 10) / 10,
  };
}
