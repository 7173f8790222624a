// Any string of JavaScript survives the store's text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromStored, toStored } from './text.ts';

const unit = fc.constantFrom('\ufffd', '{', '}', 'd', '8', '0', 'f', '\ud800', '\udfff', '😀', 'a');
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(unit, { maxLength: 20 }).map((units) => units.join('')),
);

test('every string comes back, and what is stored is well-formed', () => {
  fc.assert(
    fc.property(text, (string) => {
      expect(toStored(string).isWellFormed()).toBe(true);
      expect(fromStored(toStored(string))).toBe(string);
    }),
    { numRuns: 2_000 },
  );
});

test('ordinary text is stored as it is', () => {
  for (const string of ['', 'order-1', '😀', 'a\ufffdb', '{d800}']) expect(toStored(string)).toBe(string);
});
