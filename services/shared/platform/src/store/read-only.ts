// Lets through the one statement a person may type: one that only reads.
//
// `readonly = 1` alone is not enough: it lets the embedded engine write files (INTO OUTFILE) and kill queries.
import { Fault } from '@parallax/core';
import { answers, withoutLiterals } from './engine/sql-text.ts';

/** @returns the statement without its final semicolon. @throws Fault `store-read-only` */
export function readOnlyStatement(sql: string): string {
  const bare = withoutLiterals(sql).trim();
  const statement = sql.trim().replace(/;\s*$/, '');
  if (bare === '') throw readOnlyRefusal('The query is empty.');
  if (/;\s*\S/.test(bare)) throw readOnlyRefusal('There is more than one statement.');
  if (!answers(bare))
    throw readOnlyRefusal(`A query that starts with ${bare.split(/[\s(]/, 1)[0]?.toUpperCase()} may change something.`);
  if (/\bINTO\s+OUTFILE\b/i.test(bare)) throw readOnlyRefusal('INTO OUTFILE would write a file.');
  if (/\bFORMAT\s+\w+\s*;?$/i.test(bare))
    throw readOnlyRefusal('The format is chosen by the caller, so FORMAT cannot be given.');
  return statement;
}

export function readOnlyRefusal(why: string): Fault {
  return new Fault(why, {
    code: 'store-read-only',
    cure: 'Allowed is one SELECT, WITH, SHOW, DESCRIBE, EXISTS or EXPLAIN; send the output of the command to a file with >.',
  });
}
