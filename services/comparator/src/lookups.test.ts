// Questions to the store: few ids of many joins make one, and few questions are asked where each has few.
import type { PairRow } from '@parallax/core';
import { NO_CRASH_POINTS } from '@parallax/platform';
import { expect, test } from 'vitest';
import { type Asking, Lookups } from './lookups.ts';

interface Answer {
  readonly ids: readonly string[];
  readonly rows: readonly string[];
}

function scene(known: readonly string[] = []) {
  let at = 0;
  const asked: { output: string; ids: readonly string[] }[] = [];
  const state = { costsMs: 0 };
  const lookups = new Lookups({
    store: {
      lookup: async ({ output }, ids) => {
        asked.push({ output, ids });
        at += state.costsMs;
        return known.filter((id) => ids.includes(id)).map((id) => ({ id }) as PairRow);
      },
    },
    now: () => at,
    crash: NO_CRASH_POINTS,
    patiently: (work) => work(),
  });
  const wait = (ms: number) => {
    at += ms;
  };
  return { lookups, asked, state, wait };
}

function joinOf(output: string, waiting: string[]): { join: Asking; answers: Answer[] } {
  const answers: Answer[] = [];
  const join: Asking = {
    config: { experiment: 'e', run: 'live', output },
    takeLookups: (limit: number) => waiting.splice(0, limit),
    answer: (ids: readonly string[], rows: readonly PairRow[]) => answers.push({ ids, rows: rows.map(({ id }) => id) }),
  };
  return { join, answers };
}

const always = () => true;

test('joins of an output are asked for together, and each gets the rows of its own ids', async () => {
  const { lookups, asked } = scene(['b', 'c', 'x']);
  const [one, two, none, other] = [
    joinOf('o', ['a', 'b']),
    joinOf('o', ['c', 'b']),
    joinOf('o', []),
    joinOf('p', ['x']),
  ];
  await lookups.answer([one.join, two.join, none.join, other.join], always);
  expect(asked).toEqual([
    { output: 'o', ids: ['a', 'b', 'c', 'b'] },
    { output: 'p', ids: ['x'] },
  ]);
  expect(one.answers).toEqual([{ ids: ['a', 'b'], rows: ['b'] }]);
  expect(two.answers).toEqual([{ ids: ['c', 'b'], rows: ['c', 'b'] }]);
  expect(none.answers).toEqual([]);
  expect(other.answers).toEqual([{ ids: ['x'], rows: ['x'] }]);
});

test('what is the last to do is asked for at once', async () => {
  const { lookups, asked, state } = scene();
  const waiting = ['a'];
  const { join } = joinOf('o', waiting);
  state.costsMs = 10;
  await lookups.answer([join], always);
  waiting.push('b');
  await lookups.answer([join], always, false);
  expect(asked.length).toBe(1);
  await lookups.answer([join], always, true);
  expect(asked.length).toBe(2);
});

test('after a question of few ids nothing is asked for nineteen times as long, and never longer than a second', async () => {
  const { lookups, asked, state, wait } = scene();
  const waiting: string[] = [];
  const { join } = joinOf('o', waiting);
  const ask = async () => {
    waiting.push('a');
    await lookups.answer([join], always);
    return asked.length;
  };
  state.costsMs = 10;
  expect(await ask()).toBe(1);
  wait(189);
  expect(await ask()).toBe(1);
  wait(1);
  state.costsMs = 60_000;
  expect(await ask()).toBe(2);
  wait(999);
  expect(await ask()).toBe(2);
  wait(1);
  expect(await ask()).toBe(3);
});

test('many ids are asked for without a rest, and all of them', async () => {
  const { lookups, asked, state } = scene();
  state.costsMs = 100;
  const ids = Array.from({ length: 30_000 }, (_, n) => String(n));
  const joins = Array.from({ length: 10 }, (_, n) => joinOf('o', ids.slice(n * 3_000, (n + 1) * 3_000)));
  await lookups.answer(
    joins.map(({ join }) => join),
    always,
  );
  expect(asked.flatMap((question) => question.ids).toSorted()).toEqual(ids.toSorted());
  const more = joinOf('o', ['late']);
  await lookups.answer([more.join], always);
  expect(asked.at(-1)?.ids).toEqual(['late']);
});

test('while rows pile up no further question is asked', async () => {
  const { lookups, asked } = scene();
  const { join } = joinOf(
    'o',
    Array.from({ length: 5_000 }, (_, n) => String(n)),
  );
  await lookups.answer([join], () => false);
  expect(asked.map(({ ids }) => ids.length)).toEqual([2_000]);
});
