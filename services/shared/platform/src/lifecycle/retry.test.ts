// Patience: what passes by itself is waited for, ever longer; the rest is told at once.
import { Fault } from '@parallax/core';
import { expect, test } from 'vitest';
import { retrying } from './retry.ts';

const down = () => new Fault('down', { code: 'down', retryable: true });

function patience(answers: readonly (Error | string)[]) {
  const stopping = new AbortController();
  const waits: number[] = [];
  const told: string[] = [];
  let calls = 0;
  const attempt = () =>
    retrying(
      async () => {
        const answer = answers[calls++];
        if (answer instanceof Error) throw answer;
        return answer;
      },
      {
        clock: { now: () => 0, sleep: async (ms) => void waits.push(ms) },
        stopping: stopping.signal,
        onFailure: (_, attempt, retryMs) => told.push(`${attempt}: again in ${retryMs}`),
        onBack: (attempts) => told.push(`back after ${attempts}`),
      },
    );
  return { attempt, stopping, waits, told, calls: () => calls };
}

test('what works at once is not told', async () => {
  const { attempt, told } = patience(['fine']);
  expect([await attempt(), told]).toEqual(['fine', []]);
});

test('what may pass is tried again, each time twice as long after, and its return is told', async () => {
  const { attempt, told } = patience([down(), down(), down(), 'fine']);
  expect(await attempt()).toBe('fine');
  expect(told).toEqual(['1: again in 100', '2: again in 200', '3: again in 400', 'back after 4']);
});

test('no wait is longer than ten seconds', async () => {
  const { attempt, waits } = patience([...Array.from({ length: 12 }, down), 'fine']);
  await attempt();
  expect(Math.max(...waits)).toBe(10_000);
});

test('with an end to patience, the failure after which it would be later is the last', async () => {
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  const quiet = { stopping: new AbortController().signal, onFailure: () => undefined, onBack: () => undefined };
  const attempt = retrying(() => Promise.reject(down()), { clock, ...quiet, patienceMs: 1_000 });
  await expect(attempt).rejects.toThrow('down');
  expect(now).toBe(100 + 200 + 400);
});

test('what does not pass is thrown at once', async () => {
  const { attempt, calls } = patience([new Fault('no', { code: 'no' }), 'fine']);
  await expect(attempt()).rejects.toThrow('no');
  expect(calls()).toBe(1);
});

test('once stopping, the next failure is the last', async () => {
  const { attempt, stopping, calls } = patience([down(), 'fine']);
  stopping.abort();
  await expect(attempt()).rejects.toThrow('down');
  expect(calls()).toBe(1);
});
