// `parallax archive`: what traffic is stored (`ls`), whether all of it is sound (`verify`), and the records themselves.
import {
  type ArchiveProblem,
  listArchive,
  openArchive,
  type PartitionSummary,
  verifyArchive,
} from '@parallax/platform';
import { Command } from 'commander';
import { archiveOption, jsonOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { asSize, asTime, counted } from '../output/amount.ts';
import { progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';
import { catCommand } from './archive/cat.ts';
import { importCommand } from './archive/import.ts';
import { queryCommand } from './archive/query.ts';

const TROUBLE = 2;

interface Options {
  readonly archive: string;
  readonly json?: boolean;
}

export function archiveCommand(): Command {
  return new Command('archive')
    .description('The stored traffic: every record of the input and of both sides, byte for byte.')
    .addCommand(lsCommand())
    .addCommand(verifyCommand())
    .addCommand(catCommand())
    .addCommand(importCommand())
    .addCommand(queryCommand());
}

function lsCommand(): Command {
  const command = new Command('ls')
    .description(
      'List what the archive has of each topic and partition, from its manifests.\nExit code 0 when there is something, 2 when there is nothing.',
    )
    .argument('[topic]', 'only this topic')
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a partition'))
    .action(async (topic: string | undefined, options: Options) => {
      const archive = openArchive(options.archive);
      const summaries: PartitionSummary[] = [];
      for await (const summary of listArchive(archive, topic)) {
        if (options.json) await print(JSON.stringify(summary));
        summaries.push(summary);
      }
      if (summaries.length === 0) nothing(archive.address, topic);
      else if (!options.json) await print(asTable(summaries));
      await archive.close();
    });
  return withExamples(command, [
    ['parallax archive ls', 'every topic and partition'],
    ['parallax archive ls orders.in', 'one topic'],
    ['parallax archive ls --json --archive file:/data/archive', 'for programs, of another archive'],
  ]);
}

function verifyCommand(): Command {
  const command = new Command('verify')
    .description(
      'Read, decode and digest every object, and check that nothing is missing between them.\nExit code 0 when all is sound, 2 when there is a problem or nothing to verify.',
    )
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a problem, and last the summary'))
    .action(async (options: Options) => {
      const archive = openArchive(options.archive);
      const began = performance.now();
      const bar = progress();
      const problems: ArchiveProblem[] = [];
      const found = await verifyArchive(archive, {
        onProblem: (problem) => problems.push(problem),
        onProgress: ({ objects, bytes }, totalBytes) =>
          bar.update(`${asSize(bytes)} of ${asSize(totalBytes)} read, ${counted(objects, 'object')}`),
      }).finally(() => bar.done());
      await archive.close();
      const seconds = (performance.now() - began) / 1000;
      for (const problem of problems) await print(options.json ? JSON.stringify(problem) : asText(problem));
      if (options.json) await print(JSON.stringify({ summary: found }));
      else if (found.objects + found.problems > 0) {
        const read = `${counted(found.objects, 'object')}, ${counted(found.records, 'record')}, ${asSize(found.bytes)} in ${seconds.toFixed(1)} s`;
        say(`${read}: ${found.problems === 0 ? 'all sound' : counted(found.problems, 'problem')}.`);
      }
      if (found.objects + found.problems === 0) nothing(archive.address, undefined);
      else if (found.problems > 0) process.exitCode = TROUBLE;
    });
  return withExamples(command, [
    ['parallax archive verify', 'every problem with its place and cure'],
    ['parallax archive verify --json', 'one JSON object a problem, last the summary'],
  ]);
}

function nothing(address: string, topic: string | undefined): void {
  say(`There is nothing${topic === undefined ? '' : ` of topic ${topic}`} in the archive ${address}.`);
  say(
    '  Traffic is stored while an experiment runs: parallax start EXPERIMENT. Another archive: --archive file:DIR or s3://BUCKET/PREFIX.',
  );
  process.exitCode = TROUBLE;
}

function asTable(summaries: readonly PartitionSummary[]): string {
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
  );
}

function asText({ code, place, message, cure }: ArchiveProblem): string {
  return `${place}\n  ${message} (${code})\n  ${cure}`.replace(/[^\P{Cc}\n]/gu, '·');
}
