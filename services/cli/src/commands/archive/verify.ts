// `parallax archive verify`: whether every object is what it was written as, and nothing is missing between them.
import { type ArchiveProblem, openArchive, verifyArchive } from '@parallax/platform';
import { Command } from 'commander';
import { problemText } from '../../archiving/troubles.ts';
import { archiveOption, jsonOption } from '../../config.ts';
import { withExamples } from '../../help.ts';
import { asSize, counted } from '../../output/amount.ts';
import { progress } from '../../output/progress.ts';
import { print, say } from '../../output/terminal.ts';
import { nothing } from './nothing.ts';

const TROUBLE = 2;

interface Options {
  readonly archive: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
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
      for (const problem of problems) await print(options.json ? JSON.stringify(problem) : problemText(problem));
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
