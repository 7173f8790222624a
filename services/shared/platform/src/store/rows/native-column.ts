// A column of ClickHouse's Native format: values as the server keeps them in memory, so that neither side makes or parses
// text. Source: https://clickhouse.com/docs/interfaces/formats/Native. Numbers are little-endian, as on every machine Node
// runs on.

/** One column of a block. Values are added, in the order of the rows, by what each kind has for it. */
export interface Column {
  /** As the table declares it. */
  readonly type: string;
  /** Bytes of each of its values, roughly; 0 where they differ. */
  readonly width: number;
  /** Bytes of all of them, roughly. */
  readonly bytes: number;
  /** Writes the values from `at` on, where there is room for {@link most}; returns where they end. */
  writeTo(block: Buffer, at: number): number;
  /** As many bytes as {@link writeTo} may need. */
  readonly most: number;
  clear(): void;
}

/** Unsigned, seven bits a byte. Returns where it ends. */
export function varint(value: number, bytes: Uint8Array, from: number): number {
  let at = from;
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

export type Values = Uint8Array | Uint32Array | Float64Array | BigUint64Array;

/** Writes the first `count` of them. Returns where they end. */
export function copied(values: Values, count: number, block: Buffer, at: number): number {
  const bytes = count * values.BYTES_PER_ELEMENT;
  block.set(new Uint8Array(values.buffer, values.byteOffset, bytes), at);
  return at + bytes;
}

/** The same with as much room again. */
export function twice<T extends Values>(values: T): T {
  const larger = new (values.constructor as new (length: number) => T)(values.length * 2);
  (larger as Uint8Array).set(values as Uint8Array);
  return larger;
}
