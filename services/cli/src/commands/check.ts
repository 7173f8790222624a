// `parallax check FILE`: reads an experiment file whole, offline, and tells what would be done or all that is wrong.
import { describeExperiment, type Experiment, formatExperimentFault } from '@parallax/core';
import { openMac, readExperiment } from '@parallax/platform';
import { Command } from 'commander';
import { callerPath, jsonOption, privacyKey } from '../config.ts';
import { withExamples } from '../help.ts';
import { print, say } from '../output/terminal.ts';

const FAULTY = 2;

export function checkCommand(): Command {
  const command = new Command('check')
    .description(
      'Check an experiment file without connecting to anything: run its tests, print what it will do and which rules never get\ntheir turn, or everything that is wrong with it.\nExit code 0 when it is sound, 2 when it is not.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .addOption(jsonOption('print one JSON object: the experiment in full, or its faults'))
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const parsed = await readExperiment(callerPath(file), file, Date.now());
      if (parsed.kind === 'ok') openMac(parsed.experiment, privacyKey());
      if (options.json) {
        await print(
          JSON.stringify(
            parsed.kind === 'ok'
              ? { ok: true, experiment: parsed.experiment, warnings: parsed.warnings }
              : { ok: false, faults: parsed.faults },
          ),
        );
      } else if (parsed.kind === 'ok') {
        await print(asListing(parsed.experiment));
        for (const warning of parsed.warnings) say(formatExperimentFault(warning));
        say(`${file} is sound${afterTests(parsed.experiment)}.`);
      } else {
        await print(parsed.faults.map(formatExperimentFault).join('\n'));
        say(`${file}: ${parsed.faults.length === 1 ? '1 fault' : `${parsed.faults.length} faults`}.`);
      }
      if (parsed.kind === 'faults') process.exitCode = FAULTY;
    });
  return withExamples(command, [
    ['parallax check experiment.yaml', 'what it will do, or all faults with line and cure'],
    ['parallax check --json experiment.yaml', 'the same for programs, defaults filled in'],
  ]);
}

function afterTests({ tests = [] }: Experiment): string {
  if (tests.length === 0) return '';
  return tests.length === 1
    ? ', and its test comes out as it must'
    : `, and its ${tests.length} tests come out as they must`;
}

function asListing(experiment: Experiment): string {
  const described = describeExperiment(experiment);
  const width = Math.max(...described.map(({ about }) => about.length));
  return described
    .flatMap(({ about, lines }) => lines.map((line, index) => `${(index === 0 ? about : '').padEnd(width)}  ${line}`))
    .map((line) => line.replace(/\p{Cc}/gu, '·'))
    .join('\n');
}
