// The median is what sorting would put in the middle.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { medianOf } from './median.ts';

test('of any numbers, many of them equal, it is the one in the middle', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(5), fc.integer()), { minLength: 1, maxLength: 300 }), (numbers) => {
      const sorted = Float64Array.from(numbers).sort();
      expect(medianOf(Float64Array.from(numbers), numbers.length)).toBe(sorted[numbers.length >>> 1]);
    }),
  );
});
