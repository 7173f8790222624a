// What the front must know of a statement's text: its literals, its kind, its format.

/** A string literal of ClickHouse SQL. */
export function quoteString(text: string): string {
  const escaped = text.replace(/['\\\0]/g, (char) => (char === '\0' ? '\\0' : `\\${char}`));
  return `'${escaped}'`;
}

export function quoteIdentifier(name: string): string {
  return `\`${name.replace(/[`\\]/g, '\\$&')}\``;
}

/** Comments become a space; string literals and quoted names become `''`, so that only keywords and names are left. */
export function withoutLiterals(sql: string): string {
  return sql.replace(
    /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"|`(?:[^`\\]|\\[\s\S]|``)*`|\$(\w*)\$[\s\S]*?\$\1\$|\/\*[\s\S]*?\*\/|(?:--|#!|# )[^\n]*/g,
    (token) => (/^['"`$]/.test(token) ? "''" : ' '),
  );
}

/** The name after FORMAT at a statement's end. */
export function formatOf(sql: string): string | undefined {
  return /\bFORMAT\s+(\w+)\s*;?\s*$/i.exec(sql)?.[1];
}

export interface InsertTarget {
  readonly table: string;
  readonly columns: readonly string[] | undefined;
}

/** The parts of `INSERT INTO table [(columns)]`; undefined for any other statement. */
export function insertTarget(sql: string): InsertTarget | undefined {
  const match = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?([\w.`]+)\s*(?:\(([\w\s,`]*)\))?\s*FORMAT\s+\w+\s*$/i.exec(sql);
  if (match?.[1] === undefined) return undefined;
  const names = match[2]?.split(',').map((name) => name.trim().replaceAll('`', ''));
  return { table: match[1].replaceAll('`', ''), columns: names };
}

/** A statement that only answers; everything else runs to its end before the first byte is sent. */
export function answers(sql: string): boolean {
  return /^[\s(]*(SELECT|WITH|SHOW|DESC|DESCRIBE|EXPLAIN|EXISTS)\b/i.test(withoutLiterals(sql));
}
