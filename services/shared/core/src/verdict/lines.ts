// Pieces of text for reports: nothing a value holds can move the cursor or break a line.

const LONGEST_VALUE = 72;

/** Control characters become `·`, so that data cannot steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '·');
}

/** A value's JSON text, cut where it is long; `(nothing)` where the side has none. */
export function shownValue(json: string | null): string {
  if (json === null) return '(nothing)';
  const text = printable(json);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 1)}…`;
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
