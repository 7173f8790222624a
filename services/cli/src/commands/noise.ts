// `parallax noise FILE`: how often legacy differs from itself and from the candidate, and the rules that follow from it.
import {
  acceptedRule,
  describeNoise,
  type Experiment,
  Fault,
  hasTwin,
  type NoiseReport,
  type NoiseSuggestion,
  noiseReport,
  withoutTwin,
} from '@parallax/core';
import { loadExperiment, openLog, openMeans, openSchemas, systemClock } from '@parallax/platform';
import { Command } from 'commander';
import {
  callerPath,
  jsonOption,
  logAccess,
  logOption,
  parallaxCommand,
  privacyKey,
  quotedForShell,
  registryAccess,
  storeOption,
} from '../config.ts';
import { withExamples } from '../help.ts';
import { noiseFromFiles } from '../noise/from-files.ts';
import { noiseFromStore } from '../noise/from-store.ts';
import { accepted, checkCanAsk, writeRules } from '../noise/writing.ts';
import { print, say } from '../output/terminal.ts';
import { withStore } from '../reading/store.ts';

interface Options {
  readonly log: string;
  readonly store: string;
  readonly legacy?: string;
  readonly twin?: string;
  readonly candidate?: string;
  readonly output?: string;
  readonly write?: boolean;
  readonly accept?: readonly string[];
  readonly json?: boolean;
}

export function noiseCommand(): Command {
  const command = new Command('noise')
    .description(
      'Tell noise from regressions: how often legacy differs from its twin, path by path, how often from the candidate, and\nwhether that is more. Suggests the narrowest rule that covers the noise, and writes those you accept into the file.\nExit code 0 when it could be measured, whatever it is; else 2.',
    )
    .argument('<file>', 'the experiment, a YAML file with `twin`; with --legacy and --twin it need not have one')
    .option('--legacy <file>', 'events of legacy: measure from files, without log and store')
    .option('--twin <file>', 'events of its twin')
    .option('--candidate <file>', 'events of the candidate')
    .option('--output <name>', 'which output of the experiment the files hold, where it has several')
    .option('--write', 'write accepted rules into the file; asks for each at a terminal')
    .option('--accept <names>', 'with --write: all, or names of suggestions, comma-separated', names)
    .addOption(logOption())
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object'))
    .action(noise);
  return withExamples(command, [
    ['parallax noise experiment.yaml', 'what is noise, what is more, and what could be done'],
    ['parallax noise experiment.yaml --write', 'choose rules one by one'],
    ['parallax noise experiment.yaml --write --accept "noise /total,noise /at"', 'these'],
    ['parallax noise x.yaml --legacy a.ndjson --twin a2.ndjson --candidate b.ndjson', 'from files, no server'],
  ]);
}

function names(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

async function noise(file: string, options: Options): Promise<void> {
  const { write = false, accept, json = false } = options;
  if (accept !== undefined && !write) {
    throw new Fault('--accept says which rules are written, so it goes with --write.', {
      code: 'usage',
      cure: 'Give --write too, or leave --accept out.',
    });
  }
  if (write && accept === undefined) checkCanAsk();
  const experiment = await loadExperiment(callerPath(file), file);
  const report = await measured(experiment, file, options);
  const taken = write ? await accepted(report.suggestions, accept) : [];
  const date = new Date(systemClock.now()).toISOString().slice(0, 10);
  if (taken.length > 0) {
    await writeRules(
      callerPath(file),
      file,
      taken.map((one) => acceptedRule(one, report, date)),
    );
  }
  const isAll = accept?.length === 1 && accept[0] === 'all';
  const refused = isAll ? report.suggestions.filter((one) => !taken.includes(one)) : [];
  if (json) {
    const named = (rules: readonly NoiseSuggestion[]) => rules.map(({ name }) => name);
    await print(JSON.stringify(write ? { ...report, written: named(taken), refused: named(refused) } : report));
  } else await print(describeNoise(report).join('\n'));
  if (write)
    say(
      taken.length === 0 ? 'No rule was written.' : `Written to ${file}: ${taken.map(({ name }) => name).join(', ')}.`,
    );
  for (const { name, beyondNoise } of refused) {
    say(
      `Not written: ${name}. At ${beyondNoise.join(', ')} the candidate differs more than legacy from itself, and the rule may hide that. Look at \`parallax signatures\` first; --accept "${name}" writes it all the same.`,
    );
  }
  if (!write && report.suggestions.length > 0 && !json) {
    say(`\nTo write them: ${parallaxCommand(`noise ${quotedForShell(file)} --write`)}`);
  }
}

async function measured(experiment: Experiment, file: string, options: Options): Promise<NoiseReport> {
  const { legacy, twin, candidate, output } = options;
  const means = openMeans(experiment, privacyKey());
  if (legacy !== undefined && twin !== undefined) {
    const files = { legacy, twin, ...(candidate === undefined ? {} : { candidate }) };
    const found = await noiseFromFiles(experiment, callerPath(file), files, output, means);
    return noiseReport(found.experiment, found.counted, found.samples, means);
  }
  if (legacy !== undefined || twin !== undefined || candidate !== undefined || output !== undefined) {
    throw new Fault('Files are measured as a whole: what legacy published and what its twin did.', {
      code: 'usage',
      cure: 'Give --legacy and --twin, and --candidate for what the candidate does; or none of them, to read log and store.',
    });
  }
  if (!hasTwin(experiment)) throw withoutTwin(experiment.name);
  return withStore(options.store, async (store) => {
    const log = await openLog(options.log, logAccess());
    try {
      const openFor = (compared: Experiment) => openSchemas(compared, callerPath(file), registryAccess());
      const found = await noiseFromStore(experiment, store, log, openFor);
      return noiseReport(found.experiment, found.counted, found.samples, means);
    } finally {
      await log.close();
    }
  });
}
