// The places of an opened document that a pattern stands for: each once, those inside others and later elements first.
import { expect, test } from 'vitest';
import { Parser } from '../../json/parse.ts';
import { parsePattern } from '../pattern.ts';
import { placesOf } from './places.ts';
import { openTree, pointerTo } from './tree.ts';

function places(document: unknown, pattern: string): readonly string[] {
  const parser = new Parser();
  parser.parse(new TextEncoder().encode(JSON.stringify(document)), 100);
  const root = openTree(parser.tape, 0);
  const segments = parsePattern(pattern);
  if (root === undefined || segments === undefined) throw new Error('no document or no pattern');
  return placesOf({ root }, segments).map(({ names }) => pointerTo(names));
}

const DOCUMENT = { a: { a: { b: 1 }, b: [{ b: 2 }, 3] }, b: { c: 4 }, 0: [5, { 0: 6 }] };

test.each([
  ['', ['']],
  ['/a/b', ['/a/b']],
  ['/a/*', ['/a/b', '/a/a']],
  ['/a/b/1', ['/a/b/1']],
  ['/*/0', ['/0/0']],
  ['/**/b', ['/b', '/a/b/0/b', '/a/b', '/a/a/b']],
  ['/**/0', ['/a/b/0', '/0/1/0', '/0/0', '/0']],
  ['/a/**', ['/a/b/1', '/a/b/0/b', '/a/b/0', '/a/b', '/a/a/b', '/a/a', '/a']],
  ['/**/a/**/b', ['/a/b/0/b', '/a/b', '/a/a/b']],
  ['/**/*/c', ['/b/c']],
  ['/a/a/b/c', []],
  ['/none/**', []],
])('%s stands for %j', (pattern, expected) => {
  const found = places(DOCUMENT, pattern);
  expect([...found].sort()).toEqual([...expected].sort());
  // What lies inside a place comes before it.
  found.forEach((inner, at) => {
    for (const before of found.slice(0, at)) expect(inner.startsWith(`${before}/`)).toBe(false);
  });
});

test('later elements come before earlier ones', () => {
  expect(places([1, 2, [3, 4]], '/**')).toEqual(['/2/1', '/2/0', '/2', '/1', '/0', '']);
});
