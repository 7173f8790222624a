// Holds what a simulation left in the store against what a brute-force reader of the whole logs would say.
import {
  type ComparePlan,
  type DeadLetter,
  LEDGER_COLUMNS,
  type LedgerColumn,
  type PairRow,
  SIDES,
  type Side,
} from '@parallax/core';
import { consult, expectedColumn, idOf, type MemoryStore, type Scenario } from '@parallax/platform/testing';
import { judgeLetters } from './judge-letters.ts';
import type { Damage, TrueRecord } from './logs.ts';
import { isOutOfSight } from './out-of-sight.ts';

export interface Left {
  readonly scenario: Scenario;
  readonly plan: ComparePlan;
  readonly damage: Damage;
  readonly partitions: number;
  readonly store: MemoryStore;
  readonly written: Readonly<Record<Side, readonly TrueRecord[]>>;
  /** Committed records that can no longer be read. */
  readonly gone: ReadonlySet<object>;
  /** Every row any process ever sent. */
  readonly sent: readonly PairRow[];
  readonly letters: readonly DeadLetter[];
}

/** Reasons for which absence, or a count that differs, may stay undecided where something was lost or held back. */
const UNPROVEN: Readonly<Record<Damage, readonly string[]>> = {
  none: [],
  transactions: ['open-transaction', 'transaction-aborted'],
  retention: ['evidence-lost'],
  compaction: ['evidence-lost'],
  truncation: ['evidence-lost'],
};

export function judgeSimulation(left: Left): string[] {
  const failures = [...hasty(left), ...judgeLetters(left.letters, left.written, left.gone)];
  for (let partition = 0; partition < left.partitions; partition++) failures.push(...judgePartition(left, partition));
  return failures;
}

/** Other than for want of memory. */
export function isUndecided({ outcome, reason }: PairRow): boolean {
  return outcome === 'inconclusive' && reason !== 'budget';
}

function judgePartition(left: Left, partition: number): string[] {
  const { scenario, plan, written, gone, store, damage } = left;
  const failures: string[] = [];
  const of = (side: Side) => written[side].filter((one) => one.partition === partition && !one.isAborted);
  const log = { legacy: of('legacy'), candidate: of('candidate') };
  const oracle = consult(log, scenario, plan);
  const damaged = new Set(SIDES.flatMap((side) => log[side].filter((one) => gone.has(one)).map(idOf)));
  const rows = new Map(store.pairs().map((row) => [row.id, row]));
  const unseen = new Set<string>();
  for (const [id, { offsets }] of oracle.pairs) {
    const row = rows.get(id);
    const all = (side: Side) => log[side].filter((one) => idOf(one) === id).map(({ offset }) => offset);
    const events = { legacy: all('legacy'), candidate: all('candidate') };
    if (row !== undefined && isOutOfSight(row, offsets, events, left.sent, scenario.counts)) unseen.add(id);
  }
  const isSeen = (record: TrueRecord) => !unseen.has(idOf(record) ?? '');
  const seen = { legacy: log.legacy.filter(isSeen), candidate: log.candidate.filter(isSeen) };
  const { asides } = unseen.size === 0 ? oracle : consult(seen, scenario, plan);
  const expected = { legacy: { ...asides.legacy }, candidate: { ...asides.candidate } };
  for (const [id, want] of oracle.pairs) {
    const row = rows.get(id);
    if (damaged.has(id)) {
      // What is left of it may be judged or not; that a side which answered is not missing is seen below.
      continue;
    }
    if (row === undefined || row.state === 'provisional') {
      failures.push(`${id}: ${row === undefined ? 'no row' : 'only a provisional row'}, expected ${want.outcome}`);
      continue;
    }
    const isUneven = want.offsets.legacy.length !== want.offsets.candidate.length;
    const mayDoubt = isUneven && row.outcome === 'inconclusive' && UNPROVEN[damage].includes(row.reason);
    const isGivenUp = row.outcome === 'inconclusive' && row.reason === 'budget';
    // Of fewer events nothing agrees, and nothing is missing, that does not or is not with all of them.
    const mayDiffer = unseen.has(id) && row.outcome === 'mismatch';
    if (row.outcome !== want.outcome && !mayDoubt && !isGivenUp && !mayDiffer) {
      failures.push(`${id}: ${row.outcome} ${row.reason}, expected ${want.outcome}`);
    }
    if (unseen.has(id)) continue;
    const places = { legacy: row.legacy_offsets, candidate: row.candidate_offsets };
    for (const side of SIDES) {
      if (String(places[side]) !== String(want.offsets[side])) {
        failures.push(`${id}: ${side} offsets ${places[side]}, expected ${want.offsets[side]}`);
      }
      want.offsets[side].forEach((_, i, all) => {
        const column = expectedColumn(scenario.pick, row.outcome, i, all.length);
        expected[side][column] = (expected[side][column] ?? 0) + 1;
      });
    }
  }
  for (const side of SIDES)
    failures.push(...judgeLedger(left, partition, side, expected[side], log[side], seen[side], damaged.size > 0));
  return failures;
}

