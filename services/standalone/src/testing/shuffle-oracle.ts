// What a shuffled experiment must come to: what the same traffic comes to where both systems place their ids alike.
import { crc32 } from 'node:zlib';
import { World } from '@parallax/comparator/testing';
import { type Experiment, type NewRecord, parseExperiment } from '@parallax/core';
import type { MemoryStore, MixedTraffic } from '@parallax/platform/testing';

/** The sides have topics `a` and `b`, after the name where there is one. */
export function experiment(shuffled: readonly ('legacy' | 'candidate')[], name?: string): Experiment {
  const topicOf = (topic: string) => (name === undefined ? topic : `${name}.${topic}`);
  const side = (name: 'legacy' | 'candidate', topic: string) =>
    `${name}: { topic: ${topicOf(topic)}${shuffled.includes(name) ? ', shuffle: true' : ''} }`;
  const text = `experiment: ${name ?? 'x'}
${side('legacy', 'a')}
${side('candidate', 'b')}
window: { settle: 200ms, deadline: 2s, late: 1h }
rules: [{ ignore: [/at] }]
`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

/** By CRC32 of the key, as librdkafka does. */
export function byCrc(records: readonly NewRecord[], partitions: number): NewRecord[] {
  return records.map((record) => ({ ...record, partition: crc32(record.key ?? '') % partitions }));
}

export interface Judged {
  readonly pairs: Readonly<Record<string, string>>;
  /** Events by side and column. */
  readonly ledger: Readonly<Record<string, number>>;
}

/**
 * What must not depend on where events lay: outcomes, contents, and where every event went. Events of an id that lie in
 * several partitions have no order: then only which they are is told.
 */
export function judged(store: MemoryStore, isOrdered = true): Judged {
  const contents = (digests: string) => (isOrdered ? digests : digests.split(',').sort().join(','));
  const rows = store.pairs().map((row) => {
    const state = row.state === 'provisional' ? 'provisional' : 'judged';
    return [
      row.id,
      [row.outcome, state, contents(row.legacy_digest), contents(row.candidate_digest)].join(' '),
    ] as const;
  });
  const ledger: Record<string, number> = {};
  for (const { side, column, events } of store.ledger()) {
    if (events > 0) ledger[`${side} ${column}`] = (ledger[`${side} ${column}`] ?? 0) + events;
  }
  return { pairs: Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1))), ledger };
}

/** Both halves, one after the other, on topics that go together. */
export async function oracleOf(traffic: MixedTraffic, isOrdered = true): Promise<Judged> {
  const world = await new World({ topics: { a: 4, b: 4 } }).open();
  for (const half of [traffic.first, traffic.second]) {
    await world.append('a', half.legacy);
    await world.append('b', half.candidate);
    await world.catchUp({ experiment: experiment([]) });
  }
  return judged(world.store, isOrdered);
}
