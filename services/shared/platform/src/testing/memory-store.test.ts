// The in-memory store passes the suite of the real one, and its faults behave as they are named.
import { isRetryable } from '@parallax/core';
import { expect, test } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { describeStore } from './store-conformance.ts';
import { differenceRow, pairRow } from './store-rows.ts';
import { memorySubject } from './store-subject.ts';

describeStore('in memory', { sql: false }, async () => memorySubject(memoryStore()));

const batch = { pairs: [pairRow({ outcome: 'mismatch' })], differences: [differenceRow()] };

test('a held write waits and may come after newer ones, which it does not replace', async () => {
  const store = memoryStore({ fate: (_, count) => (count === 0 ? 'hold' : 'apply') });
  const stale = store.write(batch);
  expect(store.pairs()).toEqual([]);
  await store.write({ pairs: [pairRow({ version: 2n })] });
  store.held[0]?.apply();
  await stale;
  expect(store.held).toEqual([]);
  expect(store.pairs()).toEqual([pairRow({ version: 2n })]);
});

test('a held write can be refused', async () => {
  const store = memoryStore({ fate: () => 'hold' });
  const refused = store.write(batch);
  store.held[0]?.refuse();
  expect(await refused.catch(isRetryable)).toBe(true);
  expect(store.pairs()).toEqual([]);
});

test('a torn write leaves differences that nobody sees until the pair is there', async () => {
  const store = memoryStore({ fate: (_, count) => (count === 0 ? 'tear' : 'apply') });
  expect(await store.write(batch).catch(isRetryable)).toBe(true);
  expect(store.differences()).toEqual([]);
  await store.write(batch);
  expect(store.differences()).toEqual(batch.differences);
});

test('a lost answer is a failure of a write that happened', async () => {
  const store = memoryStore({ fate: () => 'lose-answer' });
  expect(await store.write(batch).catch(isRetryable)).toBe(true);
  expect(store.pairs()).toEqual(batch.pairs);
});
