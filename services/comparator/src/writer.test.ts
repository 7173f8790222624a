// Rows wait for the store in bounded memory: reading pauses while too much waits, by rows or by bytes.
import type { Emissions, GatheredRows } from '@parallax/core';
import { differenceRow, pairRow } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { type Emitting, RowWriter } from './writer.ts';

function joinThatEmits(emissions: Partial<Emissions>): Emitting & { acknowledgedUpTo: number } {
  let left: Partial<Emissions> | undefined = emissions;
  return {
    acknowledgedUpTo: 0,
    emitted: emissions.pairs?.length ?? 0,
    drain() {
      const drained = { pairs: [], differences: [], outages: [], ...left };
      left = undefined;
      return drained;
    },
    acknowledged(upTo) {
      this.acknowledgedUpTo = upTo;
    },
  };
}

/** A writer whose store answers when it is told to. */
function slowWriter(bytesPerRow: number) {
  const open: (() => void)[] = [];
  const gather = (): GatheredRows => {
    let pairs = 0;
    let differences = 0;
    return {
      add(batch) {
        pairs += batch.pairs?.length ?? 0;
        differences += batch.differences?.length ?? 0;
      },
      get pairs() {
        return pairs;
      },
      get differences() {
        return differences;
      },
      get bytes() {
        return (pairs + differences) * bytesPerRow;
      },
      write: () => new Promise((resolve) => open.push(resolve)),
    };
  };
  const writer = new RowWriter({ gather, write: (rows) => rows.write(), onOutage: () => {}, onRows: () => {} });
  return { writer, answer: () => open.shift()?.() };
}

const pairs = (count: number) => Array.from({ length: count }, () => pairRow());

test('reading pauses while too many pairs wait, those on their way included, and goes on once they are written', async () => {
  const { writer, answer } = slowWriter(1);
  writer.collect([joinThatEmits({ pairs: pairs(100_000) })]);
  expect([writer.isFull, writer.isPausing]).toEqual([true, false]);
  const written = writer.flush();
  const later = joinThatEmits({ pairs: pairs(100_000) });
  writer.collect([later]);
  expect(writer.isPausing).toBe(true);
  await Promise.resolve();
  answer();
  await written;
  expect(writer.isPausing).toBe(true);
  const rest = writer.flush();
  await Promise.resolve();
  answer();
  await rest;
  expect([writer.isPausing, later.acknowledgedUpTo]).toEqual([false, 100_000]);
});

test('few pairs with many large differences are as much', () => {
  const { writer } = slowWriter(1_048_576);
  writer.collect([joinThatEmits({ pairs: pairs(1), differences: Array.from({ length: 40 }, () => differenceRow()) })]);
  expect([writer.isFull, writer.isPausing]).toEqual([true, false]);
  writer.collect([joinThatEmits({ pairs: pairs(1), differences: Array.from({ length: 60 }, () => differenceRow()) })]);
  expect(writer.isPausing).toBe(true);
});

test('nothing that was not written is acknowledged, and an empty flush waits for the one before', async () => {
  const { writer, answer } = slowWriter(1);
  const join = joinThatEmits({ pairs: pairs(3) });
  writer.collect([join]);
  void writer.flush();
  const same = writer.flush();
  await Promise.resolve();
  expect(join.acknowledgedUpTo).toBe(0);
  answer();
  await same;
  expect(join.acknowledgedUpTo).toBe(3);
});
