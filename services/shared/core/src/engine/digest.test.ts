import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestBytes, digestContent, spread } from './digest.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// The four 32-bit words in order, as mmh3 5 gives them (which is tested against the reference implementation).
describe('the digest is MurmurHash3 x86_128', () => {
  test.each([
    ['', '00000000000000000000000000000000'],
    ['a', 'a794933c5556b01b5556b01b5556b01b'],
    ['ab', '158451df25be301025be301025be3010'],
    ['hello', '2b2444a0db91def79adb31b69adb31b6'],
    ['hello, world', '8b21605cb9b98a1e93273a83eb5957c7'],
    ['0123456789abcde', '3c76c46d4d0818c0add433daa78673fa'],
    ['0123456789abcdef', 'fb7d440936aed30a48ad1d9b572b3bfd'],
    ['0123456789abcdefg', '7f1f9836516b3876ac29c030f9d6f374'],
    ['The quick brown fox jumps over the lazy dog', '2f1583c3ecee2c675d7bf66ce5e91d2c'],
    ['{"total":49.19,"currency":"€"}', 'aed3fbcb86f582422b2d5c05834e7fd9'],
  ])('of %j', (text, digest) => {
    expect(digestBytes(bytes(text))).toBe(digest);
  });

  test('of every length, cut from a larger buffer or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(16), (content, before) => {
        const padded = new Uint8Array(content.length + before);
        padded.set(content, before);
        expect(digestBytes(padded.subarray(before))).toBe(digestBytes(content));
      }),
    );
  });
});

describe('what is compared decides the digest', () => {
  const empty = { key: null, headers: [] };
  test('a null value is not an empty one', () => {
    expect(digestContent({ ...empty, value: null })).not.toBe(digestContent({ ...empty, value: bytes('') }));
  });

  test('a value alone has the digest of its bytes', () => {
    expect(digestContent({ ...empty, value: bytes('x') })).toBe(digestBytes(bytes('x')));
  });

  test('key and headers count, and their parts do not run together', () => {
    const digests = [
      digestContent({ key: bytes('k'), value: bytes('v'), headers: [] }),
      digestContent({ key: bytes('v'), value: bytes('k'), headers: [] }),
      digestContent({ key: null, value: bytes('v'), headers: [['k', bytes('x')]] }),
      digestContent({ key: null, value: bytes('v'), headers: [['k', null]] }),
      digestContent({ key: null, value: bytes('v'), headers: [['k', bytes('')]] }),
      digestContent({
        key: null,
        value: bytes('v'),
        headers: [
          ['a', bytes('x')],
          ['b', bytes('y')],
        ],
      }),
      digestContent({
        key: null,
        value: bytes('v'),
        headers: [
          ['b', bytes('y')],
          ['a', bytes('x')],
        ],
      }),
    ];
    expect(new Set(digests).size).toBe(digests.length);
  });
});

test('ids are spread evenly, the same everywhere', () => {
  const buckets = new Array(64).fill(0);
  for (let i = 0; i < 64_000; i++) buckets[spread(`order-${i}`) % 64]++;
  expect(Math.min(...buckets)).toBeGreaterThan(800);
  expect(Math.max(...buckets)).toBeLessThan(1200);
  expect(spread('order-1')).toBe(spread('order-1'));
});
