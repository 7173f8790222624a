// `parallax doctor FILE`: what would keep an experiment from starting, or make its answers wrong, before it is started.
import { existsSync } from 'node:fs';
import { COMPARATOR_OPTIONS } from '@parallax/comparator';
import { type Experiment, Fault, formatExperimentFault } from '@parallax/core';
import {
  type OpenedSchemas,
  openMac,
  openSchemas,
  readExperiment,
  systemClock,
  withoutPassword,
} from '@parallax/platform';
import { Command } from 'commander';
import {
  archiveOption,
  callerPath,
  jsonOption,
  logAccess,
  logOption,
  privacyKey,
  registryAccess,
  serviceOptions,
  storeAccess,
  storeOption,
} from '../config.ts';
import { examinePatient } from '../doctoring/doctor.ts';
import { type Finding, findingOf, type Level, worst } from '../doctoring/finding.ts';
import { withExamples } from '../help.ts';
import { counted } from '../output/amount.ts';
import { paint, print, say } from '../output/terminal.ts';

const TROUBLE = 2;

interface Options {
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly json?: boolean;
}

export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description(
      'Look at everything an experiment needs before it is started: brokers, rights, topics, partitions, retention, clocks,\ngroups, store, archive, memory. Nothing is changed. Exit code 0 when nothing stands in the way, else 2.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .addOption(logOption())
    .addOption(storeOption())
    .addOption(archiveOption())
    .addOption(jsonOption('print one JSON object a finding'))
    .action(async (file: string, options: Options) => {
      const findings = await findingsOf(file, options, command.getOptionValueSource('archive') !== 'default');
      for (const finding of findings) await print(options.json ? JSON.stringify(finding) : inWords(finding));
      const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
      const isFit = worst(findings) !== 'problem';
      say(
        `${isFit ? 'Nothing stands in the way' : 'This stands in the way'}: ${counted(count('problem'), 'problem')}, ${counted(count('warning'), 'warning')}, ${counted(count('note'), 'note')}.`,
      );
      if (!isFit) process.exitCode = TROUBLE;
    });
  return withExamples(command, [
    ['parallax doctor experiment.yaml --log kafka://broker:9092', 'before the first start'],
    ['parallax doctor experiment.yaml --json', 'the same for programs'],
  ]);
}

async function findingsOf(file: string, options: Options, isArchiveGiven: boolean): Promise<readonly Finding[]> {
  const parsed = await readExperiment(callerPath(file), file);
  if (parsed.kind === 'faults') {
    return parsed.faults.map((fault): Finding => {
      return { area: 'experiment', level: 'problem', says: formatExperimentFault(fault), code: 'experiment-invalid' };
    });
  }
  const { experiment } = parsed;
  const isArchived = isArchiveGiven || existsSync(options.archive.replace(/^file:/, ''));
  const schemas = await schemasFor(experiment, callerPath(file));
  if (schemas instanceof Fault) return [findingOf('experiment', schemas)];
  const found = await examinePatient({
    experiment,
    schemas,
    log: options.log,
    logAccess: logAccess(),
    store: options.store,
    storeAccess: storeAccess(),
    archive: isArchived ? options.archive : undefined,
    metadataBytes: serviceOptions({ metadataBytes: COMPARATOR_OPTIONS.metadataBytes }).metadataBytes,
    now: () => systemClock.now(),
  });
  const sound: Finding = { area: 'experiment', level: 'ok', says: `${file} is sound.` };
  const masks = maskFindings(() => void openMac(experiment, privacyKey()));
  return [sound, ...masks, ...found].map(withoutSecrets);
}

async function schemasFor(experiment: Experiment, path: string): Promise<OpenedSchemas | Fault> {
  try {
    return await openSchemas(experiment, path, registryAccess());
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function maskFindings(open: () => void): readonly Finding[] {
  try {
    open();
    return [];
  } catch (error) {
    if (error instanceof Fault) return [findingOf('experiment', error)];
    throw error;
  }
}

/** Addresses may come with a password from the person's own hand. */
function withoutSecrets(finding: Finding): Finding {
  const says = finding.says.replace(/\b[a-z][a-z\d+.-]*:\/\/\S+/gi, withoutPassword);
  return { ...finding, says };
}

const MARKS: Readonly<Record<Level, readonly [text: string, style: Parameters<typeof paint>[0]]>> = {
  ok: ['ok', 'green'],
  note: ['note', 'cyan'],
  warning: ['warning', 'yellow'],
  problem: ['PROBLEM', 'red'],
};

function inWords({ area, level, says, means, cure }: Finding): string {
  const [mark, style] = MARKS[level];
  const lines = [says, ...(means === undefined ? [] : [means]), ...(cure === undefined ? [] : [`→ ${cure}`])];
  const head = `${paint(style, mark.padEnd(7))}  ${area.padEnd(10)}  `;
  const printable = lines.flatMap((line) => line.split('\n')).map((line) => line.replace(/\p{Cc}/gu, '·'));
  return printable.map((line, index) => `${index === 0 ? head : ' '.repeat(21)}${line}`).join('\n');
}
