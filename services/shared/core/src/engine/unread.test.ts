// Unread events are remembered exactly while they are few, the newest of them when they are many, and move when retried.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRecord } from '../ports/log.ts';
import { CLOSED_COLUMNS } from './ledger.ts';
import { OffsetSet } from './offset-set.ts';
import { reopenUnread } from './retry.ts';
import { Rig } from './testing/rig.ts';
import { UnreadOffsets } from './unread.ts';

const offsetsOf = (unread: UnreadOffsets) =>
  [...unread.from(0)].flatMap(([first, length]) => Array.from({ length }, (_, i) => first + i));

test('is a set, whatever is added and taken away, and survives being written', () => {
  const step = fc.tuple(fc.boolean(), fc.nat({ max: 30 }));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const unread = new UnreadOffsets();
      const expected = new Set<number>();
      for (const [isAdded, offset] of steps) {
        if (isAdded) {
          unread.add(offset);
          expected.add(offset);
        } else expect(unread.delete(offset)).toBe(expected.delete(offset));
        expect([unread.size, unread.has(offset)]).toEqual([expected.size, isAdded]);
      }
      const sorted = [...expected].sort((a, b) => a - b);
      expect(offsetsOf(unread)).toEqual(sorted);
      const read = UnreadOffsets.decode(unread.encode(), 31);
      expect(read === undefined ? undefined : offsetsOf(read)).toEqual(sorted);
      expect(offsetsOf(unread.copy())).toEqual(sorted);
    }),
  );
});

test('numbers that nobody wrote are refused', () => {
  for (const written of [[0, 1], [0, 1, 0], [0, 5, 6], [0, 1, 1, 0, 1], [0, 1.5, 1], [-1]])
    expect(UnreadOffsets.decode(written, 10)).toBeUndefined();
});

test('of many runs the oldest are forgotten, and it is known below which offset', () => {
  const unread = new UnreadOffsets();
  for (let i = 0; i < 100_000; i++) unread.add(i * 2);
  expect(unread.encode().length).toBeLessThan(10_000);
  expect(unread.forgottenBelow).toBeGreaterThan(0);
  expect(unread.has(199_998)).toBe(true);
  expect(offsetsOf(unread)[0]).toBe(unread.forgottenBelow);
  unread.add(0);
  expect(unread.has(0)).toBe(false);
  const one = new UnreadOffsets();
  for (let i = 0; i < 100_000; i++) one.add(i);
  expect([one.size, one.encode()]).toEqual([100_000, [0, 0, 100_000]]);
});

test('a retry moves events from their column to open, and their sum stays', () => {
  const unread = { 'no-id': new UnreadOffsets([2, 3]), undecodable: new UnreadOffsets([6, 1]) };
  const counts = CLOSED_COLUMNS.map((column) => ({ 'no-id': 3, undecodable: 2, agreed: 4 })[column as string] ?? 0);
  const open = new OffsetSet();
  open.add(9);
  const cut = {
    position: 10,
    open,
    givenUp: new OffsetSet(),
    unread,
    counts,
    start: { headLost: false, firstTime: undefined },
    outage: undefined,
  };
  const of = (columns: readonly ('no-id' | 'undecodable')[], from: number) => {
    const { cut: after, events, left } = reopenUnread(cut, { columns, from });
    const closed = after.counts.reduce((sum, count) => sum + count, 0);
    expect(closed + after.open.size).toBe(9 + 1);
    return [[...after.open], events, left];
  };
  expect(of(['no-id'], 0)).toEqual([[2, 3, 4, 9], 3, 0]);
  expect(of(['no-id', 'undecodable'], 4)).toEqual([[4, 6, 9], 2, 3]);
  // One undecodable event is counted that nobody remembers.
  expect(of(['undecodable'], 0)).toEqual([[6, 9], 1, 1]);
  expect([cut.open.size, unread['no-id'].size]).toEqual([1, 3]);
});

describe('an event that is read again after a later one of its id', () => {
  /** Legacy's event at 0 gets an id once 'a' has been judged, and is opened again. */
  const reread = (pick: 'sequence' | 'last', value: string) => {
    const rig = new Rig({ pick }).write('legacy', null, value).write('legacy', 'a').write('candidate', 'a').settle();
    const { legacy, candidate } = rig.join.cut();
    const [first] = rig.log.legacy;
    rig.log.legacy[0] = { ...(first as LogRecord), headers: rig.log.legacy[1]?.headers ?? [] };
    const { cut } = reopenUnread(legacy, { columns: ['no-id'], from: 0 });
    return rig.restart({ legacy: cut, candidate }).settle();
  };

  test.each(['sequence', 'last'] as const)('and has the same bytes is counted as a repeat (%s)', (pick) => {
    const rig = reread(pick, '{"n":1}');
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['match', { agreed: 1, duplicate: 1 }]);
  });

  test('and differs is judged with it', () => {
    const rig = reread('sequence', '{"n":2}');
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['mismatch', { diverged: 2 }]);
  });

  test('and differs is superseded by it, where the last counts', () => {
    const rig = reread('last', '{"n":2}');
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['mismatch', { diverged: 1, superseded: 1 }]);
  });
});
