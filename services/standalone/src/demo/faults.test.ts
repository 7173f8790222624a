import fc from 'fast-check';
import { expect, test } from 'vitest';
import { faultPlan, faultsOf } from './faults.ts';

const WINDOW = { settleMs: 500, deadlineMs: 5_000 };
const documents = Array.from({ length: 120 }, (_, index) => `package-${index}/README.md`);

test('the same seed and documents give the same plan, another seed another one', () => {
  const plan = faultPlan({ seed: 7, documents, ...WINDOW });
  expect(faultPlan({ seed: 7, documents, ...WINDOW })).toEqual(plan);
  expect(faultPlan({ seed: 8, documents, ...WINDOW })).not.toEqual(plan);
});

test('every kind is planned for the candidate, and one duplicate for legacy', () => {
  const { faults } = faultPlan({ seed: 7, documents, ...WINDOW });
  const kinds = (side: string) => faults.filter((fault) => fault.side === side).map((fault) => fault.kind);
  expect(kinds('candidate').sort()).toEqual([
    'duplicated',
    'duplicated',
    'duplicated',
    'late',
    'late',
    'late',
    'missing',
    'missing',
  ]);
  expect(kinds('legacy')).toEqual(['duplicated']);
});

test('no document has two faults, and whatever the seed every fault can be told by its window', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
      const fed = documents.slice(0, count);
      const { faults } = faultPlan({ seed, documents: fed, ...WINDOW });
      expect(new Set(faults.map((fault) => fault.document)).size).toBe(faults.length);
      for (const fault of faults) {
        const place = fed.indexOf(fault.document);
        expect(place).toBeGreaterThanOrEqual(0);
        if (fault.kind === 'missing') expect(place).toBeLessThan(Math.ceil(count / 3));
        if (fault.kind === 'late') {
          expect(fault.delayMs).toBeGreaterThan(WINDOW.settleMs);
          expect(fault.delayMs).toBeLessThan(WINDOW.deadlineMs);
        }
      }
    }),
  );
});

test('a side gets its own faults only', () => {
  const plan = faultPlan({ seed: 7, documents, ...WINDOW });
  const total = faultsOf(plan, 'legacy').size + faultsOf(plan, 'candidate').size;
  expect(total).toBe(plan.faults.length);
  for (const [document, fault] of faultsOf(plan, 'legacy'))
    expect([fault.document, fault.side]).toEqual([document, 'legacy']);
});
