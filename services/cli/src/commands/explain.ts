// `parallax explain ID`: everything about one pair, in words.
import { describePair, type Experiment, Fault, namedRules } from '@parallax/core';
import { readPairs } from '@parallax/platform';
import { Command } from 'commander';
import { jsonOption, storeOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { print } from '../output/terminal.ts';
import { findSubject, withStore } from '../reading/store.ts';

interface Options {
  readonly store: string;
  readonly experiment?: string;
  readonly run?: string;
  readonly output?: string;
  readonly json?: boolean;
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description(
      'Tell everything about the pair of one correlation id: how it ended and why, where its events are, what differs.',
    )
    .argument('<id>', 'the correlation id')
    .option('--experiment <name>', 'name or file, whose rules are then told, with --json in full; default: any')
    .option('--run <name>', '`live`, or the name of a replay; default: any')
    .option('--output <name>', 'default: any')
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object a pair'))
    .action(async (id: string, { store: address, json, experiment: given, run, output }: Options) => {
      let rules: Experiment['rules'] | undefined;
      const pairs = await withStore(address, async (store) => {
        const subject = given === undefined ? undefined : await findSubject(store, given);
        const experiment = subject?.experiment;
        rules = subject?.rules;
        const found = await readPairs(store, {
          id: subject?.asStored?.(id) ?? id,
          ...(experiment === undefined ? {} : { experiment }),
          ...(run === undefined ? {} : { run }),
          ...(output === undefined ? {} : { output }),
        });
        if (found.length === 0) throw unknownId(id, store.address, { experiment: given, run, output });
        return found;
      });
      for (const [n, report] of pairs.entries()) {
        if (json) {
          const told = rules === undefined ? report : { ...report, rules: namedRules(report, rules) };
          await print(JSON.stringify(told, (_key, value) => (typeof value === 'bigint' ? String(value) : value)));
        } else await print(`${n === 0 ? '' : '\n'}${describePair(report, rules).join('\n')}`);
      }
    });
  return withExamples(command, [
    ['parallax explain order-17', 'in every run that has it'],
    ['parallax explain order-17 --run build-b', 'in one replay'],
    ['parallax explain order-17 --experiment experiment.yaml', 'where the file masks ids: by the id itself'],
    ['parallax explain order-17 --json', 'for programs, one object a pair'],
  ]);
}

/** `among`: what was asked for beside the id. */
function unknownId(id: string, address: string, among: Readonly<Record<string, string | undefined>>): Fault {
  const asked = Object.entries(among).flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${name}`]));
  const within = asked.length === 0 ? '' : ` (${asked.join(', ')})`;
  const wider = asked.length === 0 ? '' : 'Without --experiment, --run and --output it is looked for in all of them. ';
  return new Fault(`No pair with the id ${JSON.stringify(id)}${within} is in ${address}.`, {
    code: 'pair-unknown',
    cure: `${wider}Ids are compared exactly. \`parallax sql "SELECT id FROM pairs LIMIT 10"\` shows what they look like; an event that is still waited for has no row yet.`,
  });
}
