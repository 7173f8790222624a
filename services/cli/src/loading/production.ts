// The traffic of production, counted from the archive: every topic of the experiment, each record once.
import {
  type Archive,
  type ArchivedRecord,
  type Experiment,
  IdSample,
  type LoadRow,
  Traffic,
  type TrafficSummary,
} from '@parallax/core';
import { archivedPartitions, type OnProblem, type OpenedSchemas, readArchived, TopicIds } from '@parallax/platform';

export interface ProductionTopic {
  readonly topic: string;
  readonly side: LoadRow['side'];
  readonly traffic: Traffic;
  readonly summary: TrafficSummary;
}

export interface Production {
  /** Those the archive has something of in that time. */
  readonly topics: readonly ProductionTopic[];
  /** When each of these ids was first asked, epoch ms. */
  readonly asked: IdSample<number>;
}

export interface ProductionAround {
  readonly archive: Archive;
  readonly schemas: OpenedSchemas | undefined;
  /** Recorded time, epoch ms: from, and up to but not including, to. */
  readonly from: number;
  readonly to: number;
  readonly onProgress: (topic: string, records: number) => void;
  /** Told of what cannot be read or is missing: the rest is counted. */
  readonly onProblem?: OnProblem | undefined;
}

/** Ids whose answers are timed: enough for a p99 of two hundred pairs beyond it. */
export const SAMPLED_IDS = 20_000;

/** Reads every record of the time once. Memory is bounded whatever there is: slots of time, a sample of ids, one object. */
export async function countProduction(experiment: Experiment, around: ProductionAround): Promise<Production> {
  const { archive, schemas, from, to, onProgress, onProblem } = around;
  const asked = new IdSample<number>(SAMPLED_IDS);
  const { input } = experiment;
  const ids = input === undefined ? undefined : new TopicIds(input, schemas?.input, experiment.budgets);
  const topics: ProductionTopic[] = [];
  for (const { topic, side } of topicsOf(experiment)) {
    const traffic = new Traffic();
    let records = 0;
    for (const partition of await archivedPartitions(archive, topic, onProblem)) {
      const skip = ({ earliest, latest }: { earliest: number; latest: number }) => latest < from || earliest >= to;
      for await (const batch of readArchived(archive, topic, partition, { skip, onProblem })) {
        if (side === 'input') await ids?.learn(batch);
        for (const record of batch) {
          if (record.timestamp < from || record.timestamp >= to) continue;
          records += 1;
          traffic.add(record.timestamp, sizeOf(record));
          if (side !== 'input' || ids === undefined) continue;
          const found = ids.correlate(record);
          if (found.kind === 'id') asked.add(found.id, record.timestamp, Math.min);
        }
        onProgress(topic, records);
      }
    }
    const summary = traffic.summary();
    if (summary !== undefined) topics.push({ topic, side, traffic, summary });
  }
  return { topics, asked };
}

/** A row a minute that held something, or as long as the slots that time had to be cut into. */
export function productionRows(
  experiment: string,
  topics: readonly ProductionTopic[],
  measuredAt: number,
): readonly LoadRow[] {
  return topics.flatMap(({ topic, side, traffic }) => {
    const ms = Math.max(60_000, traffic.slotMs);
    return traffic.slots(ms).map(({ began, records, bytes }): LoadRow => {
      const untold = { offered: null, fed: null, answered: null, lag: null, lag_growth: null };
      const untimed = { p50_ms: null, p95_ms: null, p99_ms: null, max_ms: null };
      const what = { experiment, run: 'live', measure: 'traffic' as const, side, topic };
      const held = { began, duration_ms: ms, records, bytes };
      return { ...what, ...held, ...untold, ...untimed, state: '', measured_at: measuredAt };
    });
  });
}

function topicsOf({ input, outputs }: Experiment): readonly Pick<ProductionTopic, 'topic' | 'side'>[] {
  const found = new Map<string, LoadRow['side']>();
  if (input !== undefined) found.set(input.topic, 'input');
  for (const side of ['legacy', 'candidate'] as const) {
    for (const output of outputs) if (!found.has(output[side].topic)) found.set(output[side].topic, side);
  }
  return [...found].map(([topic, side]) => ({ topic, side }));
}

function sizeOf({ key, value, headers }: ArchivedRecord): number {
  let bytes = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) bytes += name.length + (content?.length ?? 0);
  return bytes;
}
