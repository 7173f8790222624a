// The brute-force oracle: what an undisturbed reader of both whole logs would say of every id, and of every event.
import {
  type ComparePlan,
  type Content,
  compareContents,
  type LedgerColumn,
  type LogRecord,
  type Outcome,
  SIDES,
  type Side,
  standing,
} from '@parallax/core';
import { ID, type Scenario } from './scenario.ts';
import type { World } from './world.ts';

export interface Expected {
  readonly outcome: Outcome;
  readonly type: string;
  readonly offsets: Readonly<Record<Side, readonly number[]>>;
  /** Kind and path of each. */
  readonly differences: readonly string[];
}

export interface OracleAnswer {
  readonly pairs: ReadonlyMap<string, Expected>;
  /** Repeats and events without an id, by side. */
  readonly asides: Readonly<Record<Side, Partial<Record<LedgerColumn, number>>>>;
}

const decoder = new TextDecoder();

export function consult(
  log: Readonly<Record<Side, readonly LogRecord[]>>,
  scenario: Pick<Scenario, 'pick' | 'headUntil'>,
  plan: ComparePlan,
  correlate: (record: LogRecord) => string | undefined = idOf,
): OracleAnswer {
  const groups = new Map<string, Record<Side, LogRecord[]>>();
  const asides: Record<Side, Partial<Record<LedgerColumn, number>>> = { legacy: {}, candidate: {} };
  for (const side of SIDES) {
    for (const record of log[side]) {
      const aside = (column: LedgerColumn): void => {
        asides[side][column] = (asides[side][column] ?? 0) + 1;
      };
      const id = correlate(record);
      if (id === undefined || id === 'broken') {
        aside(id === undefined ? 'no-id' : 'undecodable');
        continue;
      }
      if (scenario.headUntil !== undefined && id.startsWith('head-')) {
        aside('before-start');
        continue;
      }
      const group = groups.get(id) ?? { legacy: [], candidate: [] };
      groups.set(id, group);
      const known = scenario.pick === 'set' ? group[side] : group[side].slice(-1);
      if (known.some((earlier) => text(earlier) === text(record))) {
        aside('duplicate');
      } else group[side].push(record);
    }
  }
  const pairs = new Map<string, Expected>();
  for (const [id, group] of groups) {
    const offsets = { legacy: group.legacy.map((r) => r.offset), candidate: group.candidate.map((r) => r.offset) };
    pairs.set(id, { ...judge(group, plan), type: typeOf(group.legacy[0] ?? group.candidate[0]), offsets });
  }
  return { pairs, asides };
}

/** Where the events of a pair with this outcome belong. */
export function expectedColumn(pick: Scenario['pick'], outcome: Outcome, index: number, count: number): LedgerColumn {
  return pick === 'last' && index < count - 1 ? 'superseded' : standing(outcome);
}

/**
 * Rows that called a side missing although what it lacks had been written within the deadline, and so must have been
 * read before.
 */
export function hasty(world: World, deadlineMs: number): string[] {
  return world.sent.flatMap((row) => {
    if (row.state === 'provisional' || !row.outcome.startsWith('missing')) return [];
    const [present, lacking] =
      row.legacy_count > 0 ? (['legacy', 'candidate'] as const) : (['candidate', 'legacy'] as const);
    const last = (present === 'legacy' ? row.legacy_offsets : row.candidate_offsets).at(-1) ?? 0;
    const dueAt = (world.writtenAt[present][last] ?? 0) + deadlineMs;
    const came = world.log[lacking].find(
      (record) => idOf(record) === row.id && (world.writtenAt[lacking][record.offset] ?? 0) <= dueAt,
    );
    return came === undefined ? [] : [`${row.id}: ${row.outcome}, though ${lacking} ${came.offset} came in time`];
  });
}

/** Rows that say of the very events they name what comparing these does not. */
export function untrue({ log, sent }: World, plan: ComparePlan): string[] {
  return sent.flatMap((row) => {
    if (row.state === 'provisional' || row.outcome === 'inconclusive') return [];
    const at = (side: Side, offsets: readonly number[]) => offsets.flatMap((offset) => log[side][offset] ?? []);
    const named = { legacy: at('legacy', row.legacy_offsets), candidate: at('candidate', row.candidate_offsets) };
    const { outcome } = judge(named, plan);
    return outcome === row.outcome ? [] : [`${row.id}: a row says ${row.outcome} of events that are ${outcome}`];
  });
}

function judge(
  group: Readonly<Record<Side, readonly LogRecord[]>>,
  plan: ComparePlan,
): Pick<Expected, 'outcome' | 'differences'> {
  if (group.candidate.length === 0) return { outcome: 'missing-candidate', differences: [] };
  if (group.legacy.length === 0) return { outcome: 'missing-legacy', differences: [] };
  const comparison = compareContents(group.legacy.map(content), group.candidate.map(content), plan);
  if (comparison.kind !== 'mismatch') return { outcome: comparison.kind, differences: [] };
  return { outcome: 'mismatch', differences: comparison.differences.map(({ kind, path }) => `${kind} ${path}`) };
}

function content(record: LogRecord): Content {
  return { key: null, value: record.value, headers: [] };
}

function text(record: LogRecord): string {
  return record.value === null ? 'no value' : decoder.decode(record.value);
}

/** undefined: none; `broken`: there is one, but it cannot be read. */
export function idOf(record: Pick<LogRecord, 'headers'>): string | undefined {
  const value = record.headers.find(([name]) => name === ID)?.[1];
  if (value === undefined || value === null) return undefined;
  return value[0] === 0xff ? 'broken' : decoder.decode(value);
}

export function typeOf(record: Pick<LogRecord, 'headers'> | undefined): string {
  const value = record?.headers.find(([name]) => name === 'type')?.[1];
  return value === undefined || value === null ? '' : decoder.decode(value);
}
