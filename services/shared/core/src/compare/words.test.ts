// Texts read four bytes at a time say the same as texts read byte by byte, wherever they lie in memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STRING_BYTE } from '../json/parse.ts';
import { plainIn, plainInBoth, standsAt, standsInBoth, Words, wordsOf } from './words.ts';

/** Bytes of which some are at home in strings and some are not: the ends of every kind among them. */
const byte = fc.oneof(
  fc.constantFrom(0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7e, 0x7f, 0x80, 0x81, 0xff),
  fc.integer({ min: 0x61, max: 0x7a }),
  fc.integer({ min: 0x61, max: 0x7a }),
  fc.integer({ min: 0x61, max: 0x7a }),
);
const bytes = fc.array(byte, { maxLength: 24 });
/** Names are plain ASCII. */
const letter = byte.filter((one) => one >= 0x20 && one < 0x80);

/** The text at some place of a buffer whose other bytes are all `around`. */
function lying(content: readonly number[], at: number, around: number): Words {
  const whole = new Uint8Array(at + content.length + 9).fill(around);
  whole.set(content, at);
  const words = new Words();
  words.open(whole.subarray(at, at + content.length));
  return words;
}

test('a piece stands exactly where its bytes are, and never beyond the end of the text', () => {
  fc.assert(
    fc.property(
      fc.array(letter, { minLength: 4, maxLength: 24 }),
      bytes,
      bytes,
      fc.option(fc.nat(23), { nil: undefined }),
      fc.nat(5),
      (piece, before, after, spoilt, at) => {
        const found = piece.map((one, i) => (i === spoilt ? (one + 1) % 256 : one));
        const stands = spoilt === undefined || spoilt >= piece.length;
        const words = wordsOf(Uint8Array.from(piece));
        const sure = lying([...before, ...piece, ...after], at, 0);
        const text = lying([...before, ...found, ...after], at, 0);
        expect(standsAt(text, before.length, words, piece.length)).toBe(stands);
        expect(standsInBoth(sure, before.length, text, before.length, words, piece.length)).toBe(stands);
        expect(standsInBoth(text, before.length, sure, before.length, words, piece.length)).toBe(stands);
        // What follows in memory would make it whole.
        const cut = lying([...before, ...piece.slice(0, -1)], at, piece.at(-1) ?? 0);
        expect(standsAt(cut, before.length, words, piece.length)).toBe(false);
        expect(standsInBoth(sure, before.length, cut, before.length, words, piece.length)).toBe(false);
        expect(standsInBoth(cut, before.length, sure, before.length, words, piece.length)).toBe(false);
      },
    ),
    { numRuns: 2000 },
  );
});

test('what is plain ends at the first byte that is not, or at the end of the text', () => {
  fc.assert(
    fc.property(bytes, fc.nat(5), fc.constantFrom(0x22, 0x61, 0xff), (content, at, around) => {
      const stop = content.findIndex((one) => STRING_BYTE[one] !== 0);
      expect(plainIn(lying(content, at, around), 0)).toBe(stop < 0 ? content.length : stop);
    }),
    { numRuns: 2000 },
  );
});

test('of all bytes none is taken for plain that is not, wherever in a word it stands', () => {
  for (let one = 0; one < 256; one++) {
    for (let at = 0; at < 4; at++) {
      const content = [0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61, 0x61];
      content[at] = one;
      const stop = STRING_BYTE[one] === 0 ? content.length : at;
      expect(plainIn(lying(content, 1, 0x61), 0)).toBe(stop);
      expect(plainInBoth(lying(content, 1, 0x61), 0, lying(content, 3, 0x61), 0)).toBe(stop);
    }
  }
});

test('what is plain in both ends where they part, too', () => {
  fc.assert(
    fc.property(bytes, bytes, bytes, fc.nat(5), fc.nat(3), (same, one, other, at, ahead) => {
      const a = [...same, ...one];
      const b = [...same, ...other];
      let stop = 0;
      while (stop < a.length && stop < b.length && a[stop] === b[stop] && STRING_BYTE[a[stop] ?? 0] === 0) stop++;
      const before = Array.from({ length: ahead }, () => 0x61);
      const text = lying([...before, ...b], at, 0x61);
      expect(plainInBoth(lying(a, at + 1, 0x61), 0, text, ahead)).toBe(stop);
    }),
    { numRuns: 2000 },
  );
});

test('a view of one buffer is not taken for that of another', () => {
  const words = new Words();
  const piece = wordsOf(new TextEncoder().encode('abcd'));
  for (const text of ['abcd', 'xabc', 'abcd']) {
    words.open(new TextEncoder().encode(text));
    expect(standsAt(words, 0, piece, 4)).toBe(text === 'abcd');
    words.release();
  }
});

// Read as doubles these would be NaN, which is nothing, and zeros, which are two.
test.each([0x00, 0x7f, 0x80, 0xf0, 0xff])('bytes that are all %i are no name, beside one either', (one) => {
  for (const name of ['"abcde":', '"abcdefghijkl":']) {
    const text = new TextEncoder().encode(name);
    const piece = wordsOf(text);
    const sure = lying([...text], 0, one);
    const other = lying(new Array<number>(text.length).fill(one), 0, one);
    expect(standsAt(sure, 0, piece, text.length)).toBe(true);
    expect(standsAt(other, 0, piece, text.length)).toBe(false);
    expect(standsInBoth(sure, 0, other, 0, piece, text.length)).toBe(false);
    expect(standsInBoth(other, 0, sure, 0, piece, text.length)).toBe(false);
  }
});
