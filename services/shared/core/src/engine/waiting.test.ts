import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newPair, type Pair } from './pair.ts';
import { WaitingHeap, WaitingQueue } from './waiting.ts';

function drain(queue: WaitingQueue | WaitingHeap, key: number): string[] {
  const ids: string[] = [];
  for (let pair = queue.take(key); pair !== undefined; pair = queue.take(key)) ids.push(pair.id);
  return ids;
}

describe.each([
  ['the queue by arrival', () => new WaitingQueue()],
  ['the heap by timestamp', () => new WaitingHeap()],
])('%s', (_, create) => {
  test('hands out a pair once its time has passed, and not before', () => {
    const queue = create();
    queue.push(newPair('a'), 10);
    queue.push(newPair('b'), 20);
    expect([drain(queue, 9), drain(queue, 10), drain(queue, 100), drain(queue, 100)]).toEqual([[], ['a'], ['b'], []]);
  });

  test('an entry is void once its pair changed, closed, or waits for something else', () => {
    const queue = create();
    const [changed, closed, asking, live] = ['changed', 'closed', 'asking', 'live'].map(newPair) as [
      Pair,
      Pair,
      Pair,
      Pair,
    ];
    for (const pair of [changed, closed, asking, live]) queue.push(pair, 1);
    changed.token++;
    closed.stage = 'closed';
    asking.stage = 'asking';
    expect(drain(queue, 1)).toEqual(['live']);
  });

  test('a hundred thousand quickly matched pairs do not pile up, and none that waits is lost', () => {
    const queue = create();
    const waiting: string[] = [];
    for (let i = 0; i < 100_000; i++) {
      const pair = newPair(`${i}`);
      queue.push(pair, i);
      if (i % 1000 === 0) waiting.push(pair.id);
      else pair.stage = 'closed';
    }
    expect(drain(queue, Number.POSITIVE_INFINITY)).toEqual(waiting);
  });
});

test('the heap hands out in the order of keys, however they came', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 60 }),
      fc.integer({ min: -60, max: 60 }),
      (keys, limit) => {
        const heap = new WaitingHeap();
        for (const key of keys) heap.push(newPair(`${key}`), key);
        const expected = keys.filter((key) => key <= limit).sort((a, b) => a - b);
        expect(drain(heap, limit).map(Number)).toEqual(expected);
      },
    ),
  );
});

test('the queue keeps an entry out of order behind those before it, and loses none', () => {
  const queue = new WaitingQueue();
  for (const key of [10, 5, 20]) queue.push(newPair(`${key}`), key);
  expect([drain(queue, 5), drain(queue, 10), drain(queue, 20)]).toEqual([[], ['10', '5'], ['20']]);
});
