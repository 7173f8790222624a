// Payloads that are no document, or not surely one: a comparison with them must end undecided, never in agreement.
import type { Roll } from './tree.ts';

const encoder = new TextEncoder();
const joined = (...parts: readonly (string | Uint8Array)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === 'string' ? encoder.encode(part) : part)]));

/** From the plain text of an object. */
export const UNREADABLE: Readonly<Record<string, (text: Uint8Array, roll: Roll) => Uint8Array>> = {
  'payload truncated': (text, roll) => text.subarray(0, Math.floor(roll() * text.length)),
  'last byte lost': (text) => text.subarray(0, -1),
  'one byte too many': (text) => joined(text, '}'),
  'two documents': (text) => joined(text, '\n', text),
  'byte order mark': (text) => joined(Uint8Array.of(0xef, 0xbb, 0xbf), text),
  'member named twice': (text) => joined(text.subarray(0, -1), ',"id":"A-1"}'),
  'member named twice, escaped': (text) => joined(text.subarray(0, -1), ',"\\u0069d":"A-1"}'),
  'trailing comma': (text) => joined(text.subarray(0, -1), ',}'),
  'not a number': (text) => joined(text.subarray(0, -1), ',"nan":NaN}'),
  'number with a leading zero': (text) => joined(text.subarray(0, -1), ',"zero":01}'),
  'lone continuation byte': (text) => joined(text.subarray(0, -1), ',"utf":"', Uint8Array.of(0x80), '"}'),
  'overlong sequence': (text) => joined(text.subarray(0, -1), ',"utf":"', Uint8Array.of(0xc0, 0xaf), '"}'),
  'surrogate in UTF-8': (text) => joined(text.subarray(0, -1), ',"utf":"', Uint8Array.of(0xed, 0xa0, 0x80), '"}'),
  'control character in a text': (text) => joined(text.subarray(0, -1), ',"tab":"\t"}'),
  'unknown escape': (text) => joined(text.subarray(0, -1), ',"escape":"\\x41"}'),
  'UTF-16': (text) =>
    text.reduce((wide, byte, i) => wide.fill(byte, 2 * i, 2 * i + 1), new Uint8Array(2 * text.length)),
};
