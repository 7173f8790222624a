// A pair that differs and does not settle is shown before it is judged.
import { describe, expect, test } from 'vitest';
import type { JoinConfig } from './config.ts';
import { Rig, START } from './testing/rig.ts';

const ONE = '{"n":1}';
const TWO = '{"n":2}';
const THREE = '{"n":3}';

/** Both sides have answered; nobody asks for the logs' ends, so neither is ever quiet. */
function apart(legacy: string | null = ONE, candidate: string | null = TWO, more: Partial<JoinConfig> = {}): Rig {
  return new Rig(more).write('legacy', 'a', legacy).write('candidate', 'a', candidate);
}

describe('a pair that differs', () => {
  test('is shown once it has not settled for a deadline, and stays open', () => {
    const rig = apart().pass(999).tick();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).tick();
    expect(rig.shown('a')).toBe('? mismatch (unsettled)');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ open: 1 }, { open: 1 }]);
  });

  test('is shown with its signature, and its differences at the version of the row', () => {
    const rig = apart().pass(1000).tick();
    const [row] = rig.written;
    expect(rig.differences.map(({ version, path, kind }) => [version, path, kind])).toEqual([
      [row?.version, '/n', 'changed'],
    ]);
    rig.prove();
    const judged = rig.rows.get('a');
    expect([judged?.state, judged?.signature]).toEqual(['final', row?.signature]);
    expect(rig.differences.map(({ version }) => version)).toEqual([row?.version, judged?.version]);
  });

  test('is shown once, however long it lasts, also when one side becomes quiet meanwhile', () => {
    const rig = apart().pass(1000).tick();
    for (let i = 0; i < 10; i++) rig.pass(1000).prove('legacy');
    expect(rig.written.map(({ state }) => state)).toEqual(['provisional']);
  });

  test('is judged and nothing else where it settles in time', () => {
    const rig = apart().pass(100).prove().pass(5000).tick();
    expect(rig.written.map(({ state }) => state)).toEqual(['final']);
  });

  test('has a deadline from its last event, and is shown again with what came', () => {
    const rig = apart().pass(600).write('legacy', 'a', THREE).write('candidate', 'a', ONE).pass(999).tick();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).tick();
    rig.write('legacy', 'a', ONE).write('candidate', 'a', TWO).pass(1000).tick();
    expect(rig.written.map(({ legacy_offsets }) => legacy_offsets)).toEqual([
      [0, 1],
      [0, 1, 2],
    ]);
    expect(rig.rows.get('a')?.legacy_offsets).toEqual([0, 1, 2]);
  });

  test('is out of sight once judged, whatever it is judged, in whatever order the rows land', () => {
    const rig = apart(ONE, TWO, { pick: 'last' }).pass(1000).tick();
    rig.write('legacy', 'a', THREE).write('candidate', 'a', THREE).settle();
    expect(rig.written.map(({ outcome }) => outcome)).toEqual(['mismatch', 'match']);
    for (const row of rig.written) rig.land(row);
    expect(rig.shown('a')).toBe('match');
    expect(rig.ledger('legacy')).toEqual({ superseded: 1, agreed: 1 });
  });

  test('tells more than that the run ended before it was judged', () => {
    const rig = apart().pass(1000).tick();
    rig.join.showOpen('window-cut', START + rig.now);
    expect(rig.drain().shown('a')).toBe('? mismatch (unsettled)');
    for (const row of [...rig.written].reverse()) rig.land(row);
    expect(rig.shown('a')).toBe('? mismatch (unsettled)');
  });

  test('is shown again by the next process only after a deadline of its own, and counted once', () => {
    const rig = apart().pass(1000).tick().restart().read().tick();
    expect(rig.written.length).toBe(1);
    rig.pass(1000).tick();
    expect([rig.written.length, rig.written[1]?.version]).toEqual([2, rig.written[0]?.version]);
    rig.settle();
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['mismatch', { diverged: 1 }]);
  });
});

describe('not shown is a pair', () => {
  test.each<[string, string | null, string | null]>([
    ['that is the same', ONE, ONE],
    ['that is the same under the rules', '{"n":1,"seen":1}', '{"n":1,"seen":2}'],
    ['that cannot be compared', ONE, '{'],
  ])('%s', (_, legacy, candidate) => {
    expect(apart(legacy, candidate).pass(5000).tick().written).toEqual([]);
  });

  test('that lacks an event: what it will be is not known', () => {
    expect(apart().write('legacy', 'a', THREE).pass(5000).tick().written).toEqual([]);
  });

  test('of any number of events where their count does not matter, once it agrees', () => {
    const rig = apart(ONE, ONE, { pick: 'last', counts: 'ignore' });
    rig.write('legacy', 'a', TWO).write('candidate', 'a', THREE).write('candidate', 'a', TWO);
    expect(rig.pass(5000).tick().written).toEqual([]);
  });

  test('that was judged before: its row stays in sight until it is judged again', () => {
    const rig = apart().settle().write('legacy', 'a', THREE).write('candidate', 'a', ONE).pass(5000).tick();
    expect(rig.written.map(({ state }) => state)).toEqual(['final']);
  });
});
