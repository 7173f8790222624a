// comparator.open-ids: a million ids open at once in one process.

import { median } from '../bench/comparator/table.ts';
import { bench, of, ratioOf } from '../bench/comparator.ts';
import type { Measurement } from './measurement.ts';

export const about = 'memory of one process with 1,000,000 ids open, and its rate against Kafka Streams (RocksDB)';

const OPEN = 1_000_000;
/** What the experiment allows open payloads to take when it says nothing. */
const BUDGET_BYTES = 512 * 2 ** 20;

export default async function openIds(): Promise<Measurement> {
  const costs = await bench({ pairs: 0, open: OPEN, runs: 1, only: ['open', 'open-streams'] });
  const [ours, theirs] = [of(costs, 'open'), of(costs, 'open-streams')];
  return {
    value: Math.round(median(ours.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20),
    unit: 'MiB',
    against: 'Kafka Streams outer join, RocksDB (the rate)',
    ratio: ratioOf(ours, theirs, ({ records, seconds }) => records / seconds),
    runs: 1,
    openIds: OPEN,
    budgetMebibytes: BUDGET_BYTES / 2 ** 20,
    recordsPerSecond: Math.round(median(ours.map(({ records, seconds }) => records / seconds))),
    againstMebibytes: Math.round(median(theirs.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20),
  };
}
