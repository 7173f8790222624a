// Rows of one insert as a block of ClickHouse's Native format: column after column.
import { type Column, varint } from './native-column.ts';

/** One raw table: its columns in order, and how a row is added to them. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly string[];
  /** An empty block. */
  readonly open: () => Block<Row>;
}

export interface Block<Row> {
  readonly rows: number;
  /** Of what {@link write} will give, roughly. */
  readonly bytes: number;
  add(row: Row): void;
  /** Its bytes: in `memory` where that is large enough, else in a buffer of its own. */
  write(memory: Buffer): Buffer;
  /** Empties it, to be used again. */
  clear(): void;
}

/** `make`: the columns by name, in order. `add`: adds one value of the row to every column. */
export function nativeTable<Row, Columns extends Readonly<Record<keyof Columns, Column>>>(
  name: string,
  make: () => Columns,
  add: (row: Row, columns: Columns) => void,
): Table<Row> {
  return { name, columns: Object.keys(make()), open: () => new NativeBlock(make(), add) };
}

class NativeBlock<Row, Columns extends Readonly<Record<keyof Columns, Column>>> implements Block<Row> {
  readonly #columns: Columns;
  readonly #named: readonly (readonly [name: string, column: Column])[];
  readonly #add: (row: Row, columns: Columns) => void;
  /** Bytes of a row in all columns whose values are of one size, and the others. */
  readonly #width: number;
  readonly #varying: readonly Column[];
  /** Bytes of names and types. */
  readonly #head: number;
  #rows = 0;

  constructor(columns: Columns, add: (row: Row, columns: Columns) => void) {
    this.#columns = columns;
    this.#named = Object.entries<Column>(columns);
    this.#add = add;
    const all = this.#named.map(([, column]) => column);
    this.#width = all.reduce((sum, { width }) => sum + width, 0);
    this.#varying = all.filter(({ width }) => width === 0);
    this.#head = 10 + this.#named.reduce((sum, [name, { type }]) => sum + name.length + type.length + 2, 0);
  }

  get rows(): number {
    return this.#rows;
  }

  get bytes(): number {
    let bytes = this.#rows * this.#width;
    for (const column of this.#varying) bytes += column.bytes;
    return bytes;
  }

  add(row: Row): void {
    this.#add(row, this.#columns);
    this.#rows++;
  }

  write(memory: Buffer): Buffer {
    const most = this.#named.reduce((sum, [, column]) => sum + column.most, this.#head);
    const block = most <= memory.length ? memory : Buffer.allocUnsafeSlow(Math.ceil(most * SPARE));
    let at = varint(this.#rows, block, varint(this.#named.length, block, 0));
    for (const [name, column] of this.#named) {
      at = column.writeTo(block, text(column.type, block, text(name, block, at)));
    }
    return block.subarray(0, at);
  }

  clear(): void {
    for (const [, column] of this.#named) column.clear();
    this.#rows = 0;
  }
}

/** The next block is of about this size. */
const SPARE = 1.25;

/** Names and types are ASCII, and short. */
function text(ascii: string, block: Buffer, at: number): number {
  const from = varint(ascii.length, block, at);
  return from + block.write(ascii, from, 'latin1');
}
