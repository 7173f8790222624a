// Answers what the joins ask: payloads of coordinates from the log (and lookups.ts rows of ids from the store). One batch in
// flight.
import type { EventLog, Fetch, Join, LogRecord, Side, StoreReader } from '@parallax/core';
import type { CrashPoints } from '@parallax/platform';
import type { ComparatorCrashPoint } from './crash-points.ts';
import type { Sides } from './sides.ts';

/** Offsets closer than this are fetched with one read: a request to a broker costs more than records read past. */
const NEAR = 256;
/** Offsets from the first to the last of one range. */
const SPAN = 5000;
/** Records of one read. */
const AT_ONCE = 1000;

export interface QuestionsAround {
  readonly store: Pick<StoreReader, 'lookup'>;
  readonly log: Pick<EventLog, 'read'>;
  readonly sides: Sides;
  readonly now: () => number;
  readonly crash: CrashPoints<ComparatorCrashPoint>;
  /** Makes the schemas of records known that were not read as batches. */
  readonly learn?: (side: Side, records: readonly LogRecord[]) => Promise<void>;
  /** Retries for as long as that may help. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
}

export async function answerFetches(joins: Iterable<Join>, around: QuestionsAround): Promise<boolean> {
  let any = false;
  for (const join of joins) {
    const fetches = join.takeFetches();
    if (fetches.length === 0) continue;
    any = true;
    const ordered = [...fetches].sort((a, b) => (a.side === b.side ? a.offset - b.offset : a.side < b.side ? -1 : 1));
    for (let i = 0; i < ordered.length; ) {
      const group = neighbours(ordered, i);
      await supply(join, group, around);
      i += group.length;
    }
  }
  return any;
}

function neighbours(ordered: readonly Fetch[], from: number): readonly Fetch[] {
  const first = ordered[from] as Fetch;
  let to = from + 1;
  for (let last = first; to < ordered.length; to++) {
    const next = ordered[to] as Fetch;
    if (next.side !== first.side || next.offset - last.offset > NEAR || next.offset - first.offset > SPAN) break;
    last = next;
  }
  return ordered.slice(from, to);
}

async function supply(join: Join, group: readonly Fetch[], around: QuestionsAround): Promise<void> {
  const { side } = group[0] as Fetch;
  const wanted = new Map(group.map((fetch) => [fetch.offset, fetch]));
  const last = (group.at(-1) as Fetch).offset;
  const topic = around.sides.topic(join.config.output, side);
  for (let at = (group[0] as Fetch).offset; at <= last && wanted.size > 0; ) {
    const records = await around.log.read(topic, join.config.partition, at, Math.min(AT_ONCE, last - at + 1));
    if (records.length === 0) break;
    await around.learn?.(side, records);
    for (const record of records) {
      at = record.offset + 1;
      const fetch = wanted.get(record.offset);
      if (fetch === undefined) continue;
      wanted.delete(record.offset);
      join.supply(fetch, record, around.now());
    }
  }
  for (const fetch of wanted.values()) join.supply(fetch, undefined, around.now());
}
