// `parallax archive cat TOPIC`: stored records as lines of JSON, chosen by time, key, header, id.
import { archivedPartitions, loadExperiment, openArchive, openSchemas, readArchived } from '@parallax/platform';
import { Command, InvalidArgumentError } from 'commander';
import { unknownTopic } from '../../archiving/known-topics.ts';
import { recordLine } from '../../archiving/record-line.ts';
import { troubles } from '../../archiving/troubles.ts';
import { type WantedFlags, wantedRecords } from '../../archiving/wanted.ts';
import { archiveOption, callerPath, registryAccess } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { counted } from '../../output/amount.ts';
import { progress } from '../../output/progress.ts';
import { print, say } from '../../output/terminal.ts';

const NONE = 2;

interface Options extends WantedFlags {
  readonly archive: string;
  readonly experiment?: string;
  readonly limit?: number;
}

export function catCommand(): Command {
  const command = new Command('cat')
    .description(
      'Print stored records, one JSON object a line, each partition in the order of its offsets. A value that is JSON\nstands as it was recorded; other bytes as "valueBase64" (null: a tombstone), and as {"base64":"…"} in key and headers.\n`feed`, `compare` and `archive import` read these lines. What is missing in between\nor cannot be read is named on stderr. Exit code 0 when there is a record, 2 when there is none or something is missing.',
    )
    .argument('<topic>', 'the topic')
    .option('--partition <n>', 'only this partition', wholeNumber)
    .option('--offsets <range>', 'only these offsets, such as 17, 17-20, 17- or -20')
    .option('--from <time>', 'recorded at or after this time (ISO 8601 or epoch ms)')
    .option('--to <time>', 'recorded before this time')
    .option('--key <text>', 'only records of this key')
    .option(
      '--header <name[=value]>',
      'only records with this header; may be given again',
      (given: string, before: readonly string[] = []) => [...before, given],
    )
    .option('--id <id>', 'only records of this correlation id')
    .option('--experiment <file>', 'where the id stands, as this experiment file says')
    .option('--limit <n>', 'stop after so many', wholeNumber)
    .addOption(archiveOption())
    .action(cat);
  return withExamples(command, [
    ['parallax archive cat orders.in --limit 3', 'what it looks like'],
    ['parallax archive cat orders.in --from 2026-01-31T12:00Z --to 2026-01-31T13:00Z', 'one hour'],
    ['parallax archive cat orders.priced --id o-17 --experiment experiment.yaml', 'what was said about one order'],
    [
      'parallax archive cat orders.in --header tenant=acme | parallax feed orders.acme --create',
      'part of it as a topic',
    ],
  ]);
}

async function cat(topic: string, options: Options): Promise<void> {
  const { experiment: file, limit = Number.POSITIVE_INFINITY } = options;
  const experiment = file === undefined ? undefined : await loadExperiment(callerPath(file), file);
  const schemas =
    experiment === undefined || file === undefined
      ? {}
      : await openSchemas(experiment, callerPath(file), registryAccess());
  const wanted = wantedRecords(topic, options, experiment, schemas);
  const archive = openArchive(options.archive);
  const bar = progress();
  const { tell, conclude } = troubles(() => bar.done());
  try {
    const partitions = await archivedPartitions(archive, topic, tell);
    if (partitions.length === 0) throw await unknownTopic(archive, topic);
    let [printed, read] = [0, 0];
    for (const partition of partitions.filter(wanted.isPartition)) {
      if (printed >= limit) break;
      for await (const batch of readArchived(archive, topic, partition, { ...wanted, onProblem: tell })) {
        await wanted.learn(batch);
        const lines: string[] = [];
        for (const record of batch) if (wanted.isWanted(record)) lines.push(recordLine(record));
        const shown = lines.slice(0, limit - printed);
        if (shown.length > 0) await print(shown.join('\n'));
        printed += shown.length;
        read += batch.length;
        bar.update(`${counted(read, 'record')} read, ${counted(printed, 'line')} printed`);
        if (printed >= limit) break;
      }
    }
    bar.done();
    conclude();
    if (printed > 0) return;
    say(`None of the records of ${topic} is meant by these options; ${counted(read, 'record')} looked at.`);
    process.exitCode = NONE;
  } finally {
    bar.done();
    await archive.close();
  }
}

function wholeNumber(given: string): number {
  if (/^\d{1,12}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It is a whole number.');
}
