// Quantities as the experiment file writes them, always with their unit: `2s`, `64MiB`, `99.9%`.

export const DURATION = /^\d{1,9}(\.\d{1,6})?(ms|s|m|h|d)$/;
export const SIZE = /^\d{1,9}(\.\d{1,6})?(B|kB|KB|MB|GB|KiB|MiB|GiB)$/;
export const PERCENT = /^(100(\.0{1,9})?|\d{1,2}(\.\d{1,9})?)%$/;

const MILLISECONDS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

const BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** Whole milliseconds of a text that fits {@link DURATION}. */
export function durationMs(text: string): number {
  return quantity(text, MILLISECONDS);
}

/** Exact nanoseconds of a text that fits {@link DURATION}. */
export function durationNanos(text: string): bigint {
  const [, whole = '', fraction = '', unit = ''] = /^(\d+)(?:\.(\d+))?(\D+)$/.exec(text) ?? [];
  const millionths = BigInt(whole + fraction.padEnd(6, '0'));
  return millionths * BigInt(MILLISECONDS[unit] ?? 0);
}

/** Whole bytes of a text that fits {@link SIZE}. */
export function sizeBytes(text: string): number {
  return quantity(text, BYTES);
}

/** The share of a text that fits {@link PERCENT}, 0 to 1. The point is moved, so that `99.9%` is the double 0.999. */
export function percentShare(text: string): number {
  return Number(`${text.slice(0, -1)}e-2`);
}

function quantity(text: string, units: Readonly<Record<string, number>>): number {
  const [, amount = '', unit = ''] = /^([\d.]+)(\D+)$/.exec(text) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? Number.NaN));
}

/** The longest unit that gives a whole number: `90000` is `90s`. */
export function formatDuration(ms: number): string {
  const unit = Object.entries(MILLISECONDS).findLast(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / unit[1]}${unit[0]}`;
}

/** In binary units where that is whole, else in bytes. */
export function formatSize(bytes: number): string {
  const unit = (['GiB', 'MiB', 'KiB'] as const).find((name) => bytes % (BYTES[name] ?? 1) === 0);
  return unit === undefined ? `${bytes}B` : `${bytes / (BYTES[unit] ?? 1)}${unit}`;
}

/** `0.999` is `99.9%`. */
export function formatShare(share: number): string {
  return `${Number((share * 100).toPrecision(12))}%`;
}
