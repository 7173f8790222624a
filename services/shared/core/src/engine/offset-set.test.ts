import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeOffsets, encodeOffsets, OffsetSet } from './offset-set.ts';

function setOf(offsets: Iterable<number>): OffsetSet {
  const set = new OffsetSet();
  for (const offset of offsets) set.add(offset);
  return set;
}

// Around the borders of words and pages, and where 32 bits end.
const offset = fc.oneof(
  fc.nat(200),
  fc.integer({ min: 32_700, max: 32_800 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 + 40 }),
  fc.maxSafeNat().map((value) => Math.min(value, Number.MAX_SAFE_INTEGER - 1)),
);

describe('an offset set', () => {
  test('holds exactly what was added and not deleted', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), offset)), (steps) => {
        const set = new OffsetSet();
        const model = new Set<number>();
        for (const [adds, one] of steps) {
          expect(adds ? set.add(one) : set.delete(one)).toBe(adds ? !model.has(one) : model.has(one));
          if (adds) model.add(one);
          else model.delete(one);
        }
        const sorted = [...model].sort((a, b) => a - b);
        expect([...set]).toEqual(sorted);
        expect(set.size).toBe(model.size);
        expect(set.min()).toBe(sorted[0]);
        expect(sorted.every((one) => set.has(one))).toBe(true);
        for (const [, from] of steps) expect(set.firstFrom(from)).toBe(sorted.find((one) => one >= from));
      }),
    );
  });

  test('adds a run as it adds each of its offsets', () => {
    const run = fc.tuple(fc.oneof(fc.nat(200), fc.integer({ min: 32_700, max: 32_800 })), fc.nat(300));
    fc.assert(
      fc.property(fc.array(run), (runs) => {
        const set = new OffsetSet();
        for (const [first, length] of runs) set.addRun(first, length);
        const each = setOf(runs.flatMap(([first, length]) => Array.from({ length }, (_, i) => first + i)));
        expect([...set]).toEqual([...each]);
        expect(set.size).toBe(each.size);
      }),
    );
  });

  test('is not made of bytes that claim more offsets than memory holds', () => {
    const claim = (length: number) => {
      const bytes: number[] = [0];
      for (let rest = length; ; rest = Math.floor(rest / 128)) {
        bytes.push(rest < 128 ? rest : (rest % 128) | 0x80);
        if (rest < 128) return Uint8Array.from(bytes);
      }
    };
    expect(decodeOffsets(claim(2 ** 50))).toBeUndefined();
    expect(decodeOffsets(claim(1_000_000))?.size).toBe(1_000_000);
  });

  test('is the same after encoding and decoding', () => {
    fc.assert(
      fc.property(fc.array(offset), (offsets) => {
        const set = setOf(offsets);
        expect([...(decodeOffsets(encodeOffsets(set)) ?? [])]).toEqual([...set]);
      }),
    );
  });

  test.each([
    [
      'neighbours across a word and a page are one run',
      [31, 32, 33, 32_767, 32_768],
      [
        [31, 3],
        [32_767, 2],
      ],
    ],
    [
      'offset 0 begins a run',
      [0, 1, 3],
      [
        [0, 2],
        [3, 1],
      ],
    ],
    [
      'a huge gap costs nothing',
      [5, 2 ** 52],
      [
        [5, 1],
        [2 ** 52, 1],
      ],
    ],
    ['nothing is no run', [], []],
  ])('%s', (_, offsets, runs) => {
    const set = setOf(offsets);
    expect([...set.runs()]).toEqual(runs);
    expect(encodeOffsets(set).length).toBeLessThanOrEqual(runs.length * 16);
  });

  test('a hundred thousand neighbours are a few bytes', () => {
    expect(encodeOffsets(setOf(Array.from({ length: 100_000 }, (_, i) => i + 7))).length).toBeLessThan(8);
  });

  test('a copy and its original do not share changes', () => {
    const set = setOf([1, 2, 40_000]);
    const copy = set.copy();
    set.delete(2);
    copy.add(3);
    copy.delete(40_000);
    expect([[...set], [...copy]]).toEqual([
      [1, 40_000],
      [1, 2, 3],
    ]);
    expect([set.size, copy.size]).toEqual([2, 3]);
  });
});

describe('bytes that no set encodes to are refused', () => {
  test.each([
    ['cut off within a number', [0x80]],
    ['a run without its length', [0x05]],
    ['a run of no offsets', [0x05, 0x00]],
    ['two runs that touch', [0x05, 0x01, 0x00, 0x01]],
    ['an offset beyond what is exact', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0x01]],
  ])('%s', (_, bytes) => {
    expect(decodeOffsets(Uint8Array.from(bytes))).toBeUndefined();
  });

  test('an offset at or beyond the end', () => {
    const bytes = encodeOffsets(setOf([9]));
    expect(decodeOffsets(bytes, 9)).toBeUndefined();
    expect([...(decodeOffsets(bytes, 10) ?? [])]).toEqual([9]);
  });

  test('whatever the bytes, the answer is a set they encode or undefined', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const set = decodeOffsets(bytes, 100_000);
        if (set !== undefined) expect([...(decodeOffsets(encodeOffsets(set)) ?? [])]).toEqual([...set]);
      }),
    );
  });
});
