// The numbered files of DDL, and what they make.
import { readdirSync, readFileSync } from 'node:fs';

export interface Step {
  readonly version: number;
  readonly statements: readonly string[];
}

const FILE = /^(\d{4})_\w+\.sql$/;
const MADE = /^\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?(\w+)/i;

/** By version; comments are left out of the statements. */
export function readSteps(folder: URL): readonly Step[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const version = FILE.exec(name)?.[1];
      if (version === undefined) return [];
      const statements = readFileSync(new URL(name, folder), 'utf8')
        .replace(/^\s*--.*$/gm, '')
        .split(/;\s*$/m)
        .map((statement) => statement.trim())
        .filter((statement) => statement !== '');
      return [{ version: Number(version), statements }];
    })
    .sort((left, right) => left.version - right.version);
}

/** Names of the tables and views that the steps make. */
export function madeBy(steps: readonly Step[]): readonly string[] {
  const names = steps.flatMap(({ statements }) => statements.flatMap((statement) => MADE.exec(statement)?.[1] ?? []));
  return [...new Set(names)];
}
