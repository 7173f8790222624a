// The checksum is the one of the standard, at every length and wherever the bytes lie.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from './crc32c.ts';

/** RFC 3720, B.4. */
test.each([
  ['32 zeroes', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['32 rising', Uint8Array.from({ length: 32 }, (_, index) => index), 0x46dd794e],
  ['32 falling', Uint8Array.from({ length: 32 }, (_, index) => 31 - index), 0x113fdb5c],
  ['123456789', new TextEncoder().encode('123456789'), 0xe3069283],
])('%s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum);
});

test('eight bytes a step or one is the same', () => {
  const bitwise = (bytes: Uint8Array): number => {
    let crc = 0xffffffff;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return (crc ^ 0xffffffff) >>> 0;
  };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(7), (bytes, from) => {
      const part = bytes.subarray(from);
      expect(crc32c(part)).toBe(bitwise(part));
    }),
  );
});
