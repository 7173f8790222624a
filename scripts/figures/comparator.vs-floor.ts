// comparator.vs-floor: the whole path beside a bare KafkaJS consumer that only parses both records.

import { median } from '../bench/comparator/table.ts';
import { bench, of, ratioOf } from '../bench/comparator.ts';
import type { Measurement } from './measurement.ts';

export const about = 'records a second, judged and stored, against a KafkaJS consumer that only parses them';

const RUNS = 3;
const PAIRS = 300_000;

export default async function vsFloor(): Promise<Measurement> {
  const costs = await bench({ pairs: PAIRS, runs: RUNS, only: ['parse', 'parallax'] });
  const [ours, floor] = [of(costs, 'parallax'), of(costs, 'parse')];
  return {
    value: Math.round(median(ours.map(({ records, seconds }) => records / seconds))),
    unit: 'records/s',
    against: 'KafkaJS and JSON.parse',
    ratio: ratioOf(ours, floor, ({ records, seconds }) => records / seconds),
    runs: RUNS,
    pairs: PAIRS,
    cpuRatio: ratioOf(ours, floor, ({ cpuSeconds, records }) => cpuSeconds / records),
  };
}
