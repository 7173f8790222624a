// Amounts as people read them.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `812 B`, `1.4 MiB`: powers of 1024, two or three figures. */
export function asSize(bytes: number): string {
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `1 object`, `12,345 objects`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** Epoch milliseconds as UTC, to the second; times outside the calendar as the bare number. */
export function asTime(epochMs: number): string {
  const date = new Date(epochMs);
  return Number.isNaN(date.getTime()) ? String(epochMs) : date.toISOString().replace('T', ' ').slice(0, -5);
}
