// Bytes for people: text where they are text, else hex.
import { isUtf8 } from '../json/utf8.ts';

const SHOWN = 200;

/** A key or header value as JSON text: the text itself, or `0x…` where it is none; long ones abbreviated. */
export function shown(bytes: Uint8Array): string {
  const isText = isUtf8(bytes);
  const text = isText
    ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    : `0x${[...bytes.subarray(0, SHOWN)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  if (bytes.length <= SHOWN) return JSON.stringify(text);
  return JSON.stringify(`${isText ? [...text].slice(0, SHOWN).join('') : text}… (${bytes.length} bytes)`);
}
