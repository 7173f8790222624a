// Reads the cells of query answers, which have no static type.

export type Answer = Readonly<Record<string, unknown>>;

export function text(row: Answer, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : String(value ?? '');
}

export function textOrNull(row: Answer, column: string): string | null {
  return row[column] === null || row[column] === undefined ? null : text(row, column);
}

export function count(row: Answer, column: string): number {
  return Number(row[column] ?? 0);
}

export function texts(row: Answer, column: string): readonly string[] {
  const value = row[column];
  return Array.isArray(value) ? value.map(String) : [];
}
