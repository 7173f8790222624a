// `parallax archive ls`: what the archive has of each topic and partition, as a whole or along time.
import { listArchive, listPeriods, openArchive, type PartitionSummary, type PeriodSummary } from '@parallax/platform';
import { parseTime } from '@parallax/replayer';
import { Command, Option } from 'commander';
import { knownTopics } from '../../archiving/known-topics.ts';
import { troubles } from '../../archiving/troubles.ts';
import { archiveOption, jsonOption } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { asSize, asTime } from '../../output/amount.ts';
import { table } from '../../output/table.ts';
import { print } from '../../output/terminal.ts';
import { nothing } from './nothing.ts';

const PERIODS = { hour: 3_600_000, day: 86_400_000 } as const;

interface Options {
  readonly archive: string;
  readonly from?: string;
  readonly to?: string;
  readonly by?: keyof typeof PERIODS;
  readonly json?: boolean;
}

export function lsCommand(): Command {
  const command = new Command('ls')
    .description(
      'List what the archive has of each topic and partition, from its manifests: records, offsets, size, times, gaps.\nWith --from, --to or --by along time, by the records’ own timestamps; objects that cross a border are read.\nExit code 0 when there is something, 2 when there is nothing, or an object that cannot be used: it is named and left out.',
    )
    .argument('[topic]', 'only this topic')
    .option('--from <time>', 'only records from this time on (ISO 8601 or epoch ms)')
    .option('--to <time>', 'only records before this time')
    .addOption(new Option('--by <period>', 'a row for each hour or day (UTC)').choices(Object.keys(PERIODS)))
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a row; without times also the schemas records name'))
    .action(ls);
  return withExamples(command, [
    ['parallax archive ls', 'every topic and partition'],
    ['parallax archive ls orders.in --by hour --from 2026-01-31', 'one topic, hour by hour'],
    ['parallax archive ls --json --archive file:/data/archive', 'for programs, of another archive'],
  ]);
}

async function ls(topic: string | undefined, options: Options): Promise<void> {
  const { from, to, by, json } = options;
  const { tell, conclude } = troubles();
  const within = {
    onProblem: tell,
    ...(topic === undefined ? {} : { topic }),
    ...(from === undefined ? {} : { from: parseTime('--from', from) }),
    ...(to === undefined ? {} : { to: parseTime('--to', to) }),
    ...(by === undefined ? {} : { everyMs: PERIODS[by] }),
  };
  const alongTime = from !== undefined || to !== undefined || by !== undefined;
  const archive = openArchive(options.archive);
  try {
    if (alongTime) await show(listPeriods(archive, within), json, periodTable);
    else await show(listArchive(archive, topic, tell), json, partitionTable);
  } finally {
    await archive.close();
  }

  async function show<T>(rows: AsyncIterable<T>, asJson: boolean | undefined, asText: (rows: readonly T[]) => string) {
    const all: T[] = [];
    for await (const row of rows) {
      if (asJson) await print(JSON.stringify(row));
      all.push(row);
    }
    if (all.length === 0 && topic !== undefined) await knownTopics(options.archive, [topic]);
    if (all.length === 0) nothing(archive.address, topic);
    else if (!asJson) await print(asText(all));
    conclude();
  }
}

function partitionTable(summaries: readonly PartitionSummary[]): string {
  return table(
    ['topic', 'partition', 'records', 'offsets', 'size', 'objects', 'tails', 'from (UTC)', 'to (UTC)', 'gaps'],
    summaries.map((one) => [
      one.topic,
      one.partition,
      one.records,
      `${one.first}–${one.last}`,
      asSize(one.bytes),
      one.objects,
      one.tails,
      asTime(one.earliest),
      asTime(one.latest),
      one.gaps.map(({ from, to }) => `${from}–${to - 1}`).join(', '),
    ]),
    { columns: process.stdout.columns, names: 2 },
  );
}

function periodTable(rows: readonly PeriodSummary[]): string {
  const byPeriod = rows.some(({ period }) => period !== undefined);
  return table(
    [
      'topic',
      'partition',
      ...(byPeriod ? ['period (UTC)'] : []),
      'records',
      'offsets',
      'size',
      'from (UTC)',
      'to (UTC)',
      'gaps',
    ],
    rows.map((one) => [
      one.topic,
      one.partition,
      ...(byPeriod ? [asTime(one.period ?? 0)] : []),
      one.records,
      `${one.first}–${one.last}`,
      asSize(one.bytes),
      asTime(one.earliest),
      asTime(one.latest),
      one.gaps.map(({ from, to }) => `${from}–${to - 1}`).join(', '),
    ]),
    { columns: process.stdout.columns, names: byPeriod ? 3 : 2 },
  );
}
