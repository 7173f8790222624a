// `parallax archive expire`: lets old traffic go, whole objects from the start of each partition.
import { DURATION, durationMs, Fault } from '@parallax/core';
import { type Expired, expireArchive, openArchive } from '@parallax/platform';
import { Command } from 'commander';
import { knownTopics } from '../../archiving/known-topics.ts';
import { archiveOption, jsonOption } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { asSize, asTime, counted } from '../../output/amount.ts';
import { table } from '../../output/table.ts';
import { print, say } from '../../output/terminal.ts';

interface Options {
  readonly archive: string;
  readonly olderThan: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function expireCommand(): Command {
  const command = new Command('expire')
    .description(
      'Remove whole objects all of whose records are older than an age, from the start of each partition only: what is left\nhas no hole. An object goes with its newest record, so some records live longer. Exit code 0, also when nothing is that old, 2 for a topic\nthe archive has nothing of.',
    )
    .argument('[topics...]', 'only these topics')
    .requiredOption('--older-than <age>', 'such as 400d or 36h, by the records’ own timestamps')
    .option('--dry-run', 'tell what would go, remove nothing')
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a partition'))
    .action(expire);
  return withExamples(command, [
    ['parallax archive expire --older-than 400d --dry-run', 'what would go'],
    ['parallax archive expire orders.in orders.priced --older-than 90d', 'of two topics, now'],
  ]);
}

async function expire(topics: readonly string[], { olderThan, dryRun, json, ...options }: Options): Promise<void> {
  if (!DURATION.test(olderThan)) {
    throw new Fault(`--older-than is '${olderThan}'`, {
      code: 'bad-arguments',
      cure: 'Give a number and a unit: ms, s, m, h or d, such as 400d.',
    });
  }
  await knownTopics(options.archive, topics);
  const before = Date.now() - durationMs(olderThan);
  const archive = openArchive(options.archive);
  const gone: Expired[] = [];
  try {
    const meant = topics.length === 0 ? {} : { topics };
    for await (const one of expireArchive(archive, { before, dryRun: dryRun === true, ...meant })) {
      if (json) await print(JSON.stringify(one));
      gone.push(one);
    }
  } finally {
    await archive.close();
  }
  if (!json && gone.length > 0) await print(asTable(gone));
  if (gone.length === 0) {
    say(`Nothing is old enough: no object has only records older than ${asTime(before)}.`);
    return;
  }
  const objects = gone.reduce((sum, one) => sum + one.objects, 0);
  const bytes = gone.reduce((sum, one) => sum + one.bytes, 0);
  const what = `${counted(objects, 'object')}, ${asSize(bytes)}`;
  say(`${what} older than ${asTime(before)}: ${dryRun ? 'would go, nothing was removed' : 'removed'}.`);
}

function asTable(gone: readonly Expired[]): string {
  return table(
    ['topic', 'partition', 'objects', 'size', 'offsets', 'newest (UTC)'],
    gone.map((one) => [
      one.topic,
      one.partition,
      one.objects,
      asSize(one.bytes),
      `${one.first}–${one.last}`,
      asTime(one.latest),
    ]),
  );
}