function judgeLedger(
  { store, damage }: Left,
  partition: number,
  side: Side,
  expected: Partial<Record<LedgerColumn, number>>,
  log: readonly TrueRecord[],
  seen: readonly TrueRecord[],
  isDamaged: boolean,
): string[] {
  const cells = store.ledger().filter((row) => row.partition === partition && row.side === side);
  const events = (column: LedgerColumn) => cells.find((row) => row.column === column)?.events ?? 0;
  const sum = LEDGER_COLUMNS.reduce((total, column) => total + events(column), 0);
  const failures: string[] = [];
  const told = `ledger ${side}/${partition}`;
  if (events('open') > 0) failures.push(`${told}: ${events('open')} open`);
  // What a compacted log skipped was never an event of which we knew.
  if (damage === 'compaction' ? sum > log.length : sum !== log.length) {
    failures.push(`${told}: ${sum} in all columns, ${log.length} written`);
  }
  if (isDamaged) return failures;
  for (const column of LEDGER_COLUMNS) {
    const want = expected[column] ?? 0;
    // Each event of a pair that is not seen whole is counted once, wherever it stands.
    const most = want + log.length - seen.length;
    if (events(column) < want || events(column) > most)
      failures.push(`${told} ${column}: ${events(column)}, expected ${want}`);
  }
  return failures;
}

/** Nothing is called missing, not even for a while, whose partner had been written within the deadline. */
export function hasty({ sent, written, scenario, gone }: Left): string[] {
  const byId = { legacy: new Map<string, TrueRecord[]>(), candidate: new Map<string, TrueRecord[]>() };
  for (const side of SIDES) {
    for (const record of written[side]) {
      const id = idOf(record) ?? '';
      byId[side].set(id, [...(byId[side].get(id) ?? []), record]);
    }
  }
  return sent.flatMap((row) => {
    if (row.state === 'provisional' || !row.outcome.startsWith('missing')) return [];
    const [present, lacking] =
      row.legacy_count > 0 ? (['legacy', 'candidate'] as const) : (['candidate', 'legacy'] as const);
    const last = (present === 'legacy' ? row.legacy_offsets : row.candidate_offsets).at(-1);
    const event = byId[present].get(row.id)?.find(({ offset }) => offset === last);
    const dueAt = (event?.writtenAt ?? 0) + scenario.deadlineMs;
    // Of what is gone nothing is known for longer than a deadline, nor of its repeats, which were counted as such.
    const isGone = (one: TrueRecord) =>
      gone.has(one) ||
      (byId[lacking].get(row.id) ?? []).some(
        (earlier) => gone.has(earlier) && earlier.offset < one.offset && textOf(earlier) === textOf(one),
      );
    const isKnown = (one: TrueRecord) =>
      !(isGone(one) || one.isAborted) || (event?.writtenAt ?? 0) <= one.writtenAt + scenario.deadlineMs;
    // What could not be read by the file in force may be called missing, until that was mended.
    const came = byId[lacking].get(row.id)?.find((one) => one.writtenAt <= dueAt && isKnown(one) && !one.isHidden);
    return came === undefined ? [] : [`${row.id}: ${row.outcome}, though ${lacking} ${came.offset} came in time`];
  });
}

function textOf({ value }: TrueRecord): string {
  return value === null ? 'no value' : new TextDecoder().decode(value);
}
