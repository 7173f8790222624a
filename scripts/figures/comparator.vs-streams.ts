// comparator.vs-streams: the whole path, Kafka to stored rows, beside a Kafka Streams outer join of the same bytes.

import type { Cost } from '../bench/comparator/steps.ts';
import { median, microseconds } from '../bench/comparator/table.ts';
import { bench, of, ratioOf } from '../bench/comparator.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'pairs a second on real Kafka and ClickHouse over HTTP, against a Kafka Streams outer join (RocksDB)';

const RUNS = 3;
const PAIRS = 300_000;

export default async function vsStreams(): Promise<Measurement> {
  const costs = await bench({ pairs: PAIRS, runs: RUNS, only: ['streams', 'parallax', 'two'] });
  const [ours, theirs, two] = [of(costs, 'parallax'), of(costs, 'streams'), of(costs, 'parallax-2')];
  const rate = ({ pairs, seconds }: Pick<Cost, 'pairs' | 'seconds'>) => pairs / seconds;
  return {
    value: Math.round(median(ours.map(rate))),
    unit: 'pairs/s',
    against: 'Kafka Streams outer join, RocksDB',
    ratio: ratioOf(ours, theirs, rate),
    runs: RUNS,
    pairs: PAIRS,
    cpuMicrosecondsPerPair: tenths(median(ours.map(microseconds))),
    againstCpuMicrosecondsPerPair: tenths(median(theirs.map(microseconds))),
    cpuRatio: ratioOf(ours, theirs, microseconds),
    storeCpuMicrosecondsPerPair: tenths(median(ours.map((cost) => (cost.storeCpuSeconds * 1e6) / cost.pairs))),
    // The peer runs as many threads.
    pairsPerSecondOfTwoProcesses: Math.round(median(two.map(rate))),
    ratioOfTwoProcesses: ratioOf(two, theirs, rate),
    cpuRatioOfTwoProcesses: ratioOf(two, theirs, microseconds),
    storedBytesPerPair: Math.round(median(ours.map((cost) => (cost.storedBytes ?? Number.NaN) / cost.pairs))),
  };
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
