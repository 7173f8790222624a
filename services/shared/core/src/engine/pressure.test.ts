// What gives way when memory runs short.
import { describe, expect, test } from 'vitest';
import { SIDES } from '../outcome.ts';
import { Pressure } from './pressure.ts';
import { Rig, START } from './testing/rig.ts';

const TWO = '{"n":2}';
/** Ten lone events of the size used here. */
const BUDGET = 10 * 92;
/** Both events of a pair of which each has come. */
const PAIR = 2 * (256 + 7);

function full(more = {}): Rig {
  return new Rig({ openBytes: BUDGET, ...more });
}

describe('the budget', () => {
  test('pauses the side that holds more at 80 %, and lets it go on at 60 %', () => {
    const pressure = new Pressure(1000);
    pressure.add('legacy', 500);
    pressure.add('candidate', 299);
    expect(pressure.isHigh).toBe(false);
    pressure.add('candidate', 1);
    pressure.pause();
    expect([pressure.isHigh, pressure.paused]).toEqual([true, 'legacy']);
    pressure.remove('legacy', 200);
    expect([pressure.isHigh, pressure.isTight, pressure.paused]).toEqual([false, true, 'legacy']);
    pressure.remove('legacy', 1);
    expect([pressure.isTight, pressure.paused]).toEqual([false, undefined]);
  });

  test('changes over once the other side holds more than twice as much', () => {
    const pressure = new Pressure(1000);
    pressure.add('legacy', 300);
    pressure.pause();
    pressure.add('candidate', 600);
    pressure.pause();
    expect(pressure.paused).toBe('legacy');
    pressure.add('candidate', 1);
    pressure.pause();
    expect(pressure.paused).toBe('candidate');
  });
});

describe('a join short of memory', () => {
  test('judges pairs without waiting for quiet, the oldest first and no more than it must', () => {
    const rig = full({ settleMs: 1_000_000, openBytes: (3 * PAIR + 2 * 92) / 0.8 });
    for (let i = 0; i < 3; i++) rig.write('legacy', `a-${i}`).write('candidate', `a-${i}`, TWO);
    expect(rig.tick().join.openPairs).toBe(3);
    for (let i = 3; i < 5; i++) rig.write('legacy', `a-${i}`);
    expect(rig.tick().join.paused).toBeUndefined();
    expect(['a-0', 'a-1', 'a-4'].map((id) => rig.shown(id))).toEqual(['mismatch', 'no row', 'no row']);
  });

  test('pauses one side and reads the other on', () => {
    const rig = full().prove('candidate');
    for (let i = 0; i < 8; i++) rig.append('candidate', `z-${i}`).write('legacy', `a-${i}`);
    rig.prove();
    expect(rig.join.paused).toBe('legacy');
  });

  test('gives up the oldest only, and no more than it must', () => {
    const rig = full().append('candidate', 'z').prove();
    for (let i = 0; i < 11; i++) rig.write('legacy', `a-${i}`);
    rig.tick();
    expect([rig.shown('a-0'), rig.shown('a-3'), rig.shown('a-4')]).toEqual([
      'inconclusive (budget)',
      'inconclusive (budget)',
      'no row',
    ]);
    expect(rig.ledger('legacy')).toEqual({ open: 7, undecided: 4 });
  });

  test('asks the store first: what is known there is not given up', () => {
    const rig = full().write('candidate', 'a-0').settle().restart(undefined, []).append('candidate', 'z');
    for (let i = 0; i < 11; i++) rig.write('legacy', `a-${i}`);
    rig.tick().settle();
    expect(rig.shown('a-0')).toBe('match');
  });

  test('revises what was given up when its partner comes', () => {
    const rig = full().append('candidate', 'z').prove();
    for (let i = 0; i < 11; i++) rig.write('legacy', `a-${i}`);
    rig.tick().append('candidate', 'a-0').settle();
    expect([rig.shown('a-0'), rig.shown('a-1')]).toEqual(['match', 'inconclusive (budget)']);
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, diverged: 7, undecided: 3 });
  });

  test('never calls missing what it gave up, nor does the next process', () => {
    const rig = full().append('candidate', 'z').prove();
    for (let i = 0; i < 11; i++) rig.write('legacy', `a-${i}`);
    const cut = rig.join.cut();
    rig.tick().restart(cut).settle();
    expect([rig.shown('a-0'), rig.shown('a-10')]).toEqual(['inconclusive (budget)', 'missing-candidate']);
    expect(rig.ledger('legacy')).toEqual({ diverged: 7, undecided: 4 });
  });

  test('moves what it gave up out of undecided after a restart, though the row has forgotten that it was there', () => {
    const rig = full().append('candidate', 'z').prove();
    for (let i = 0; i < 11; i++) rig.write('legacy', `a-${i}`);
    rig.tick();
    const cut = rig.join.cut();
    rig.append('candidate', 'a-0', TWO).settle();
    rig.land({ ...rig.rows.get('a-0')!, was: 'mismatch' });
    rig.restart(cut).settle();
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ diverged: 8, undecided: 3 }, { diverged: 2 }]);
  });

  test('does not keep a side paused for ever when the other has nothing more to bring', () => {
    const rig = full();
    for (let i = 0; i < 5; i++) rig.write('candidate', `z-${i}`);
    for (let i = 0; i < 4; i++) rig.write('legacy', `a-${i}`);
    expect(rig.tick().join.paused).toBe('candidate');
    rig.prove('legacy');
    expect([rig.shown('a-0'), rig.shown('a-1'), rig.shown('a-2')]).toEqual([
      'inconclusive (budget)',
      'inconclusive (budget)',
      'no row',
    ]);
    expect(rig.tick().tick().join.paused).toBeUndefined();
  });

  test('never pauses both sides, and reads everything to the end whatever comes', () => {
    const rig = full();
    for (let i = 0; i < 200; i++) {
      rig.append('legacy', `l-${i % 70}`, `{"n":${i % 7}}`).append('candidate', `l-${(i * 7) % 90}`, `{"n":${i % 5}}`);
    }
    for (let round = 0; round < 2000; round++) {
      for (const side of SIDES) {
        if (rig.join.paused === side) continue;
        const record = rig.log[side][rig.join.evidence[side].cursor];
        if (record !== undefined) rig.join.read(side, record, START + rig.now);
      }
      rig.pass(20).prove();
    }
    expect([rig.join.evidence.legacy.cursor, rig.join.evidence.candidate.cursor, rig.join.openPairs]).toEqual([
      200, 200, 0,
    ]);
    for (const side of SIDES) {
      expect(Object.values(rig.join.columns(side)).reduce((sum, events) => sum + events, 0)).toBe(200);
    }
  });
});
