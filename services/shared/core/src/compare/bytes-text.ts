// Bytes that are no JSON, made JSON: text as a string; bytes as a string of one code unit a byte; for people as hex.
import { isUtf8 } from '../json/utf8.ts';

const SHOWN = 200;

/** JSON text of a string whose code units are the bytes. */
export function bytesAsJson(bytes: Uint8Array): Uint8Array {
  const parts: string[] = ['"'];
  for (const byte of bytes) parts.push(`\\u00${byte.toString(16).padStart(2, '0')}`);
  return new TextEncoder().encode(`${parts.join('')}"`);
}

/** JSON text of a string; undefined when the bytes are not UTF-8. */
export function textAsJson(bytes: Uint8Array): Uint8Array | undefined {
  if (!isUtf8(bytes)) return undefined;
  return new TextEncoder().encode(JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)));
}

/** A key or header value as JSON text: the text itself, or `0x…` where it is none; long ones abbreviated. */
export function shown(bytes: Uint8Array): string {
  const isText = isUtf8(bytes);
  const text = isText
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    : `0x${[...bytes.subarray(0, SHOWN)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  if (bytes.length <= SHOWN) return JSON.stringify(text);
  return JSON.stringify(`${isText ? [...text].slice(0, SHOWN).join('') : text}… (${bytes.length} bytes)`);
}
