import { expect, test } from 'vitest';
import type { FaultKind, FaultPlan } from './faults.ts';
import { findFaults, type Seen } from './findings.ts';

const plan = (kind: FaultKind): FaultPlan => ({
  seed: 1,
  faults: [{ kind, side: 'candidate', document: 'a.md', delayMs: kind === 'late' ? 1_500 : 0 }],
});

const seen = (row: ReturnType<Seen['row']>, candidateDuplicates = 0): Seen => ({
  row: (document) => (document === 'a.md' ? row : undefined),
  duplicates: { legacy: 0, candidate: candidateDuplicates },
  settleMs: 500,
});

const found = (kind: FaultKind, what: Seen) => findFaults(plan(kind), what).map((finding) => finding.found);

test('a late answer is found when its pair was judged although the sides came further apart than settle', () => {
  expect(found('late', seen({ outcome: 'mismatch', converged_ms: 1_530 }))).toEqual([true]);
  expect(found('late', seen({ outcome: 'mismatch', converged_ms: 30 }))).toEqual([false]);
  expect(found('late', seen({ outcome: 'missing-candidate', converged_ms: null }))).toEqual([false]);
  expect(found('late', seen(undefined))).toEqual([false]);
});

test('duplicates are found when the ledger counts exactly the planned ones', () => {
  const row = { outcome: 'match', converged_ms: 3 } as const;
  expect(found('duplicated', seen(row, 1))).toEqual([true]);
  expect(found('duplicated', seen(row, 0))).toEqual([false]);
  expect(found('duplicated', seen(row, 2))).toEqual([false]);
});

test('a missing answer is found when its pair is missing on that side', () => {
  expect(found('missing', seen({ outcome: 'missing-candidate', converged_ms: null }))).toEqual([true]);
  expect(found('missing', seen({ outcome: 'missing-legacy', converged_ms: null }))).toEqual([false]);
  expect(found('missing', seen(undefined))).toEqual([false]);
});
