// Leaving a group whose brokers hang: nobody who was told to stop waits for them.
import type Broker from 'kafkajs/src/broker/index.js';
import { expect, test, vi } from 'vitest';
import type { Brokers } from '../brokers.ts';
import { Coordinator } from './coordinator.ts';
import { leave } from './leave.ts';

/** What is left of the ten seconds in which supervisors expect an end, after five for what is under way. */
const LEFT_MS = 4_500;

test.each([
  ['with the coordinator known', false],
  ['while a join waits there, by connections of its own', true],
])('brokers that accept and never answer hold nobody up, %s', async (_, isBlocked) => {
  vi.useFakeTimers();
  try {
    const never = new Promise<never>(() => undefined);
    let closed = 0;
    const hanging = () =>
      ({
        any: async (): Promise<Broker> => never,
        coordinator: async (): Promise<Broker> => never,
        drop: () => undefined,
        close: () => {
          closed++;
        },
      }) as Pick<Brokers, 'any' | 'coordinator' | 'drop' | 'close'> as Brokers;
    const brokers = hanging();
    const coordinator = new Coordinator(brokers, 'g');
    let isLeft = false;
    void leave({ group: 'g', memberId: 'm', brokers, coordinator, isBlocked, connect: hanging }).then(() => {
      isLeft = true;
    });
    await vi.advanceTimersByTimeAsync(LEFT_MS);
    expect([isLeft, closed]).toEqual([true, isBlocked ? 2 : 1]);
  } finally {
    vi.useRealTimers();
  }
});
