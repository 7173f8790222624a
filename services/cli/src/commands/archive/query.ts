// `parallax archive query SQL`: one read-only question over the stored records, answered by ClickHouse from the files.
import { text } from 'node:stream/consumers';
import { queryArchive } from '@parallax/platform';
import { Command } from 'commander';
import { archiveOption, jsonOption } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { type Cell, table } from '../../output/table.ts';
import { print, say } from '../../output/terminal.ts';

interface Options {
  readonly archive: string;
  readonly topic?: readonly string[];
  readonly json?: boolean;
}

export function queryCommand(): Command {
  const command = new Command('query')
    .description(
      'Ask the stored traffic in ClickHouse SQL: the files are read where they lie, by the built-in engine, each record once.\nTable: records (topic, partition, offset, timestamp, timestampType, key, value, headers). Read-only.',
    )
    .argument('<sql>', 'one SELECT (or WITH, DESCRIBE, EXPLAIN); - reads it from stdin')
    .option(
      '--topic <name>',
      'read only objects of this topic; may be given again',
      (given: string, before: readonly string[] = []) => [...before, given],
    )
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a row, integers as they are'))
    .action(async (given: string, { archive, topic, json }: Options) => {
      const sql = given === '-' ? await text(process.stdin) : given;
      const rows = await queryArchive(archive, sql, topic === undefined ? {} : { topics: topic });
      if (json) {
        if (rows.length > 0) await print(rows.join('\n'));
      } else if (rows.length === 0) say('No rows.');
      else await print(asTable(rows));
    });
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
    ['parallax archive query "DESCRIBE records"', 'the columns'],
  ]);
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
