// An id without end is inconclusive, counted, and fills nothing.
import { expect, test } from 'vitest';
import { MOST_EVENTS } from './hot-ids.ts';
import { Rig } from './testing/rig.ts';

/** `events` of one id on each side, no two alike. */
function hot(events: number, more = {}): Rig {
  const rig = new Rig(more);
  for (let i = 0; i < events; i++) rig.write('legacy', 'constant', `${i}`).write('candidate', 'constant', `${i}`);
  return rig;
}

test('as many events as are kept of one id are compared', () => {
  const rig = hot(MOST_EVENTS / 2).settle();
  expect(rig.shown('constant')).toBe('match');
});

test('with one more it is inconclusive, and every event is counted', () => {
  const rig = hot(MOST_EVENTS / 2 + 1).settle();
  expect(rig.shown('constant')).toBe('inconclusive (hot-id)');
  expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ undecided: 501 }, { undecided: 501 }]);
});

test('one side alone makes an id hot, and never a missing one', () => {
  const rig = new Rig();
  for (let i = 0; i < MOST_EVENTS + 50; i++) rig.write('legacy', 'constant', `${i}`);
  rig.settle();
  expect([rig.shown('constant'), rig.ledger('legacy')]).toEqual(['inconclusive (hot-id)', { undecided: 1050 }]);
});

test('what comes after it was judged grows nothing', () => {
  const rig = hot(MOST_EVENTS).settle();
  const rows = rig.written.length;
  for (let i = 0; i < 200; i++) rig.write('candidate', 'constant', `later ${i}`);
  rig.settle();
  expect([rig.written.length - rows, rig.join.openPairs, rig.join.openBytes]).toEqual([0, 0, 0]);
  expect(rig.ledger('candidate')).toEqual({ undecided: MOST_EVENTS + 200 });
});

test('large payloads of one id are too many before they fill the budget', () => {
  const rig = new Rig({ openBytes: 100_000 });
  for (let i = 0; i < 30; i++) rig.write('legacy', 'constant', `"${String(i).padEnd(2000, 'x')}"`);
  rig.tick();
  expect([rig.shown('constant'), rig.join.openBytes]).toEqual(['inconclusive (hot-id)', 0]);
});

test('a few large events are no hot id', () => {
  const rig = new Rig({ openBytes: 100_000 });
  for (const side of ['legacy', 'candidate'] as const) {
    for (let i = 0; i < 3; i++) rig.write(side, 'a', `"${String(i).padEnd(10_000, 'x')}"`);
  }
  expect(rig.settle().shown('a')).toBe('match');
});

test('the next process counts alike, with the row or without', () => {
  const rig = hot(MOST_EVENTS / 2 - 10);
  const cut = rig.join.cut();
  for (let i = 0; i < 100; i++) rig.write('legacy', 'constant', `more ${i}`);
  rig.settle();
  for (const recalled of [[...rig.rows.values()], []]) {
    rig.restart(cut, recalled).settle();
    expect(rig.shown('constant')).toBe('inconclusive (hot-id)');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ undecided: 590 }, { undecided: 490 }]);
  }
});
