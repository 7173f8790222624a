// Avro values built byte by byte, for tests.

const encoder = new TextEncoder();

/** Zig-zag varint. */
export function long(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

export function text(value: string): number[] {
  const bytes = encoder.encode(value);
  return [...long(bytes.length), ...bytes];
}

export function bytes(...value: number[]): number[] {
  return [...long(value.length), ...value];
}

export function double(value: number): number[] {
  return [...new Uint8Array(new Float64Array([value]).buffer)];
}

export function float(value: number): number[] {
  return [...new Uint8Array(new Float32Array([value]).buffer)];
}

/** Behind a registry's number. */
export function framed(id: number, value: readonly number[]): Uint8Array {
  return Uint8Array.of(0, id >>> 24, (id >>> 16) & 255, (id >>> 8) & 255, id & 255, ...value);
}
