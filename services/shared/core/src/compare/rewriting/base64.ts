// Base64 (RFC 4648 §4, §5), strictly: one alphabet, no white space, padding whole or absent, no bits left over. Two texts
// that decode are the same bytes exactly when they spell the same.

const NONE = 255;
const CODES = new Uint8Array(128).fill(NONE);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'].forEach((letter, code) => {
  CODES[letter.charCodeAt(0)] = code;
});

/** undefined where the text is no base64, or none at all. */
export function fromBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const length = text.length - padding;
  if (length === 0 || length % 4 === 1 || (padding > 0 && (length + padding) % 4 !== 0)) return undefined;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  let isUrl: boolean | undefined;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    let code = unit < 128 ? (CODES[unit] as number) : NONE;
    if (code === NONE) {
      const url = unit === 0x2d || unit === 0x5f;
      if (!url && unit !== 0x2b && unit !== 0x2f) return undefined;
      if (isUrl !== undefined && isUrl !== url) return undefined;
      isUrl = url;
      code = unit === 0x2d || unit === 0x2b ? 62 : 63;
    }
    bits = ((bits << 6) | code) & 0xffff;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = (bits >> count) & 0xff;
    }
  }
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const [one = 0, two, three] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    const bits = (one << 16) | ((two ?? 0) << 8) | (three ?? 0);
    const letter = (shift: number): string => LETTERS.charAt((bits >> shift) & 63);
    parts.push(letter(18), letter(12), two === undefined ? '=' : letter(6), three === undefined ? '=' : letter(0));
  }
  return parts.join('');
}
