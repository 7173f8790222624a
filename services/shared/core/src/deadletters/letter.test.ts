// A dead letter is the record itself, and says where it comes from.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DeadLetter, deadLetterRecord, readDeadLetter } from './letter.ts';

const bytes: fc.Arbitrary<Uint8Array | null> = fc.option(fc.uint8Array({ maxLength: 20 }));
const letter: fc.Arbitrary<DeadLetter> = fc.record({
  code: fc.constantFrom('no-id' as const, 'undecodable' as const),
  reason: fc.constantFrom('', 'malformed-json'),
  experiment: fc.constant('x'),
  run: fc.constantFrom('live', 'build-b'),
  output: fc.constant('default'),
  side: fc.constantFrom('legacy' as const, 'candidate' as const),
  topic: fc.constant('orders'),
  partition: fc.nat(),
  offset: fc.maxSafeNat(),
  timestamp: fc.maxSafeInteger(),
  build: fc.constant('0.1.0'),
  key: bytes,
  value: bytes,
  headers: fc.array(
    fc.tuple<[string, Uint8Array | null]>(
      fc.constantFrom('a', 'x-parallax-error-code', 'x-parallax-error-side', ''),
      bytes,
    ),
    { maxLength: 4 },
  ),
  omittedBytes: fc.constant(0),
});

function stored(letter: DeadLetter) {
  const { key, value, headers = [] } = deadLetterRecord(letter);
  return { key, value, headers, offset: 0, timestamp: 0 };
}

test('is read back to the byte, also when the record had been a dead letter before', () => {
  fc.assert(
    fc.property(letter, (one) => {
      expect(readDeadLetter(stored(one))).toEqual(one);
    }),
  );
});

test('a value the topic does not take is left out, and its size is told', () => {
  const [one] = fc.sample(letter, 1) as [DeadLetter];
  const written = { ...one, value: new Uint8Array(10), omittedBytes: 10 };
  expect(readDeadLetter(stored(written))).toEqual({ ...written, value: null });
});

test('another record is none', () => {
  const headers = [['x-parallax-error-code', new TextEncoder().encode('no-id')] as const];
  expect(readDeadLetter({ key: null, value: null, headers, offset: 0, timestamp: 0 })).toBeUndefined();
  expect(readDeadLetter({ key: null, value: null, headers: [], offset: 0, timestamp: 0 })).toBeUndefined();
});
