// Records packed into one buffer that can be handed from thread to thread without a copy per record.
//
// A structured clone of many small byte arrays costs more than the insert itself, and clones the whole pool behind a
// pooled Buffer. Layout per record, little endian: place f64 (a partition on the way in, -1: to be chosen; an offset on
// the way out), timestamp f64, lengths of key, value and headers i32 (-1: null), then those bytes.

const PREFIX = 28;

export interface Framed {
  readonly place: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  /** As encodeHeaders gives them. */
  readonly headers: Uint8Array | null;
}

export function framedSize({ key, value, headers }: Framed): number {
  return PREFIX + (key?.length ?? 0) + (value?.length ?? 0) + (headers?.length ?? 0);
}

export function pack(records: readonly Framed[]): ArrayBuffer {
  let size = 0;
  for (const record of records) size += framedSize(record);
  const buffer = new ArrayBuffer(size);
  const bytes = new Uint8Array(buffer);
  const view = new DataView(buffer);
  let at = 0;
  const put = (part: Uint8Array | null): void => {
    if (part === null) return;
    bytes.set(part, at);
    at += part.length;
  };
  for (const { place, timestamp, key, value, headers } of records) {
    view.setFloat64(at, place, true);
    view.setFloat64(at + 8, timestamp, true);
    view.setInt32(at + 16, key?.length ?? -1, true);
    view.setInt32(at + 20, value?.length ?? -1, true);
    view.setInt32(at + 24, headers?.length ?? -1, true);
    at += PREFIX;
    put(key);
    put(value);
    put(headers);
  }
  return buffer;
}

/** The byte arrays are views on `buffer`. */
export function unpack(buffer: ArrayBuffer): Framed[] {
  const view = new DataView(buffer);
  const records: Framed[] = [];
  let at = 0;
  const take = (length: number): Uint8Array | null => {
    if (length < 0) return null;
    const part = new Uint8Array(buffer, at, length);
    at += length;
    return part;
  };
  while (at < buffer.byteLength) {
    const place = view.getFloat64(at, true);
    const timestamp = view.getFloat64(at + 8, true);
    const keyLength = view.getInt32(at + 16, true);
    const valueLength = view.getInt32(at + 20, true);
    const headersLength = view.getInt32(at + 24, true);
    at += PREFIX;
    const key = take(keyLength);
    const value = take(valueLength);
    records.push({ place, timestamp, key, value, headers: take(headersLength) });
  }
  return records;
}
