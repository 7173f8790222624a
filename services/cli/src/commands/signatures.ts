// `parallax signatures`: the kinds of divergence, the most frequent first, each with a readable example.
import { describeSignature, formatCount } from '@parallax/core';
import { readSignatures } from '@parallax/platform';
import { Command, InvalidArgumentError } from 'commander';
import { jsonOption, nextCommand, quotedForShell, storeOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { print, say } from '../output/terminal.ts';
import { findSubject, withStore } from '../reading/store.ts';

interface Options {
  readonly store: string;
  readonly run: string;
  readonly top: number;
  readonly json?: boolean;
}

export function signaturesCommand(): Command {
  const command = new Command('signatures')
    .description('List the kinds of divergence, the most frequent first: how many pairs, since when, and an example.')
    .argument('[experiment]', 'its name or its file; default: the only one in the store')
    .option('--run <name>', '`live`, or the name of a replay', 'live')
    .option('--top <n>', 'how many', positive, 10)
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object a signature'))
    .action(async (experiment: string | undefined, options: Options) => {
      const { run, top, json } = options;
      const { subject, list } = await withStore(options.store, async (store) => {
        const found = await findSubject(store, experiment);
        return { subject: found, list: await readSignatures(store, { experiment: found.experiment, run, limit: top }) };
      });
      if (json) {
        for (const signature of list.signatures) await print(JSON.stringify(signature));
        return;
      }
      if (list.total === 0) say(`No divergence in ${subject.experiment}, run ${run}.`);
      for (const [n, signature] of list.signatures.entries()) {
        await print(`${n === 0 ? '' : '\n'}${describeSignature(signature, n + 1).join('\n')}`);
      }
      if (list.total > list.signatures.length) {
        say(
          `\n${formatCount(list.total, 'signature')} in all, over ${formatCount(list.pairs, 'pair')}; --top ${list.total} lists them.`,
        );
      }
      const example = list.signatures[0]?.example.id;
      if (example === undefined) return;
      say(`\nOne pair in full: ${nextCommand(`explain ${quotedForShell(example)} --run ${run}`, options.store)}`);
    });
  return withExamples(command, [
    ['parallax signatures', 'the ten largest of the only experiment'],
    ['parallax signatures order-pricing --run build-b --top 3', 'of a replay'],
    ['parallax signatures --json', 'for programs, one object a line'],
  ]);
}

function positive(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < 1 || number > 100_000) throw new InvalidArgumentError('Allowed is 1 to 100000.');
  return number;
}
