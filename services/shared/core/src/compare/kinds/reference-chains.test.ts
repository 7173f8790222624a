// References that point at things that hold references, further than can be followed.
import { expect, test } from 'vitest';
import { compareContents } from '../compare.ts';
import { compilePlan } from '../plan.ts';
import { STRICT } from '../testing/plans.ts';

const THINGS = 4_000;

test('a chain that is too long to be followed is given up once, and leaves work for the rest', () => {
  const plan = compilePlan({
    ...STRICT,
    rules: [
      { kind: 'reference', name: 'refs', path: '/things/*/ref', to: '/things/*/id' },
      { kind: 'ignore', name: 'ids', paths: ['/things/*/id'] },
      { kind: 'unordered', name: 'set', path: '/set' },
    ],
  });
  const content = (side: string, value: number) => {
    const things = Array.from({ length: THINGS }, (_, i) => ({
      id: `${side}${i}`,
      ...(i === THINGS - 1 ? {} : { ref: `${side}${i + 1}` }),
    }));
    const set = [{ a: [value] }, { a: [1] }];
    return [{ key: null, value: new TextEncoder().encode(JSON.stringify({ things, set })), headers: [] }];
  };
  expect(compareContents(content('a', 2), content('b', 2), plan)).toMatchObject({ kind: 'inconclusive' });
  const changed = compareContents(content('a', 2), content('b', 3), plan);
  const counting = 'differences' in changed ? changed.differences.filter(({ rule }) => rule === undefined) : [];
  expect([changed.kind, ...counting.map(({ path, kind }) => `${path} ${kind}`)]).toEqual([
    'mismatch',
    '/set/0 removed',
    '/set/0 added',
  ]);
});
