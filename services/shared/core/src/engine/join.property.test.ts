// What must hold for any events: the order in which the sides are read, the pace, repeats and stale rows change nothing.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SIDES, type Side } from '../outcome.ts';
import type { JoinConfig } from './config.ts';
import { Rig } from './testing/rig.ts';

interface Given {
  readonly side: Side;
  readonly id: number;
  readonly value: number;
}

const events = fc.array(
  fc.record({ side: fc.constantFrom<Side>('legacy', 'candidate'), id: fc.nat(5), value: fc.nat(2) }),
  { minLength: 1, maxLength: 40 },
);
const windows = fc.record({
  pick: fc.constantFrom<JoinConfig['pick']>('sequence', 'set', 'last', 'first'),
  counts: fc.constantFrom<JoinConfig['counts']>('compare', 'ignore'),
  lookupEvery: fc.constantFrom(1, 64),
});
/** How it is read: which side, how many records, how long after; and whether the process restarts before. */
const pace = fc.array(
  fc.record({
    side: fc.constantFrom<Side>('legacy', 'candidate'),
    records: fc.nat(5),
    afterMs: fc.constantFrom(0, 50, 150, 1500),
    proves: fc.boolean(),
    restarts: fc.boolean(),
  }),
  { maxLength: 30 },
);

function write(rig: Rig, given: readonly Given[]): Rig {
  // Written over the first moments, whatever is read when.
  for (const [at, { side, id, value }] of given.entries()) rig.append(side, `id-${id}`, `{"n":${value}}`, { at });
  return rig;
}

/** Everything that is to come out the same: outcomes with their events and digests, and both ledgers. */
function outcome(rig: Rig) {
  const rows = [...rig.rows.values()].map((row) => [
    row.id,
    row.outcome,
    row.legacy_offsets,
    row.candidate_offsets,
    row.legacy_digest,
    row.candidate_digest,
    row.version,
  ]);
  return { rows: rows.sort(), legacy: rig.ledger('legacy'), candidate: rig.ledger('candidate') };
}

function undisturbed(given: readonly Given[], window: Partial<JoinConfig>) {
  return outcome(write(new Rig(window), given).read().settle());
}

function follow(rig: Rig, steps: typeof pace extends fc.Arbitrary<infer Steps> ? Steps : never): Rig {
  for (const { side, records, afterMs, proves, restarts } of steps) {
    if (restarts) rig.restart();
    const { cursor } = rig.join.evidence[side];
    for (const record of rig.log[side].slice(cursor, cursor + records)) rig.join.read(side, record, 1.7e12 + rig.now);
    rig.pass(afterMs);
    if (proves) rig.prove();
    else rig.tick();
  }
  return rig.settle();
}

describe('whatever the events', () => {
  test('the interleaving of the sides and the pace never change the final outcome', () => {
    fc.assert(
      fc.property(events, windows, pace, (given, window, steps) => {
        const paced = follow(
          write(new Rig(window), given),
          steps.map((step) => ({ ...step, restarts: false })),
        );
        expect(outcome(paced)).toEqual(undisturbed(given, window));
      }),
      { numRuns: 300 },
    );
  });

  test('nor do restarts from a cut, with the rows written since', () => {
    fc.assert(
      fc.property(events, windows, pace, (given, window, steps) => {
        expect(outcome(follow(write(new Rig(window), given), steps))).toEqual(undisturbed(given, window));
      }),
      { numRuns: 300 },
    );
  });

  test('every event ends in exactly one column, and the columns sum up to what was read, at any moment', () => {
    fc.assert(
      fc.property(events, windows, pace, (given, window, steps) => {
        const rig = write(new Rig(window), given);
        const sums = () =>
          SIDES.map((side) => Object.values(rig.join.columns(side)).reduce((sum, count) => sum + count, 0));
        const read = () => SIDES.map((side) => rig.join.evidence[side].cursor);
        for (const step of steps) {
          const { cursor } = rig.join.evidence[step.side];
          for (const record of rig.log[step.side].slice(cursor, cursor + step.records)) {
            rig.join.read(step.side, record, 1.7e12 + rig.now);
            expect(sums()).toEqual(read());
          }
          rig.pass(step.afterMs).prove();
          expect(sums()).toEqual(read());
        }
        rig.settle();
        expect([sums(), rig.ledger('legacy').open, rig.ledger('candidate').open]).toEqual([
          SIDES.map((side) => rig.log[side].length),
          undefined,
          undefined,
        ]);
      }),
      { numRuns: 200 },
    );
  });

  test('the same offsets fed again change nothing', () => {
    fc.assert(
      fc.property(events, windows, fc.nat(40), (given, window, from) => {
        const rig = write(new Rig(window), given).read();
        for (const side of SIDES) for (const record of rig.log[side].slice(from)) rig.join.read(side, record, 1.7e12);
        expect(outcome(rig.settle())).toEqual(undisturbed(given, window));
      }),
    );
  });

  test('the last record of an id appended again is a duplicate, and changes nothing else', () => {
    fc.assert(
      fc.property(events, windows, fc.boolean(), (given, window, judgedBefore) => {
        const rig = write(new Rig(window), given).read();
        if (judgedBefore) rig.settle();
        const again = { legacy: new Map<number, number>(), candidate: new Map<number, number>() };
        for (const { side, id, value } of given) again[side].set(id, value);
        for (const side of SIDES) for (const [id, value] of again[side]) rig.append(side, `id-${id}`, `{"n":${value}}`);
        const expected = undisturbed(given, window);
        const more = (side: Side) => ({
          ...expected[side],
          ...(again[side].size === 0 ? {} : { duplicate: (expected[side].duplicate ?? 0) + again[side].size }),
        });
        expect(outcome(rig.read().settle())).toEqual({
          rows: expected.rows,
          legacy: more('legacy'),
          candidate: more('candidate'),
        });
      }),
    );
  });

  test('the rows of any number of writers, landing in any order and more than once, give the same view', () => {
    fc.assert(
      fc.property(
        events,
        windows,
        fc.array(pace, { maxLength: 3 }),
        fc.infiniteStream(fc.nat()),
        (given, window, paces, keys) => {
          const writers = paces.map((steps) => follow(write(new Rig(window), given), steps));
          const rig = write(new Rig(window), given).read().settle();
          const rows = [...rig.written, ...writers.flatMap(({ written }) => [...written, ...written.slice(0, 3)])];
          const shuffled = rows.map((row) => ({ row, key: keys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
          rig.rows.clear();
          for (const { row } of shuffled) rig.land(row);
          expect(outcome(rig).rows).toEqual(undisturbed(given, window).rows);
        },
      ),
    );
  });
});
