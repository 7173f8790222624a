// `parallax sql QUERY`: one read-only query, as a table or as JSON.
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { jsonOption, storeOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { type Cell, table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';
import { withStore } from '../reading/store.ts';

interface Options {
  readonly store: string;
  readonly json?: boolean;
}

export function sqlCommand(): Command {
  const command = new Command('sql')
    .description(
      'Ask the divergence store in ClickHouse SQL. Read-only.\nTables: pairs, differences, divergences, signatures, ledger, runs, outages, parity_hourly, latency, load, noise, halts.',
    )
    .argument('<query>', 'one SELECT (or WITH, SHOW, DESCRIBE, EXISTS, EXPLAIN); - reads it from stdin')
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object a row; integers beyond 2^53 as strings'))
    .action(async (query: string, options: Options) => {
      const sql = query === '-' ? await text(process.stdin) : query;
      const rows = await withStore(options.store, (store) => store.query(sql));
      if (options.json) {
        for (const row of rows) await print(JSON.stringify(row));
      } else if (rows[0] === undefined) say('No rows.');
      else {
        const header = Object.keys(rows[0]);
        await print(
          table(
            header,
            rows.map((row) => header.map((name) => cell(row[name]))),
          ),
        );
      }
    });
  return withExamples(command, [
    ['parallax sql "SELECT outcome, count() FROM pairs GROUP BY outcome"', 'how the pairs ended'],
    ['parallax sql "SELECT * FROM signatures ORDER BY pairs DESC LIMIT 5"', 'the largest kinds of divergence'],
    ['parallax sql --json "SELECT id FROM divergences" | head', 'for programs, one object a row'],
    ['parallax sql "DESCRIBE pairs"', 'the columns of a table'],
  ]);
}

function cell(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return JSON.stringify(value);
}
