// When a consumer that stands still is given up, and when it is not.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Cursor } from './cursor.ts';
import { watch } from './watchdog.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function watched(isCutOff = false) {
  const cursor = new Cursor({ topic: 't', partition: 0, offset: 5 }, false);
  const state = { cursors: [cursor], isCutOff };
  const told: (Cursor | undefined)[] = [];
  const dog = watch(
    () => state,
    10_000,
    (which) => told.push(which),
  );
  return { cursor, state, told, dog };
}

test('a partition that has made no progress for so long is named, once', () => {
  const { cursor, told } = watched();
  vi.advanceTimersByTime(10_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(told).toEqual([cursor]);
});

test('progress, a pause and the loss of the partition each begin the wait anew', () => {
  const { cursor, state, told } = watched();
  const almost = () => vi.advanceTimersByTime(9_000);
  almost();
  cursor.progress++;
  almost();
  cursor.isPaused = true;
  almost();
  cursor.isPaused = false;
  almost();
  state.cursors = [];
  almost();
  state.cursors = [cursor];
  almost();
  expect(told).toEqual([]);
});

test('brokers that leave the group without an answer for so long are told of', () => {
  const { state, told } = watched(true);
  state.cursors = [];
  vi.advanceTimersByTime(20_000);
  expect(told).toEqual([undefined]);
});

test('time that passed while the process was stopped does not count: it wakes to one tick', () => {
  const { told, cursor } = watched();
  vi.advanceTimersByTime(2_000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(1_000);
  cursor.progress++;
  expect(told).toEqual([]);
});
