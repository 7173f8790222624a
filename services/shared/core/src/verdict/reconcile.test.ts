// Rows may be ahead of the ledger, never behind it.
import { expect, test } from 'vitest';
import { noLedger, reconcile } from './reconcile.ts';

function ledger(legacy: object, candidate: object) {
  const empty = noLedger();
  return { legacy: { ...empty.legacy, ...legacy }, candidate: { ...empty.candidate, ...candidate } };
}

test('what is read is the sum of all columns', () => {
  const both = ledger({ agreed: 5, diverged: 1, late: 2 }, { agreed: 5, duplicate: 1 });
  expect(reconcile(both, { legacy: 6, candidate: 5 })).toEqual({
    balances: true,
    consumed: { legacy: 8, candidate: 6 },
    unheld: 0,
    says: 'Balances: 14 events read, each in one column.',
  });
});

test('a row that the ledger counts and nobody holds is a loss', () => {
  const lost = reconcile(ledger({ agreed: 5 }, { agreed: 5 }), { legacy: 5, candidate: 4 });
  expect(lost).toMatchObject({ balances: false, says: 'The ledger counts 1 judged event that no row holds.' });
});

test('rows ahead of the last checkpoint are no loss', () => {
  expect(reconcile(ledger({ agreed: 5 }, {}), { legacy: 8, candidate: 0 }).says).toContain('3 events ahead');
  expect(reconcile(noLedger(), { legacy: 0, candidate: 0 })).toMatchObject({ balances: true });
});

test('earlier events of a pair of which the last counts are in its row and in a column of their own', () => {
  const last = ledger({ agreed: 5, superseded: 2 }, { agreed: 5 });
  expect(reconcile(last, { legacy: 7, candidate: 5 }).says).toBe('Balances: 12 events read, each in one column.');
});
