// Reports read well, and nothing in the data can break them.
import { expect, test } from 'vitest';
import type { PairRow } from '../rows.ts';
import { describePair } from './describe-pair.ts';
import { describeSignature } from './describe-signature.ts';
import { describeVerdict, summariseVerdict } from './describe-verdict.ts';
import { judgeCounts, noCounts, type OutcomeCounts, STRICT } from './judge.ts';
import { noLedger, reconcile } from './reconcile.ts';
import type { VerdictReport } from './report.ts';

function report(counts: Partial<OutcomeCounts>, more: Partial<VerdictReport> = {}): VerdictReport {
  const outcomes = { ...noCounts(), ...counts };
  const ledger = noLedger();
  return {
    ...judgeCounts(outcomes),
    experiment: 'orders',
    run: 'live',
    thresholds: STRICT,
    outcomes,
    provisional: 0,
    outputs: [{ output: 'price', outcomes }],
    ledger,
    balance: reconcile(ledger, { legacy: 0, candidate: 0 }),
    asOf: null,
    halted: null,
    outages: { ended: 0, lasting: 0 },
    ...more,
  };
}

test('a verdict begins with its word and claims no more than the bound', () => {
  const text = describeVerdict(report({ match: 1_200 })).join('\n');
  expect(text).toMatch(/^PARITY {2}orders, run live\n/);
  expect(text).toContain('Zero divergences in 1,200 decided pairs only bounds their rate near 0.25 % (3/n).');
  expect(text).not.toMatch(/\n\n\n|\n$/);
});

test('outputs are told apart where there are several, and outages are told', () => {
  const outputs = ['price', 'invoice'].map((output) => ({ output, outcomes: { ...noCounts(), match: 1 } }));
  const text = describeVerdict(report({ match: 2 }, { outputs, outages: { ended: 2, lasting: 1 } })).join('\n');
  expect(text).toMatch(/outputs +agreed +accepted +diverged +undecided\n {2}price +1 +0 +0 +0\n/);
  expect(text).toContain('Outages: 1 lasting, 2 ended.');
});

test('one line is enough to follow a run', () => {
  expect(summariseVerdict(report({ match: 1, mismatch: 1 }))).toBe('DIVERGING, parity 50 %: 1 agreed, 1 diverged');
  expect(summariseVerdict(report({}))).toBe('NO DATA: nothing judged yet');
});

test('values are cut, a missing one is named, control characters cannot move the cursor', () => {
  const lines = describeSignature(
    {
      output: 'price',
      signature: 'v1:a',
      outcome: 'mismatch',
      pairs: 2,
      share: 0.5,
      firstSeen: 'A',
      lastSeen: 'B',
      kinds: ['removed'],
      patterns: ['/a', '/b', '/c', '/d', '/e'],
      example: {
        id: 'evil\u001b[2J\nid',
        differences: [{ path: '', kind: 'removed', legacy: `"${'x'.repeat(200)}"`, candidate: null, rule: '' }],
      },
    },
    1,
  );
  expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  expect(lines.join('\n')).toContain('removed at /a, /b, /c, /d and 1 more places');
  expect(lines.at(-1)).toMatch(/\(the whole\) {2}removed {2}legacy "x+… {2}candidate \(nothing\)$/);
});

test('a pair that waits says why, and a side without events says so', () => {
  const pair: PairRow = {
    experiment: 'orders',
    run: 'live',
    output: 'price',
    id: 'a',
    type: '',
    outcome: 'inconclusive',
    reason: 'window-cut',
    state: 'provisional',
    first_seen: 0,
    judged_at: 0,
    was: '',
    legacy_time: 0,
    candidate_time: null,
    legacy_partition: 3,
    candidate_partition: null,
    legacy_offsets: [5],
    candidate_offsets: [],
    legacy_count: 1,
    candidate_count: 0,
    legacy_digest: 'abc',
    candidate_digest: '',
    converged_ms: null,
    signature: '',
    rules_version: 0,
    version: 1n,
  };
  const text = describePair({ pair, differences: [] }).join('\n');
  expect(text).toContain('Reason: window-cut, the run ended before absence could be proven.');
  expect(text).toContain('it is still open');
  const cutOff = describePair({ pair: { ...pair, reason: 'truncated' }, differences: [] }).join('\n');
  expect(cutOff).toContain('Reason: truncated, a payload ends before its schema does');
  expect(text).toMatch(/candidate {2}no event\n/);

  const by = { rule: 'cents', severity: 'minor' } as const;
  const difference = { path: '/t', kind: 'changed', legacy: '1', candidate: '2', ...by } as const;
  const rules = ['cents', 'other'].map((name) => ({ kind: 'tolerance', name, path: '/t', absolute: 1 }) as const);
  const mismatch = { pair: { ...pair, outcome: 'mismatch' as const }, differences: [difference] };
  const ruled = describePair(mismatch, rules).join('\n');
  expect(ruled).toMatch(/excused by rule cents, minor\n.*The rules:.*numbers at \/t the same.*\(cents\)/s);
  expect(ruled).not.toContain('other');
  const equivalent = { pair: { ...pair, outcome: 'equivalent' as const }, differences: [] };
  expect(describePair(equivalent).join('\n')).toContain('is not stored of pairs that agree');
});
