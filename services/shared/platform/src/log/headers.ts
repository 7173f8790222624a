// Record headers as one run of bytes, every name, repetition, null and order kept.
//
// Layout, little endian: count u32, then per header: name length u32, name as UTF-8, value length i32 (-1: null), value.
import type { Header } from '@parallax/core';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** null when there are none. */
export function encodeHeaders(headers: readonly Header[] | undefined): Uint8Array | null {
  if (headers === undefined || headers.length === 0) return null;
  const names = headers.map(([name]) => encoder.encode(name));
  let size = 4;
  headers.forEach(([, value], index) => {
    size += 8 + (names[index]?.length ?? 0) + (value?.length ?? 0);
  });
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, headers.length, true);
  let at = 4;
  headers.forEach(([, value], index) => {
    const name = names[index] ?? new Uint8Array(0);
    view.setUint32(at, name.length, true);
    bytes.set(name, at + 4);
    at += 4 + name.length;
    view.setInt32(at, value === null ? -1 : value.length, true);
    if (value !== null) bytes.set(value, at + 4);
    at += 4 + (value?.length ?? 0);
  });
  return bytes;
}

/** The values are views on `bytes`. */
export function decodeHeaders(bytes: Uint8Array | null): readonly Header[] {
  if (bytes === null) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headers: Header[] = [];
  const count = view.getUint32(0, true);
  let at = 4;
  for (let index = 0; index < count; index++) {
    const nameEnd = at + 4 + view.getUint32(at, true);
    const name = decoder.decode(bytes.subarray(at + 4, nameEnd));
    const length = view.getInt32(nameEnd, true);
    at = nameEnd + 4 + Math.max(0, length);
    headers.push([name, length < 0 ? null : bytes.subarray(nameEnd + 4, at)]);
  }
  return headers;
}
