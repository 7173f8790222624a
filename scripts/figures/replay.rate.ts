// replay.rate: a replay flat out beside kafka-producer-perf-test and a plain KafkaJS producer, same broker, same sizes.
import { median } from '../bench/comparator/table.ts';
import { benchReplay, type Sent, type Step } from '../bench/replay.ts';
import type { Measurement } from './measurement.ts';

export const about = 'records a second fed flat out, against kafka-producer-perf-test; and memory as the archive grows';

const RUNS = 3;
const INPUTS = 150_000;

export default async function replayRate(): Promise<Measurement> {
  const only: readonly Step[] = ['flat-out', 'perf-test', 'kafkajs', 'memory'];
  const sent = await benchReplay({ inputs: INPUTS, runs: RUNS, only });
  const of = (step: Step) => sent.filter((one) => one.step === step);
  const rates = (step: Step) => of(step).map(({ perSecond }) => perSecond);
  const ratio = (other: Step) => {
    const others = rates(other);
    return hundredths(median(rates('flat-out').map((rate, run) => rate / (others[run] ?? Number.NaN))));
  };
  const [small, large] = of('memory');
  return {
    value: Math.round(median(rates('flat-out'))),
    unit: 'records/s',
    against: 'kafka-producer-perf-test',
    ratio: ratio('perf-test'),
    runs: RUNS,
    records: 2 * INPUTS,
    perfTest: Math.round(median(rates('perf-test'))),
    kafkajs: Math.round(median(rates('kafkajs'))),
    kafkajsRatio: ratio('kafkajs'),
    rssMB: megabytes(small),
    rssMBOfFiveTimesAsMuch: megabytes(large),
  };
}

function megabytes(sent: Sent | undefined): number {
  return Math.round((sent?.peakRssBytes ?? Number.NaN) / 1e6);
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
