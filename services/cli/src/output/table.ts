// Plain tables: columns padded to their widest cell, numbers to the right.

export type Cell = string | number | bigint | boolean | null | undefined;

export interface TableOptions {
  /** Longer cells are cut, with an ellipsis. Default 60. */
  readonly maxCell?: number;
  /** Of the terminal; a wider table comes in parts below each other. Default: as wide as it is, as in a file. */
  readonly columns?: number | undefined;
  /** How many of the first columns name a row, and so stand in every part. Default 1. */
  readonly names?: number;
  /** Texts that are numbers, such as `12,000` and `0.5`, stand to the right, too. Default: they are texts. */
  readonly numbersAsText?: boolean;
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
  const numeric = header.map((_, column) => rows.length > 0 && rows.every((row) => isNumber(row[column], options)));
  const part = (shown: readonly number[]) => {
    const line = (row: readonly string[]) =>
      shown
        .map((column) => {
          const [cell, width] = [row[column] ?? '', widths[column] ?? 0];
          return numeric[column] ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd();
    return [line(header), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
  };
  return parts(widths, options).map(part).join('\n\n');
}

/** The columns of each part: as many as fit, and at least one besides the names. */
function parts(widths: readonly number[], { columns, names = 1 }: TableOptions): number[][] {
  const named = [...widths.keys()].slice(0, names);
  const room = (shown: readonly number[]) => shown.reduce((sum, column) => sum + (widths[column] ?? 0) + 2, -2);
  const found: number[][] = [];
  let open = [...named];
  for (const column of [...widths.keys()].slice(names)) {
    if (columns !== undefined && open.length > named.length && room([...open, column]) > columns) {
      found.push(open);
      open = [...named];
    }
    open.push(column);
  }
  return [...found, open];
}

function asText(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell).replace(/\p{Cc}/gu, '·');
}

function shorten(cell: string, max: number): string {
  return cell.length <= max ? cell : `${cell.slice(0, max - 1)}…`;
}

function isNumber(cell: Cell, { numbersAsText = false }: TableOptions): boolean {
  if (typeof cell === 'string') return numbersAsText && /^(?:-?\d[\d,]*(?:\.\d+)?)?$/.test(cell);
  return typeof cell === 'number' || typeof cell === 'bigint';
}
