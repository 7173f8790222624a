// What an undisturbed reader of both whole logs would say, by brute force, and what of it the store and the archive do not.
import { type Archive, type DivergenceStore, type EventLog, type LogRecord, SIDES, type Side } from '@parallax/core';
import { readArchived, verifyArchive } from '@parallax/platform';
import type { Acknowledged } from './load.ts';

export interface Truth {
  /** `id outcome partition [offsets] [offsets]`, sorted. */
  readonly pairs: readonly string[];
  /** `partition side column events`, sorted. */
  readonly ledger: readonly string[];
}

interface Event {
  readonly partition: number;
  readonly offset: number;
  readonly text: string;
}

type Group = Record<Side, Event[]>;

export async function readAll(log: EventLog, topic: string): Promise<ReadonlyMap<number, readonly LogRecord[]>> {
  const all = new Map<number, LogRecord[]>();
  for (const { partition, end } of await log.extents([topic])) {
    const records: LogRecord[] = [];
    for (let next = 0; next < end; next = (records.at(-1)?.offset ?? end) + 1) {
      const more = await log.read(topic, partition, next, 10_000);
      if (more.length === 0) break;
      records.push(...more);
    }
    all.set(partition, records);
  }
  return all;
}

export async function truthOf(log: EventLog, topics: Readonly<Record<Side, string>>): Promise<Truth> {
  const groups = new Map<string, Group>();
  const ledger = new Map<string, number>();
  const count = (partition: number, side: Side, column: string, events: number) => {
    const key = `${partition} ${side} ${column}`;
    if (events > 0) ledger.set(key, (ledger.get(key) ?? 0) + events);
  };
  for (const side of SIDES) {
    for (const [partition, records] of await readAll(log, topics[side])) {
      for (const { offset, headers, value } of records) {
        const id = textOf(headers[0]?.[1]);
        const group = groups.get(id) ?? { legacy: [], candidate: [] };
        groups.set(id, group);
        const text = textOf(value);
        if (group[side].at(-1)?.text === text) count(partition, side, 'duplicate', 1);
        else group[side].push({ partition, offset, text });
      }
    }
  }
  const pairs = [...groups].map(([id, group]) => {
    const outcome = judge(group);
    const column = outcome === 'match' || outcome === 'equivalent' ? 'agreed' : 'diverged';
    for (const side of SIDES) for (const { partition } of group[side]) count(partition, side, column, 1);
    const partition = (group.legacy[0] ?? group.candidate[0])?.partition;
    const offsets = (side: Side) => `[${group[side].map(({ offset }) => offset).join(',')}]`;
    return `${id} ${outcome} ${partition} ${offsets('legacy')} ${offsets('candidate')}`;
  });
  return { pairs: pairs.sort(), ledger: [...ledger].map(([key, events]) => `${key} ${events}`).sort() };
}

function judge({ legacy, candidate }: Group): string {
  if (candidate.length === 0) return 'missing-candidate';
  if (legacy.length === 0) return 'missing-legacy';
  const same = legacy.length === candidate.length && legacy.every(({ text }, i) => text === candidate[i]?.text);
  if (same) return 'match';
  const totals = (events: readonly Event[]) => JSON.stringify(events.map(({ text }) => JSON.parse(text).total));
  return totals(legacy) === totals(candidate) ? 'equivalent' : 'mismatch';
}

export async function seen(store: DivergenceStore, experiment: string): Promise<Truth> {
  const here = 'WHERE experiment = {experiment:String}';
  const rows = async (sql: string) =>
    (await store.query(sql, { experiment })).map((row) => Object.values(row).join(' ')).sort();
  const state = `if(state = 'provisional', concat('provisional-', outcome), outcome)`;
  const partition = 'coalesce(legacy_partition, candidate_partition)';
  return {
    pairs: await rows(
      `SELECT id, ${state}, ${partition}, toString(legacy_offsets), toString(candidate_offsets) FROM pairs ${here}`,
    ),
    ledger: await rows(`SELECT partition, side, column, events FROM ledger ${here} AND events > 0`),
  };
}

/** What was acknowledged and is not where it was said to be. */
export async function lost(
  log: EventLog,
  topics: Readonly<Record<Side, string>>,
  acknowledged: readonly Acknowledged[],
): Promise<string[]> {
  const logs = { legacy: await readAll(log, topics.legacy), candidate: await readAll(log, topics.candidate) };
  return acknowledged.flatMap(({ side, id, position: { partition, offset } }) => {
    const record = logs[side].get(partition)?.[offset];
    return record?.offset === offset && textOf(record.headers[0]?.[1]) === id ? [] : [`${side} ${id} ${offset}`];
  });
}

/** Rows that ever called a side missing although what it lacked was acknowledged within the deadline. */
export async function spurious(
  store: DivergenceStore,
  experiment: string,
  acknowledged: readonly Acknowledged[],
  deadlineMs: number,
): Promise<string[]> {
  const first = (side: Side) => {
    const found = new Map<string, Acknowledged>();
    for (const one of acknowledged) if (one.side === side && !found.has(one.id)) found.set(one.id, one);
    return found;
  };
  const sides = { legacy: first('legacy'), candidate: first('candidate') };
  const rows = await store.query(
    `SELECT DISTINCT id, outcome FROM pairs_raw
     WHERE experiment = {experiment:String} AND outcome LIKE 'missing-%' AND state != 'provisional'`,
    { experiment },
  );
  return rows.flatMap(({ id, outcome }) => {
    const [present, lacking] =
      outcome === 'missing-candidate'
        ? ([sides.legacy, sides.candidate] as const)
        : ([sides.candidate, sides.legacy] as const);
    const [here, there] = [present.get(String(id)), lacking.get(String(id))];
    if (here === undefined || there === undefined || there.at > here.asked + deadlineMs) return [];
    return [`${id}: ${outcome}, though it came ${there.at - here.asked} ms later`];
  });
}

/** Of a topic, what the archive does not hold as the log does. */
export async function unarchived(archive: Archive, log: EventLog, topics: readonly string[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const topic of topics) {
    for (const [partition, records] of await readAll(log, topic)) {
      const held = (await Array.fromAsync(readArchived(archive, topic, partition))).flat();
      const differs = records.findIndex(({ offset }, index) => held[index]?.offset !== offset);
      if (differs >= 0 || held.length !== records.length) wrong.push(`${topic}/${partition} from ${differs}`);
    }
  }
  await verifyArchive(archive, { onProblem: (problem) => wrong.push(JSON.stringify(problem)) });
  return wrong;
}

/** What is in one and not in the other, a few of each. */
export function differences(expected: readonly string[], found: readonly string[], limit = 10): string[] {
  const [want, have] = [new Set(expected), new Set(found)];
  const absent = expected.filter((one) => !have.has(one)).map((one) => `expected ${one}`);
  const extra = found.filter((one) => !want.has(one)).map((one) => `found    ${one}`);
  const all = [...absent, ...extra].sort((a, b) => a.slice(9).localeCompare(b.slice(9)));
  return all.length <= limit ? all : [...all.slice(0, limit), `… and ${all.length - limit} more`];
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes === null || bytes === undefined ? '' : Buffer.from(bytes).toString();
}
