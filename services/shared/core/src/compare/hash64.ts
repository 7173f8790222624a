// A 64-bit hash of text, for signatures: two 32-bit lanes with different multipliers, mixed at the end (after cyrb53).

export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

export const HASH64_SEED: Hash64 = { high: 0xdeadbeef | 0, low: 0x41c6ce57 };

/** Goes on from `from`: hashing "a" and then "b" is hashing "ab". */
export function hash64(from: Hash64, text: string): Hash64 {
  let { high, low } = from;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x9e3779b1);
    high ^= high >>> 15;
    low = Math.imul(low ^ unit, 0x5f356495);
    low ^= low >>> 13;
  }
  return { high, low };
}

/** 16 hex digits. */
export function hash64Text(hash: Hash64): string {
  const { high, low } = hash;
  const other = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  return hex(hash64First(hash)) + hex(other ^ (other >>> 15));
}

/** The first 8 of the digits, as a number. */
export function hash64First({ high, low }: Hash64): number {
  const one = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return (one ^ (one >>> 15)) >>> 0;
}

/** Two digits a byte: several times faster than turning words into texts, and each difference needs four. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 8 digits. */
function hex(word: number): string {
  return `${HEX[word >>> 24]}${HEX[(word >>> 16) & 255]}${HEX[(word >>> 8) & 255]}${HEX[word & 255]}`;
}
