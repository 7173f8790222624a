// The epoch of the rules in force: the offset of their record in the checkpoint topic. A row judged under later rules
// wins over one judged under earlier ones, whoever wrote it and whenever.
import { digestBytes, type EventLog, type Experiment } from '@parallax/core';
import { checkpointTopic } from './checkpoint.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Finds the epoch of these rules, or begins a new one when they have changed. */
export async function rulesEpoch(
  log: Pick<EventLog, 'append' | 'read' | 'ensureTopic'>,
  experiment: Experiment,
  group: string,
): Promise<number> {
  const topic = checkpointTopic(experiment.name);
  await log.ensureTopic({ topic, partitions: 1, compacted: true });
  const { rules, compare, window, outputs } = experiment;
  const described = JSON.stringify({ rules, compare, pick: window.pick, counts: window.counts, outputs });
  const digest = digestBytes(encoder.encode(described));
  const key = `rules ${group}`;
  let known: { offset: number; digest: string } | undefined;
  for (let at = 0; ; ) {
    const records = await log.read(topic, 0, at, 1000);
    if (records.length === 0) break;
    for (const record of records) {
      at = record.offset + 1;
      if (record.key === null || record.value === null || decoder.decode(record.key) !== key) continue;
      known = { offset: record.offset, digest: decoder.decode(record.value) };
    }
  }
  if (known?.digest === digest) return known.offset + 1;
  const [position] = await log.append(topic, [
    { partition: 0, key: encoder.encode(key), value: encoder.encode(digest) },
  ]);
  return (position?.offset ?? 0) + 1;
}
