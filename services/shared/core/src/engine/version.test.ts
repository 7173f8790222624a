import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Pick, PlainVersions, rowVersion, type VersionEvidence } from './version.ts';

function version(more: Partial<VersionEvidence>): bigint {
  return rowVersion({ pick: 'sequence', legacy: [], candidate: [], epoch: 1, rank: 'judged', ...more });
}

const offsets = (minLength: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength, maxLength: 4 })
    .map((list) => list.sort((a, b) => a - b));
const evidence = fc
  .record({
    legacy: offsets(0),
    candidate: offsets(0),
    epoch: fc.integer({ min: 0, max: 3 }),
    rank: fc.constantFrom('provisional', 'unsettled', 'inconclusive', 'judged'),
  })
  .filter(({ legacy, candidate }) => legacy.length + candidate.length > 0);
const pick = fc.constantFrom<Pick>('sequence', 'set', 'last', 'first');

describe('rows of one identity are ordered: the first outranks the second', () => {
  test.each<[string, Partial<VersionEvidence>, Partial<VersionEvidence>]>([
    ['both sides before one alone', { legacy: [9], candidate: [9] }, { legacy: [1] }],
    [
      'both sides inconclusive before one alone judged',
      { legacy: [9], candidate: [9], rank: 'inconclusive' },
      { legacy: [1] },
    ],
    ['a lower first legacy offset', { legacy: [4], candidate: [9] }, { legacy: [5], candidate: [1] }],
    ['a lower first candidate offset', { legacy: [4], candidate: [8] }, { legacy: [4], candidate: [9] }],
    [
      'for last: a higher last offset',
      { pick: 'last', legacy: [4, 7], candidate: [1] },
      { pick: 'last', legacy: [4, 6], candidate: [1] },
    ],
    ['more events', { legacy: [4, 90], candidate: [9] }, { legacy: [4], candidate: [9] }],
    ['a later rule set', { legacy: [4], epoch: 2 }, { legacy: [4], epoch: 1 }],
    [
      'judged before inconclusive',
      { legacy: [4], candidate: [5] },
      { legacy: [4], candidate: [5], rank: 'inconclusive' },
    ],
    [
      'known to differ before only open',
      { legacy: [4], candidate: [5], rank: 'unsettled' },
      { legacy: [4], candidate: [5], rank: 'provisional' },
    ],
    [
      'one alone before a pair known to differ, not settled',
      { legacy: [4] },
      { legacy: [4], candidate: [5], rank: 'unsettled' },
    ],
    ['one alone before a provisional pair', { legacy: [4] }, { legacy: [4], candidate: [5], rank: 'provisional' }],
    [
      'for last: an earlier judged event before later provisional ones',
      { pick: 'last', legacy: [39] },
      { pick: 'last', legacy: [54, 55], rank: 'provisional' },
    ],
    ['given up alone before the other side alone', { candidate: [60], rank: 'inconclusive' }, { legacy: [47] }],
    ['given up alone before judged on the same event', { legacy: [47], rank: 'inconclusive' }, { legacy: [47] }],
  ])('%s', (_, higher, lower) => {
    expect(version(higher)).toBeGreaterThan(version(lower));
  });

  test('equal evidence is an equal version, different evidence a different one', () => {
    fc.assert(
      fc.property(pick, evidence, evidence, (picked, one, two) => {
        const same = JSON.stringify(one) === JSON.stringify(two);
        expect(rowVersion({ ...one, pick: picked }) === rowVersion({ ...two, pick: picked })).toBe(same);
      }),
      { numRuns: 2000 },
    );
  });

  test('a row that knows more of the same complete pair displaces one that knows less', () => {
    fc.assert(
      fc.property(
        pick,
        offsets(1),
        offsets(1),
        fc.boolean(),
        fc.integer({ min: 0, max: 1000 }),
        (picked, l, c, onLegacy, more) => {
          const grown = [...new Set([...(onLegacy ? l : c), more])].sort((a, b) => a - b);
          fc.pre(grown.length > (onLegacy ? l : c).length);
          const before = version({ pick: picked, legacy: l, candidate: c });
          const after = version({ pick: picked, legacy: onLegacy ? grown : l, candidate: onLegacy ? c : grown });
          expect(after).toBeGreaterThan(before);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('no row of one side alone displaces a judged pair, whatever its rule set', () => {
    fc.assert(
      fc.property(pick, offsets(1), offsets(1), evidence, (picked, l, c, other) => {
        fc.pre(other.legacy.length === 0 || other.candidate.length === 0);
        expect(version({ pick: picked, legacy: l, candidate: c, epoch: 0 })).toBeGreaterThan(
          rowVersion({ ...other, pick: picked }),
        );
      }),
    );
  });

  test('every version fits the 256 bits of its column', () => {
    const highest = version({ legacy: [0], candidate: [0], epoch: 2 ** 32 - 1 });
    const many = Array.from({ length: 3 }, (_, i) => Number.MAX_SAFE_INTEGER - 3 + i);
    expect(highest).toBeLessThan(2n ** 256n);
    expect(version({ pick: 'last', legacy: many, candidate: many })).toBeLessThan(2n ** 256n);
  });
});

test('the short way for one event a side gives the same version', () => {
  const offset = fc.nat(Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(
      offset,
      offset,
      fc.nat(2 ** 32),
      fc.constantFrom<Pick>('sequence', 'set', 'last', 'first'),
      (legacy, candidate, epoch, pick) => {
        fc.pre(pick !== 'last' || (legacy < Number.MAX_SAFE_INTEGER && candidate < Number.MAX_SAFE_INTEGER));
        expect(new PlainVersions(pick, epoch).of(legacy, candidate)).toBe(
          rowVersion({ pick, legacy: [legacy], candidate: [candidate], epoch, rank: 'judged' }),
        );
      },
    ),
  );
});
