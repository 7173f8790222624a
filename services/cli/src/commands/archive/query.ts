// `parallax archive query SQL`: one read-only question over the stored records, answered by ClickHouse from the files.
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Fault } from '@parallax/core';
import { queryArchive } from '@parallax/platform';
import { Command } from 'commander';
import { knownTopics } from '../../archiving/known-topics.ts';
import { troubles } from '../../archiving/troubles.ts';
import { archiveOption, callerPath, jsonOption } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { type Cell, table } from '../../output/table.ts';
import { print, say } from '../../output/terminal.ts';

interface Options {
  readonly archive: string;
  readonly topic?: readonly string[];
  readonly file?: string;
  readonly json?: boolean;
}

export function queryCommand(): Command {
  const command = new Command('query')
    .description(
      'Ask the stored traffic in ClickHouse SQL: the files are read where they lie, by the built-in engine, each record once.\nTable: records (topic, partition, offset, timestamp, timestampType, key, value, headers). Read-only: it reads\nthe archive and nothing else. What is missing in between or cannot be read is named on stderr; the exit code is then 2.',
    )
    .argument('[sql]', 'one SELECT (or WITH, DESCRIBE, EXPLAIN); - reads it from stdin')
    .option('--file <path>', 'read the query from this file')
    .option(
      '--topic <name>',
      'read only objects of this topic; may be given again',
      (given: string, before: readonly string[] = []) => [...before, given],
    )
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a row, integers as they are'))
    .action(query);
  return withExamples(command, [
    [
      'parallax archive query "SELECT topic, toStartOfHour(timestamp) AS hour, count() FROM records GROUP BY ALL ORDER BY ALL"',
      'records an hour',
    ],
    [
      'parallax archive query "SELECT quantiles(0.5, 0.99)(length(value)) FROM records" --topic orders.in',
      'sizes of one topic',
    ],
    [
      `parallax archive query "SELECT JSONExtractString(value, 'type') AS type, count() FROM records GROUP BY type"`,
      'what kinds of events there are',
    ],
    ['parallax archive query --file hours.sql --json', 'a query that is kept in a file'],
    ['parallax archive query "DESCRIBE records"', 'the columns'],
  ]);
}

async function query(given: string | undefined, { archive, topic, file, json }: Options): Promise<void> {
  const sql = await questionOf(given, file);
  if (topic !== undefined) await knownTopics(archive, topic);
  const { tell, conclude } = troubles();
  const rows = queryArchive(archive, sql, { ...(topic === undefined ? {} : { topics: topic }), onProblem: tell });
  if (json) for await (const row of rows) await print(row);
  else {
    const all = await Array.fromAsync(rows);
    if (all.length === 0) say('No rows.');
    else await print(asTable(all));
  }
  conclude();
}

async function questionOf(given: string | undefined, file: string | undefined): Promise<string> {
  if (given !== undefined && file === undefined) return given === '-' ? text(process.stdin) : given;
  if (given === undefined && file !== undefined) return readFile(callerPath(file), 'utf8').catch(unreadable(file));
  throw new Fault(given === undefined ? 'No query is given' : 'A query is given twice, as an argument and by --file', {
    code: 'bad-arguments',
    cure: 'Give it as one argument in quotes, as - to read it from stdin, or --file FILE.',
  });
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    throw new Fault(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'bad-arguments',
      cure: 'Give --file the path of a file with one query.',
      cause,
    });
  };
}

function asTable(lines: readonly string[]): string {
  const rows = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const header = Object.keys(rows[0] ?? {});
  return table(
    header,
    rows.map((row) => header.map((name) => cell(row[name]))),
  );
}

function cell(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  return JSON.stringify(value);
}
