// comparator.scale: what a pair costs with more processes, and with more partitions in one.

import type { Key } from '../bench/comparator/steps.ts';
import { median, microseconds } from '../bench/comparator/table.ts';
import { bench, of } from '../bench/comparator.ts';
import { costOfPartitions } from '../bench/partitions.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'CPU a pair with 4 processes against 1, each once it is warm, on Kafka; and with up to 1,000 partitions, in memory';

const RUNS = 3;
const PAIRS = 1_000_000;

export default async function scale(): Promise<Measurement> {
  const costs = await bench({ pairs: PAIRS, runs: RUNS, only: ['parallax', 'scale'] });
  const whole = (step: Key) => tenths(median(of(costs, step).map(microseconds)));
  const steady = (step: Key) => {
    const warm = of(costs, step).flatMap((cost) => cost.steady ?? []);
    if (warm.length < RUNS) throw new Error(`Processes of ${step} ended before they were warm.`);
    return tenths(median(warm.map(microseconds)));
  };
  const [one, two, four] = [steady('parallax'), steady('parallax-2'), steady('parallax-4')];
  const law = costOfPartitions();
  return {
    value: Math.round((four / one) * 100) / 100,
    unit: 'x',
    against: 'one process',
    runs: RUNS,
    pairs: PAIRS,
    oneMicroseconds: one,
    twoMicroseconds: two,
    fourMicroseconds: four,
    oneMicrosecondsWithStart: whole('parallax'),
    twoMicrosecondsWithStart: whole('parallax-2'),
    fourMicrosecondsWithStart: whole('parallax-4'),
    ...Object.fromEntries(law.map(({ partitions, us }) => [`microsecondsWith${partitions}Partitions`, us])),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
