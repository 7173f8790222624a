// Pieces of text for reports: nothing a value holds can move the cursor or break a line.

const LONGEST_VALUE = 72;

/** Control characters become `·`, so that data cannot steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}

/** How much of what both values have in common is shown before they part. */
const LEAD = 24;

/** The JSON texts of both sides, cut around the place where they part; `(nothing)` where a side has none. */
export function shownValues(
  legacy: string | null,
  candidate: string | null,
): readonly [legacy: string, candidate: string] {
  const parts = legacy === null || candidate === null ? 0 : commonPrefix(legacy, candidate);
  const isLong = [legacy, candidate].some((text) => text !== null && text.length > LONGEST_VALUE);
  const from = isLong && parts > LONGEST_VALUE - LEAD ? parts - LEAD : 0;
  return [excerpt(legacy, from), excerpt(candidate, from)];
}

function excerpt(json: string | null, from: number): string {
  if (json === null) return '(nothing)';
  const text = `${from > 0 ? '…' : ''}${printable(json.slice(from, from + LONGEST_VALUE + 1))}`;
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
}

function commonPrefix(a: string, b: string): number {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return same;
}

/** A place in a document; the whole document has no pointer of its own to show. */
export function shownPath(path: string): string {
  return path === '' ? '(the whole)' : printable(path);
}

/** Rows with their columns aligned; `right` names the columns that hold numbers. */
export function aligned(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [n, cell] of row.entries()) widths[n] = Math.max(widths[n] ?? 0, cell.length);
  return rows.map((row) =>
    row
      .map((cell, n) => (right.includes(n) ? cell.padStart(widths[n] ?? 0) : cell.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
