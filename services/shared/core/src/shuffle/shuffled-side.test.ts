// What is told of one partition of a shuffled topic: events, repeats, progress, and how far the source has come.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogRecord, NewRecord } from '../ports/log.ts';
import { type Progress, progressRecord, shuffledRecord } from './shuffled-record.ts';
import { ShuffledSide } from './shuffled-side.ts';

const at = (offset: number, { key, value, headers = [], timestamp = 0 }: NewRecord): LogRecord => {
  return { offset, key, value, headers, timestamp };
};
const blank = { offset: 0, timestamp: 0, key: null, value: null, headers: [] };
const event = (partition: number, offset: number) => at(0, shuffledRecord(blank, { topic: 's', partition, offset }, 0));
const progress = (said: Progress) => at(0, progressRecord('s', said, 0));
const opened = (next?: readonly number[]) => new ShuffledSide('s', 't', 2, next);

/** One life of a shuffler: from a committed offset on, in order, for as long as it lasts, now and then told. */
interface Life {
  readonly from: number;
  readonly to: number;
}

describe('repeats', () => {
  test('any lives that go over each other, their records in any order between them, give each event once, in order', () => {
    const schedule = fc.record({
      lives: fc.array(fc.record({ back: fc.nat(8), length: fc.integer({ min: 1, max: 20 }) }), { minLength: 1 }),
      picks: fc.infiniteStream(fc.nat(1000)),
    });
    fc.assert(
      fc.property(schedule, ({ lives, picks }) => {
        const side = opened();
        const seen: number[] = [];
        const running: { life: Life; next: number }[] = [];
        // Durable below: a life begins at a committed offset, which is never beyond it.
        let durable = 0;
        const write = (of: { life: Life; next: number }) => {
          const taken = side.take(event(0, of.next));
          if (taken.kind === 'event') seen.push(taken.offset);
          durable = Math.max(durable, ++of.next);
        };
        const step = () => {
          const live = running.filter(({ life, next }) => next < life.to);
          const picked = live[(picks.next().value ?? 0) % Math.max(1, live.length)];
          if (picked !== undefined) write(picked);
          return live.length > 0;
        };
        for (const { back, length } of lives) {
          const from = Math.max(0, durable - back);
          running.push({ life: { from, to: from + length }, next: from });
          for (let i = (picks.next().value ?? 0) % 12; i > 0; i--) step();
        }
        while (step());
        expect(seen).toEqual(Array.from({ length: durable }, (_, i) => i));
      }),
    );
  });

  test('what another process knew of at its last cut is a repeat to the next', () => {
    const side = opened();
    side.take(event(1, 7));
    expect(opened(side.next).take(event(1, 7))).toEqual({ kind: 'repeat' });
    expect(opened(side.next).take(event(1, 8))).toMatchObject({ kind: 'event' });
    expect(opened(side.next).take(event(0, 7))).toMatchObject({ kind: 'event' });
  });
});

describe('how far the source has come', () => {
  const sample = (asked: number, ...ends: number[]) => ({ asked, answered: asked, ends });

  test('is as far as the slowest of its partitions', () => {
    const side = opened();
    side.sample(sample(1, 5, 9));
    side.sample(sample(2, 6, 9));
    side.take(progress({ next: { '1': 9 } }));
    expect(side.reached()).toBeUndefined();
    side.take(progress({ next: { '0': 5 } }));
    expect(side.reached()).toMatchObject({ asked: 1 });
    expect([side.waitsSince, side.behind]).toEqual([2, 1]);
    side.take(progress({ next: { '0': 6 } }));
    expect(side.reached()).toMatchObject({ asked: 2 });
    expect(side.waitsSince).toBeUndefined();
  });

  test('never goes back, whoever tells it late', () => {
    const side = opened();
    side.take(progress({ next: { '0': 9, '1': 3 } }));
    side.take(progress({ next: { '0': 4 } }));
    expect(side.next).toEqual([9, 3]);
  });

  test('a shuffler that is down for long leaves a bounded number of questions, and the newest among them', () => {
    const side = opened();
    for (let asked = 0; asked < 10_000; asked++) side.sample(sample(asked, 1, 1));
    side.take(progress({ next: { '0': 1, '1': 1 } }));
    expect(side.reached()).toMatchObject({ asked: 9_999 });
  });
});

describe('what was lost before it was shuffled', () => {
  test('is counted once, though it is told again, and by another who knows of more', () => {
    const side = opened([10, 0]);
    const lost = (to: number) => progress({ next: { '0': to }, lost: { '0': [10, to] }, struck: { '0': 'expired' } });
    expect(side.take(lost(15))).toMatchObject({ lost: 5, isStruck: true });
    expect(side.take(lost(15))).toMatchObject({ lost: 0 });
    expect(side.take(lost(18))).toMatchObject({ lost: 3 });
  });

  test('what had come after all is not', () => {
    const side = opened();
    side.take(event(0, 11));
    expect(side.take(progress({ next: { '0': 15 }, lost: { '0': [10, 15] } }))).toMatchObject({ lost: 3 });
  });

  test('where the source was first read is told', () => {
    expect(opened().take(progress({ next: { '0': 4 }, first: { '0': 4 } }))).toMatchObject({ isHeadLost: true });
    expect(opened().take(progress({ next: { '0': 4 } }))).toMatchObject({ isHeadLost: false });
  });
});

test.each([
  ['without headers', []],
  ['with a header of a name alone', [['x-parallax-shuffle-source', null]]],
  [
    'with another header behind',
    [
      ['x-parallax-shuffle-source', Buffer.from('s/0/1')],
      ['x', null],
    ],
  ],
  ['with a place that is none', [['x-parallax-shuffle-source', Buffer.from('s/0/x')]]],
  ['that tells no progress', [['x-parallax-shuffle-progress', Buffer.from('s')]]],
] as const)('a record %s is refused, with what to do', (_, headers) => {
  expect(() => opened().take({ ...blank, headers })).toThrow(
    expect.objectContaining({ code: 'not-shuffled', cure: expect.stringContaining('Nobody else may write to t') }),
  );
});

test('a record of another source is refused: the experiment has changed its topic', () => {
  const other = at(0, shuffledRecord(blank, { topic: 'before/0', partition: 0, offset: 1 }, 0));
  expect(() => opened().take(other)).toThrow(expect.objectContaining({ code: 'shuffle-source' }));
});
