// Remembered closed pairs behave like a list of objects, whatever is kept, forgotten and evicted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digestContent, digestWords, spread } from './digest.ts';
import { isCounted, type Tombstone } from './pair.ts';
import { type ClosedSide, Tombstones } from './tombstones.ts';

/** Two of ours, one with a sign in every word, and what only a foreign row can hold. */
const digest = fc.constantFrom('0123456789abcdef'.repeat(2), 'f0'.repeat(16), 'aa');
const closed = fc.record({ offset: fc.nat(1e6), digest, counted: fc.boolean() });
const time = fc.option(fc.nat(1e9), { nil: null });
const tombstone: fc.Arbitrary<Tombstone> = fc.record({
  id: fc.integer({ min: 0, max: 150 }).map((n) => `id-${n}`),
  type: fc.constantFrom('', 'order'),
  outcome: fc.constantFrom('match', 'mismatch', 'inconclusive'),
  reason: fc.constantFrom('', '', '', 'budget'),
  was: fc.constantFrom('', '', '', 'match'),
  legacy: fc.array(closed, { maxLength: 2 }),
  candidate: fc.array(closed, { maxLength: 2 }),
  legacyTime: time,
  candidateTime: time,
  emitted: fc.nat(100),
});

/** The same, said plainly. */
class Plain {
  readonly #limit: number;
  #kept: Tombstone[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  all(): readonly Tombstone[] {
    return this.#kept;
  }

  forget(id: string): void {
    this.#kept = this.#kept.filter((one) => one.id !== id);
  }

  keep(one: Tombstone, acknowledged: number): void {
    this.forget(one.id);
    this.#kept.push(one);
    this.#evict(acknowledged);
  }

  keepAgreed(one: Tombstone, acknowledged: number): void {
    this.#evict(acknowledged);
    this.#kept.push(one);
  }

  #evict(acknowledged: number): void {
    if (this.#kept.length <= this.#limit * 1.0625) return;
    for (let left = this.#kept.length; left > 0 && this.#kept.length > this.#limit; left--) {
      const oldest = this.#kept[0] as Tombstone;
      if (oldest.emitted > acknowledged) return;
      this.#kept.shift();
      if (!isCounted(oldest)) this.#kept.push(oldest);
    }
  }
}

/** Keeps it as a pair that agreed, and returns what is to be found then. */
function keepAgreed(real: Tombstones, { id, type, emitted }: Tombstone, acknowledged: number): Tombstone {
  const entry = real.keepAgreed(id, spread(id), type, 'match', emitted, acknowledged);
  const side = (which: ClosedSide, offset: number) => {
    const value = new TextEncoder().encode(`${id} at ${offset}`);
    const content = { key: null, value, headers: [] };
    which.put(entry, offset, offset);
    which.digests.put(entry, digestWords(content));
    return [{ offset, digest: digestContent(content), counted: true }];
  };
  const legacy = side(real.legacy, emitted);
  const candidate = side(real.candidate, emitted + 1);
  const times = { legacyTime: emitted, candidateTime: emitted + 1 };
  return { id, type, outcome: 'match', reason: '', was: '', legacy, candidate, ...times, emitted };
}

test('what is kept is found as it was, the oldest acknowledged go first, and what is not counted stays', () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.tuple(fc.constant('keep' as const), tombstone, fc.nat(120)) },
    { weight: 5, arbitrary: fc.tuple(fc.constant('agreed' as const), tombstone, fc.nat(120)) },
    { weight: 1, arbitrary: fc.tuple(fc.constant('forget' as const), tombstone, fc.nat(120)) },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.array(step, { maxLength: 300 }), (limit, steps) => {
      const real = new Tombstones(limit);
      const plain = new Plain(limit);
      for (const [what, one, acknowledged] of steps) {
        if (what === 'forget') {
          real.forget(one.id);
          plain.forget(one.id);
        } else if (what === 'agreed') {
          // Only of an id that is not remembered.
          if (real.find(one.id) !== undefined) continue;
          plain.keepAgreed(keepAgreed(real, one, acknowledged), acknowledged);
        } else {
          real.keep(one, acknowledged);
          plain.keep(one, acknowledged);
        }
        expect(real.size).toBe(plain.all().length);
      }
      for (const one of plain.all()) expect(real.find(one.id)).toEqual(one);
    }),
    { numRuns: 300 },
  );
});

test('more than fits the first room are found again, in every order', () => {
  const real = new Tombstones(10_000);
  const one = (n: number): Tombstone => ({
    id: `order-${n}`,
    type: '',
    outcome: 'match',
    reason: '',
    was: '',
    legacy: [{ offset: n, digest: `${n}`, counted: true }],
    candidate: [],
    legacyTime: n,
    candidateTime: null,
    emitted: n,
  });
  for (let n = 0; n < 5_000; n++) real.keep(one(n), 0);
  for (let n = 0; n < 5_000; n += 7) real.forget(`order-${n}`);
  for (let n = 0; n < 5_000; n++) expect(real.find(`order-${n}`)).toEqual(n % 7 === 0 ? undefined : one(n));
});

test('what is judged again and again takes no more room than what is remembered', () => {
  const real = new Tombstones(100_000);
  const one = (id: string, n: number): Tombstone => ({
    id,
    type: '',
    outcome: 'match',
    reason: '',
    was: '',
    legacy: [{ offset: n, digest: '0'.repeat(32), counted: true }],
    candidate: [],
    legacyTime: n,
    candidateTime: null,
    emitted: n,
  });
  for (let n = 0; n < 100; n++) real.keep(one(`order-${n}`, n), n);
  for (let n = 100; n < 20_000; n++) real.keep(one(`order-${n % 40}`, n), n);
  expect(real.size).toBe(100);
  expect(real.room).toBeLessThan(1_000);
  for (let n = 40; n < 100; n++) expect(real.find(`order-${n}`)).toEqual(one(`order-${n}`, n));
  for (let n = 19_960; n < 20_000; n++) expect(real.find(`order-${n % 40}`)).toEqual(one(`order-${n % 40}`, n));
});
