// Strings, numbers and literals among the bytes of a document: where they end, and whether other bytes are another value.
import { escapeEnd, literalEnd, numberEnd, STRING_BYTE } from '../json/parse.ts';
import { sequenceEnd } from '../json/utf8.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the string, number or literal at `at` ends, or -1. */
export function scalarEnd(bytes: Uint8Array, at: number): number {
  const byte = bytes[at] as number;
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return numberEnd(bytes, at, bytes.length);
  if (byte !== QUOTE) return literalEnd(bytes, at, bytes.length);
  let p = at + 1;
  for (;;) {
    while (STRING_BYTE[bytes[p] as number] === 0) p++;
    const stop = bytes[p] as number;
    if (stop === QUOTE) return p + 1;
    p =
      stop === BACKSLASH ? escapeEnd(bytes, p, bytes.length) : stop >= 0x80 ? sequenceEnd(bytes, p, bytes.length) : -1;
    if (p < 0) return -1;
  }
}

/** By the first byte: 0 number, else the byte itself. */
export function kindOf(byte: number): number {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? 0 : byte;
}

/** Whether this is the only way, of those that pass here, to write the value: then other bytes are another value. */
export function onlySpelling(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === QUOTE) {
    for (let p = start + 1; p < end - 1; p++) if (bytes[p] === BACKSLASH) return false;
    return true;
  }
  let fraction = false;
  let zero = true;
  for (let p = start; p < end; p++) {
    const byte = bytes[p] as number;
    if ((byte | 0x20) === 0x65) return kindOf(bytes[start] as number) !== 0;
    if (byte === 0x2e) fraction = true;
    else if (byte >= 0x31 && byte <= 0x39) zero = false;
  }
  return kindOf(bytes[start] as number) !== 0 || (!zero && !(fraction && bytes[end - 1] === 0x30));
}
