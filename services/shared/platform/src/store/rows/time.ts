// Epoch milliseconds as DateTime64(3) takes them. A producer's clock may say anything; a column holds 1900 to 2299.

const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(2299, 11, 31, 23, 59, 59, 999);

/**
 * Brings a time into the column's range, in whole milliseconds, which is what ClickHouse takes a bare number for. Times
 * carry no judgement, so a nonsensical one is kept as the nearest possible.
 */
export function storable(ms: number): number {
  if (Number.isNaN(ms)) return 0;
  return Math.min(LATEST, Math.max(EARLIEST, Math.trunc(ms)));
}
