// The verdict never says more than the counts allow.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatPercentage, judgeCounts, noCounts, OUTCOMES, type OutcomeCounts, verdictExitCode } from './judge.ts';

const counts = (some: Partial<OutcomeCounts>): OutcomeCounts => ({ ...noCounts(), ...some });

describe('verdict', () => {
  test('nothing judged is NO DATA', () => {
    expect(judgeCounts(noCounts())).toMatchObject({ verdict: 'NO DATA', parity: null, zeroBound: null });
  });

  test('zero divergences in n only bound the rate near 3/n', () => {
    expect(judgeCounts(counts({ match: 1_000, equivalent: 500 }))).toMatchObject({
      verdict: 'PARITY',
      parity: 1,
      zeroBound: 0.002,
    });
    expect(judgeCounts(counts({ match: 1 })).zeroBound).toBe(1);
  });

  test('without criteria one divergence is enough', () => {
    expect(judgeCounts(counts({ match: 999_999, mismatch: 1 }))).toMatchObject({
      verdict: 'DIVERGING',
      zeroBound: null,
    });
    expect(judgeCounts(counts({ match: 9, 'missing-candidate': 1 })).reasons[0]).toBe(
      '1 pair of 10 decided pairs diverges: parity 90 %, required is 100 %.',
    );
  });

  test('a criterion is met exactly at its edge', () => {
    const thresholds = { parity: 0.999, undecided: 0.01 };
    expect(judgeCounts(counts({ match: 998, known: 1, mismatch: 1 }), thresholds).verdict).toBe('PARITY');
    expect(judgeCounts(counts({ match: 997, known: 1, mismatch: 2 }), thresholds).verdict).toBe('DIVERGING');
    expect(judgeCounts(counts({ match: 99, inconclusive: 1 }), thresholds).verdict).toBe('PARITY');
    expect(judgeCounts(counts({ match: 98, inconclusive: 2 }), thresholds).verdict).toBe('INCONCLUSIVE');
  });

  test('a divergence that undecided pairs could outweigh is not yet one too many', () => {
    const thresholds = { parity: 0.9, undecided: 0.5 };
    expect(judgeCounts(counts({ match: 8, mismatch: 1, inconclusive: 4 }), thresholds).verdict).toBe('INCONCLUSIVE');
    expect(judgeCounts(counts({ match: 8, mismatch: 3, inconclusive: 4 }), thresholds).verdict).toBe('DIVERGING');
  });

  test('a doubt forbids PARITY but hides no divergence', () => {
    expect(judgeCounts(counts({ match: 10 }), undefined, ['Output b is silent.'])).toMatchObject({
      verdict: 'INCONCLUSIVE',
      reasons: ['Output b is silent.'],
    });
    expect(judgeCounts(counts({ match: 10, mismatch: 1 }), undefined, ['x']).verdict).toBe('DIVERGING');
  });

  test('only PARITY leaves by 0', () => {
    expect((['PARITY', 'DIVERGING', 'INCONCLUSIVE', 'NO DATA'] as const).map(verdictExitCode)).toEqual([0, 1, 2, 2]);
  });

  test('PARITY always means: something decided, criterion met, few undecided, no doubt', () => {
    const some = fc.record(Object.fromEntries(OUTCOMES.map((outcome) => [outcome, fc.nat(30)])));
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(some, share, share, (drawn, parity, undecided) => {
        const verdict = judgeCounts(counts(drawn), { parity, undecided });
        expect(verdict.agreed + verdict.accepted + verdict.diverged + verdict.undecided).toBe(verdict.pairs);
        if (verdict.verdict !== 'PARITY') return;
        expect(verdict.parity).toBeGreaterThanOrEqual(parity);
        expect(verdict.undecidedShare).toBeLessThanOrEqual(undecided);
      }),
    );
  });
});

describe('a share in print', () => {
  test.each([
    [1, 'down', '100 %'],
    [0.999, 'down', '99.9 %'],
    [0.99999999, 'down', '99.99 %'],
    [0.000000007, 'down', '0.0000007 %'],
    [2 / 3, 'down', '66.66 %'],
    [0.0001234, 'up', '0.02 %'],
    [0.07, 'up', '7 %'],
    [0, 'up', '0 %'],
    [1e-15, 'down', '> 0 %'],
    [8 / 240, 'nearest', '3.33 %'],
    [2 / 3, 'nearest', '66.67 %'],
    [0.99996, 'nearest', '99.996 %'],
    [0.00001, 'nearest', '0.001 %'],
    [1 - 1e-15, 'nearest', '< 100 %'],
    [1, 'nearest', '100 %'],
    [0, 'nearest', '0 %'],
  ] as const)('%d rounded %s is %s', (share, round, text) => {
    expect(formatPercentage(share, round)).toBe(text);
  });
});
