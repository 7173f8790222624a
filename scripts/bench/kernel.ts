// Nanoseconds a pair of small documents takes: the walk, the full comparison, and for scale JSON.parse of both.
// The best of several rounds, side by side: machines are noisy.
import { type ComparePlan, compareContents, compilePlan, type RuleSpec } from '@parallax/core';

const ROUNDS = 15;
const CALLS = 20_000;

const order = {
  orderNo: 'A-123456',
  customer: { id: 77_123, name: 'Juergen', email: 'a@b.example' },
  items: [
    { sku: 'X-1', qty: 2, price: 19.99 },
    { sku: 'X-2', qty: 1, price: 5 },
    { sku: 'Y-9', qty: 12, price: 0.5 },
  ],
  currency: 'EUR',
  total: 50.98,
  processedAt: '2026-01-02T03:04:05.678Z',
  node: 'pod-7',
  notes: 'some free text that is a little longer than the others',
  flags: [true, false, null],
  address: { street: 'Main 1', city: 'Berlin', zip: '10115' },
};
const later = { ...order, processedAt: '2026-01-02T03:04:06.1Z', node: 'pod-8' };
const VARIANTS = {
  'equal bytes': order,
  'ignored members differ': later,
  'and in another order': Object.fromEntries(Object.entries(later).reverse()),
  'two members differ': { ...later, total: 50.99, currency: 'USD' },
};
const RULES: readonly RuleSpec[] = [{ kind: 'ignore', name: 'volatile', paths: ['/processedAt', '/node'] }];

function plan(rules: readonly RuleSpec[]): ComparePlan {
  return compilePlan({
    output: 'bench',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'sequence',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 100, payloadBytes: 1 << 26, depth: 10_000 },
  });
}

const encode = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const cases = new Map<string, () => unknown>();
for (const [name, variant] of Object.entries(VARIANTS)) {
  const [one, other] = [encode(order), encode(variant)];
  const compiled = plan(RULES);
  const pair = [[{ key: null, value: one, headers: [] }], [{ key: null, value: other, headers: [] }]] as const;
  cases.set(name, () => compareContents(pair[0], pair[1], compiled));
  if (name === 'and in another order') {
    cases.set('JSON.parse of both', () => [JSON.parse(one.toString()), JSON.parse(other.toString())]);
  }
}

const best = new Map<string, number>();
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, call] of cases) {
    const began = performance.now();
    for (let i = 0; i < CALLS; i++) call();
    const nanoseconds = ((performance.now() - began) * 1e6) / CALLS;
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, nanoseconds));
  }
}
const scale = best.get('JSON.parse of both') ?? Number.NaN;
process.stdout.write(`${encode(order).length} bytes a document\n`);
for (const [name, nanoseconds] of best) {
  process.stdout.write(
    `${name.padEnd(24)} ${nanoseconds.toFixed(0).padStart(7)} ns  ${(nanoseconds / scale).toFixed(2)} x JSON.parse of both\n`,
  );
}
