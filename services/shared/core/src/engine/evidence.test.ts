import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SideEvidence } from './evidence.ts';

function create(cursor = 0): SideEvidence {
  return new SideEvidence(cursor, 'create');
}

describe('a side is covered', () => {
  test('only by samples whose end was reached, up to the time before asking', () => {
    const side = create();
    side.sample({ asked: 100, answered: 110, end: 5 });
    side.sample({ asked: 200, answered: 210, end: 8 });
    expect(side.covered).toBe(Number.NEGATIVE_INFINITY);
    side.advance(4);
    expect(side.covered).toBe(Number.NEGATIVE_INFINITY);
    side.advance(5);
    expect(side.covered).toBe(100);
    side.advance(8);
    expect(side.covered).toBe(200);
  });

  test('at once where everything was read before asking', () => {
    const side = create(5);
    side.sample({ asked: 100, answered: 110, end: 5 });
    expect(side.covered).toBe(100);
  });

  test('later by a repeated answer than by the first one', () => {
    const side = create();
    side.sample({ asked: 100, answered: 110, end: 5 });
    side.sample({ asked: 200, answered: 210, end: 5 });
    side.advance(5);
    expect(side.covered).toBe(200);
  });

  test('never beyond what is true, however many samples wait', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 5000, maxLength: 5200 }), fc.nat(6000), (writes, read) => {
        const side = create();
        const ends: number[] = [];
        let end = 0;
        writes.forEach((count, asked) => {
          end += count;
          ends.push(end);
          side.sample({ asked, answered: asked, end });
        });
        side.advance(read);
        const truth = ends.findLastIndex((one) => one <= read);
        expect(side.covered).toBeLessThanOrEqual(truth < 0 ? Number.NEGATIVE_INFINITY : truth);
        side.advance(end);
        expect(side.covered).toBe(writes.length - 1);
        expect(side.isCaughtUp).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('an event arrived', () => {
  test('when it was read, or when it was first answered that it was there', () => {
    const side = create();
    side.sample({ asked: 100, answered: 110, end: 5 });
    expect([side.arrived(0, 500), side.arrived(4, 500), side.arrived(5, 500)]).toEqual([110, 110, 500]);
  });

  test('never after now', () => {
    const side = create();
    side.sample({ asked: 100, answered: 110, end: 5 });
    expect(side.arrived(0, 105)).toBe(105);
  });

  test('a backlog falls due together: every event of it arrived with the first answer', () => {
    const side = create();
    side.sample({ asked: 0, answered: 10, end: 100 });
    const arrived = Array.from({ length: 100 }, (_, offset) => {
      const at = side.arrived(offset, 1000 + offset);
      side.advance(offset + 1);
      return at;
    });
    expect(new Set(arrived)).toEqual(new Set([10]));
  });
});

describe('log time', () => {
  test('is the last stamp where the broker stamps, and never falls', () => {
    const side = new SideEvidence(0, 'append');
    for (const stamp of [10, 30, 20]) side.observe(stamp);
    expect(side.logTime).toBe(30);
  });

  test('is a median where producers stamp: one wrong clock moves nothing', () => {
    const side = create();
    for (let i = 0; i < 256; i++) side.observe(i === 100 ? 1e15 : 1000 + i);
    expect(side.logTime).toBeLessThan(1256);
    expect(side.logTime).toBeGreaterThan(1000);
  });

  test('never falls when an hour of old records follows', () => {
    const side = create();
    for (let i = 0; i < 64; i++) side.observe(5000);
    const before = side.logTime;
    for (let i = 0; i < 512; i++) side.observe(10);
    expect(side.logTime).toBe(before);
  });
});

test('caught up is said only once the end was asked for and read', () => {
  const side = create();
  expect(side.isCaughtUp).toBe(false);
  side.sample({ asked: 1, answered: 2, end: 3 });
  expect(side.isCaughtUp).toBe(false);
  side.advance(3);
  expect(side.isCaughtUp).toBe(true);
});
