// `parallax topics`: what is in the event log.
import { openLog } from '@parallax/platform';
import { Command } from 'commander';
import { jsonOption, logAccess, logOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';

const TROUBLE = 2;

interface Options {
  readonly log: string;
  readonly json?: boolean;
}

export function topicsCommand(): Command {
  const command = new Command('topics')
    .description(
      'List the topics of the event log with their partitions and ends.\nExit code 0 when there is one, else 2.',
    )
    .addOption(logOption())
    .addOption(jsonOption('print one JSON object a partition'))
    .action(async (options: Options) => {
      const log = await openLog(options.log, logAccess());
      try {
        const topics = await log.topics();
        const extents = await log.extents(topics.map(({ topic }) => topic));
        const rows = extents.map(({ topic, partition, start, end }) => ({ topic, partition, start, end }));
        if (options.json) for (const row of rows) await print(JSON.stringify(row));
        else if (rows.length > 0) {
          const cells = rows.map(({ topic, partition, start, end }) => [topic, partition, start, end, end - start]);
          await print(table(['topic', 'partition', 'start', 'end', 'offsets'], cells));
        }
        if (rows.length > 0) return;
        say(`There is no topic in the event log ${log.address}, or none that may be seen here.`);
        say('  Put events in: parallax feed TOPIC events.ndjson --create');
        say('  A cluster with rights hides topics from whoever has neither Read nor Describe on them (docs/kafka.md).');
        process.exitCode = TROUBLE;
      } finally {
        await log.close();
      }
    });
  return withExamples(command, [
    ['parallax topics', 'every topic and partition'],
    ['parallax topics --json --log embedded:/data/log', 'for programs, of another log'],
  ]);
}
