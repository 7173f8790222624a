// Reads samples of topics: lately written records and older ones of all partitions, of the same times in every topic, so
// that the answers to one input are in both.
import {
  type EventLog,
  type Extent,
  Fault,
  type LogRecord,
  type SampledRecord,
  type SampledTopic,
  topicsThere,
} from '@parallax/core';
import { counted } from '../output/amount.ts';
import type { Progress } from '../output/progress.ts';

export interface SampleLimits {
  /** Of each topic. */
  readonly records: number;
  readonly bytes: number;
  /** Milliseconds for all of it, monotonic. */
  readonly ms: number;
}

interface Around {
  readonly log: EventLog;
  readonly progress: Progress;
  readonly limits: SampleLimits;
  readonly until: number;
}

/** Offsets to be read of a partition. */
interface Stretch {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** How far from the end the last record is looked for: markers of transactions have offsets, too. */
const NEAR_END = 20;
const AT_ONCE = 1_000;

/** By topic, in the order asked for. @throws Fault `unknown-topic` */
export async function sampleTopics(
  log: EventLog,
  topics: readonly string[],
  limits: SampleLimits,
  progress: Progress,
): Promise<ReadonlyMap<string, SampledTopic>> {
  const around: Around = { log, progress, limits, until: performance.now() + limits.ms };
  const extents = Map.groupBy(await extentsOf(log, topics), ({ topic }) => topic);
  const times = await commonTimes(around, [...extents.values()]);
  const samples = new Map<string, SampledTopic>();
  for (const topic of topics) {
    const own = extents.get(topic) ?? [];
    const held = own.reduce((sum, { start, end }) => sum + end - start, 0);
    const stretches = held <= limits.records ? own.map(whole) : await partsOf(around, topic, own, times);
    const records = await readAll(around, topic, stretches);
    samples.set(topic, { topic, partitions: own.length, records, held });
  }
  return samples;
}

/** @throws Fault `unknown-topic`, with what was probably meant */
async function extentsOf(log: EventLog, topics: readonly string[]): Promise<readonly Extent[]> {
  try {
    return await log.extents(topics);
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'unknown-topic') throw error;
    const there = (await log.topics()).map(({ topic }) => topic);
    const absent = topics.filter((topic) => !there.includes(topic));
    throw new Fault(error.message, {
      code: error.code,
      cure: `${error.cure ?? ''} ${topicsThere(absent, there)}`.trim(),
      cause: error,
    });
  }
}

function whole({ partition, start, end }: Extent): Stretch {
  return { partition, from: start, to: end };
}

/** The time that all topics that hold anything cover, by their records' stamps. */
async function commonTimes({ log }: Around, topics: readonly (readonly Extent[])[]) {
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const extents of topics) {
    const held = extents.filter(({ start, end }) => end > start);
    if (held.length === 0) continue;
    const [first, last] = [[] as number[], [] as number[]];
    for (const { topic, partition, start, end } of held) {
      const [oldest] = await log.read(topic, partition, start, 1);
      const newest = (await log.read(topic, partition, Math.max(start, end - NEAR_END), NEAR_END)).at(-1);
      if (oldest !== undefined) first.push(oldest.timestamp);
      if (newest !== undefined) last.push(newest.timestamp);
    }
    from = Math.max(from, Math.min(...first));
    to = Math.min(to, Math.max(...last));
  }
  return { from, to };
}

/** Half of what may be read from before the end of the common time, half from its middle on. */
async function partsOf(
  { log, limits }: Around,
  topic: string,
  extents: readonly Extent[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Stretch[]> {
  const half = Math.ceil(limits.records / 2 / Math.max(1, extents.length));
  const isTimed = Number.isFinite(from) && Number.isFinite(to) && from < to;
  const offsets = async (time: number) => {
    const positions = isTimed ? await log.offsetsAt(topic, time) : [];
    return new Map(positions.map(({ partition, offset }) => [partition, offset]));
  };
  const [ends, middles] = [await offsets(to + 1), await offsets((from + to) / 2)];
  return extents.flatMap(({ partition, start, end }) => {
    const lateEnd = ends.get(partition) ?? end;
    const late = { partition, from: Math.max(start, lateEnd - half), to: lateEnd };
    const early = middles.get(partition) ?? start;
    return [{ partition, from: early, to: Math.min(early + half, late.from) }, late];
  });
}

async function readAll(
  around: Around,
  topic: string,
  stretches: readonly Stretch[],
): Promise<readonly SampledRecord[]> {
  const { log, progress, limits, until } = around;
  const records: SampledRecord[] = [];
  let bytes = 0;
  for (const { partition, from, to } of stretches) {
    for (let at = from; at < to && bytes < limits.bytes && performance.now() < until; ) {
      const read = await log.read(topic, partition, at, Math.min(AT_ONCE, to - at));
      const wanted = read.filter(({ offset }) => offset < to);
      for (const record of wanted) {
        records.push({ ...record, partition });
        bytes += sizeOf(record);
      }
      progress.update(`sampling ${topic}: ${counted(records.length, 'record')}`);
      if (wanted.length === 0) break;
      at = (wanted.at(-1)?.offset ?? to) + 1;
    }
  }
  return records;
}

function sizeOf({ key, value }: LogRecord): number {
  return (key?.length ?? 0) + (value?.length ?? 0) + 100;
}
