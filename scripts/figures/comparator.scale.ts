// comparator.scale: what a pair costs with more processes, and with more partitions in one.

import type { Key } from '../bench/comparator/steps.ts';
import { median, microseconds } from '../bench/comparator/table.ts';
import { bench, of } from '../bench/comparator.ts';
import { costOfPartitions } from '../bench/partitions.ts';
import type { Measurement } from './measurement.ts';

export const about = 'CPU a pair with 4 processes against 1, on Kafka; and with up to 1,000 partitions, in memory';

const RUNS = 3;
const PAIRS = 1_000_000;

export default async function scale(): Promise<Measurement> {
  const costs = await bench({ pairs: PAIRS, runs: RUNS, only: ['parallax', 'scale'] });
  const cpu = (step: Key) => median(of(costs, step).map(microseconds));
  const [one, two, four] = [cpu('parallax'), cpu('parallax-2'), cpu('parallax-4')];
  const law = costOfPartitions();
  return {
    value: Math.round((four / one) * 100) / 100,
    unit: 'x',
    against: 'one process',
    runs: RUNS,
    pairs: PAIRS,
    oneMicroseconds: Math.round(one * 10) / 10,
    twoMicroseconds: Math.round(two * 10) / 10,
    fourMicroseconds: Math.round(four * 10) / 10,
    ...Object.fromEntries(law.map(({ partitions, us }) => [`microsecondsWith${partitions}Partitions`, us])),
  };
}
