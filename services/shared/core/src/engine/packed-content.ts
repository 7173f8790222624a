// The compared parts of a record among bytes: the value first, then key and headers where any are compared.
import type { Content } from '../compare/spec.ts';
import type { Header } from '../ports/log.ts';
import { bytesOfText, measureText, readText, writeText } from './packed-text.ts';

const NULL = -1;
const NO_HEADERS: readonly Header[] = [];

export function lengthOf(bytes: Uint8Array | null): number {
  return bytes === null ? NULL : bytes.length;
}

/** Bytes of what is compared besides the value; 0 when nothing is. */
export function bytesOfRest({ key, headers }: Content): number {
  if (key === null && headers.length === 0) return 0;
  let bytes = 8 + (key?.length ?? 0);
  for (const [name, value] of headers) bytes += 8 + bytesOfText(measureText(name)) + (value?.length ?? 0);
  return bytes;
}

export function writeRest({ key, headers }: Content, bytes: Uint8Array, from: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = from;
  const word = (value: number) => {
    view.setInt32(at, value, true);
    at += 4;
  };
  const blob = (blob: Uint8Array | null) => {
    word(lengthOf(blob));
    if (blob === null) return;
    bytes.set(blob, at);
    at += blob.length;
  };
  blob(key);
  word(headers.length);
  for (const [name, value] of headers) {
    const measured = measureText(name);
    word(measured);
    writeText(name, measured, bytes, at);
    at += bytesOfText(measured);
    blob(value);
  }
}

/** Views, not copies. */
export function readRest(bytes: Uint8Array, from: number, length: number): Pick<Content, 'key' | 'headers'> {
  if (length === 0) return { key: null, headers: NO_HEADERS };
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = from;
  const word = (): number => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const blob = (): Uint8Array | null => {
    const size = word();
    if (size === NULL) return null;
    at += size;
    return bytes.subarray(at - size, at);
  };
  const key = blob();
  const headers: Header[] = [];
  for (let left = word(); left > 0; left--) {
    const measured = word();
    const name = readText(measured, bytes, at);
    at += bytesOfText(measured);
    headers.push([name, blob()]);
  }
  return { key, headers };
}
