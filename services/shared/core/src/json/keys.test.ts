// Members are found by their names alone, whatever order they come in and whatever hashes their names have.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MemberFinder } from './keys.ts';
import { Parser } from './parse.ts';
import type { Tape } from './tape.ts';

function tapeOf(names: readonly string[]): Tape {
  const parser = new Parser();
  const text = `{${names.map((name, i) => `${JSON.stringify(name)}:${i}`).join()}}`;
  expect(parser.parse(new TextEncoder().encode(text), 10)).toBe('ok');
  return parser.tape;
}

function keysOf(tape: Tape): readonly number[] {
  return Array.from({ length: tape.size[0] as number }, (_, i) => 1 + 2 * i);
}

function expectFound(held: readonly string[], asked: readonly string[]): void {
  const [tape, other] = [tapeOf(held), tapeOf(asked)];
  const finder = new MemberFinder(tape, 0);
  const found = keysOf(other).map((key) => finder.find(other, key));
  expect(found).toEqual(asked.map((name) => (held.includes(name) ? 2 + 2 * held.indexOf(name) : -1)));
}

test('among few and many, in any order, and those that are not there', () => {
  const names = fc.uniqueArray(fc.oneof(fc.string({ maxLength: 3 }), fc.nat(200).map(String)), { maxLength: 120 });
  fc.assert(
    fc.property(names, names, (held, asked) => {
      expectFound(held, asked);
      expectFound(held, held.toReversed());
    }),
    { numRuns: 500 },
  );
});

test('where names were made to have one hash', () => {
  // Pairs that FNV-1a takes from one state to one state, put together in every way.
  let all: readonly string[] = [''];
  let state = 0x811c9dc5 | 0;
  const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
  while (all.length < 256) {
    const seen = new Map<number, string>();
    for (let i = 0; ; i++) {
      const mixed = Math.imul(i, 0x9e3779b1) >>> 0;
      const units = [mixed & 0x3fff, (mixed >>> 14) & 0x3fff, i & 0x3fff].map((unit) => 0x4e00 + unit);
      const hash = units.reduce(step, state);
      const block = String.fromCharCode(...units);
      const before = seen.get(hash);
      seen.set(hash, block);
      if (before === undefined) continue;
      all = all.flatMap((head) => [head + before, head + block]);
      state = hash;
      break;
    }
  }
  const tape = tapeOf(all);
  expect(new Set(keysOf(tape).map((key) => tape.hash[key])).size).toBe(1);
  expectFound(all, all.toReversed());
  expectFound(all.slice(0, 200), all.slice(100));
});
