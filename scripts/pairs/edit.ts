// Changes one place of a JSON value, for faults that are planted.

/** The value with what `change` makes of that place, undefined for nothing; the value itself where there is none. */
export function edit(value: unknown, path: readonly (string | number)[], change: (old: unknown) => unknown): unknown {
  const [name, ...below] = path;
  if (name === undefined) return change(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return value;
  if (Array.isArray(value)) return value.map((item, i) => (i === name ? edit(item, below, change) : item));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === name ? edit(inner, below, change) : inner]),
  );
}

export function dropLast(list: unknown): unknown {
  return Array.isArray(list) && list.length > 1 ? list.slice(0, -1) : list;
}

export function upper(text: unknown): unknown {
  return typeof text === 'string' ? text.toUpperCase() : text;
}
