// Plain tables: columns padded to their widest cell, numbers to the right.

export type Cell = string | number | bigint | boolean | null | undefined;

export interface TableOptions {
  /** Longer cells are cut, with an ellipsis. Default 60. */
  readonly maxCell?: number;
}

/** The table as text without a final line end. Control characters of the data never reach the terminal. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string {
  const maxCell = options.maxCell ?? 60;
  const cells = rows.map((row) => header.map((_, column) => shorten(asText(row[column]), maxCell)));
  // One by one: a call takes only so many arguments, and a query may have millions of rows.
  const widths = header.map((name, column) =>
    cells.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), name.length),
  );
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column])));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (numeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

function asText(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell).replace(/\p{Cc}/gu, '·');
}

function shorten(cell: string, max: number): string {
  return cell.length <= max ? cell : `${cell.slice(0, max - 1)}…`;
}

function isNumber(cell: Cell): boolean {
  return typeof cell === 'number' || typeof cell === 'bigint';
}
