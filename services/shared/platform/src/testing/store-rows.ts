// Rows for tests of the store: valid ones, of which a test names only what it is about.
import type { DifferenceRow, LedgerRow, PairRow } from '@parallax/core';

const MORNING = Date.UTC(2026, 2, 1, 9);

export function pairRow(row: Partial<PairRow> = {}): PairRow {
  return {
    experiment: 'orders',
    run: 'live',
    output: 'price',
    id: 'order-1',
    type: '',
    outcome: 'match',
    reason: '',
    state: 'final',
    first_seen: MORNING,
    judged_at: MORNING + 2_000,
    was: '',
    legacy_time: MORNING,
    candidate_time: MORNING + 7,
    legacy_partition: 0,
    candidate_partition: 0,
    legacy_offsets: [1],
    candidate_offsets: [2],
    legacy_count: 1,
    candidate_count: 1,
    legacy_digest: '00112233445566778899aabbccddeeff',
    candidate_digest: '00112233445566778899aabbccddeeff',
    converged_ms: 7,
    signature: '',
    rules_version: 1,
    version: 1n,
    ...row,
  };
}

export function differenceRow(row: Partial<DifferenceRow> = {}): DifferenceRow {
  return {
    experiment: 'orders',
    run: 'live',
    output: 'price',
    id: 'order-1',
    version: 1n,
    position: 0,
    path: '/total',
    pattern: '/total',
    kind: 'changed',
    legacy: '1',
    candidate: '2',
    rule: '',
    severity: '',
    event: null,
    ...row,
  };
}

export function ledgerRow(row: Partial<LedgerRow> = {}): LedgerRow {
  return {
    experiment: 'orders',
    run: 'live',
    output: 'price',
    partition: 0,
    side: 'legacy',
    column: 'agreed',
    events: 1,
    as_of: MORNING,
    cut: 1,
    ...row,
  };
}
