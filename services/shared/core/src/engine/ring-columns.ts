// Columns of a ring, copied into twice the room with the oldest entry first.

/** `order`: the entries as they lie, oldest first. */
export function reordered<T>(values: readonly T[], order: Int32Array): T[] {
  const out = new Array<T>(order.length * 2);
  for (let to = 0; to < order.length; to++) out[to] = values[order[to] as number] as T;
  return out;
}

/** The same for numbers: into `out`, which it returns. */
export function filled<T extends Int32Array | Float64Array | Uint8Array>(out: T, values: T, order: Int32Array): T {
  for (let to = 0; to < order.length; to++) out[to] = values[order[to] as number] as number;
  return out;
}
