// `parallax compare LEGACY CANDIDATE`: two files of events through the same comparison as everywhere, no server.
import {
  type Difference,
  Fault,
  type FilePair,
  FileTally,
  fileSettings,
  type Means,
  SIDES,
  type Side,
  verdictExitCode,
} from '@parallax/core';
import { loadExperiment, openMeans } from '@parallax/platform';
import { Command } from 'commander';
import { comparePairs, emptySides, explainPair } from '../comparing/compare-files.ts';
import { describeExplained, describeFiles } from '../comparing/describe.ts';
import type { EventFile } from '../comparing/event-file.ts';
import { openEvents } from '../comparing/open-events.ts';
import { asInFiles, schemasOf } from '../comparing/schemas-of-files.ts';
import { callerPath, jsonOption, privacyKey } from '../config.ts';
import { withExamples } from '../help.ts';
import { progress } from '../output/progress.ts';
import { print, say } from '../output/terminal.ts';

const TROUBLE = 2;
/** Lines that could not be used, told one by one. */
const TOLD = 20;
/** Written at once, characters. */
const BATCH = 1 << 16;

interface Options {
  readonly experiment?: string;
  readonly output?: string;
  readonly explain?: string;
  readonly json?: boolean;
}

export function compareCommand(): Command {
  const command = new Command('compare')
    .description(
      'Compare two files of events: NDJSON lines {"id":"…","timestamp":1732320000000,"value":…} (key, headers optional), or\n.avro objects of the archive. The order of lines plays no part. Without an experiment: strict JSON.\nExit code 0 when nothing diverges, 1 when something does, 2 when it cannot be told, or a line cannot be used.',
    )
    .argument('<legacy>', 'events of the legacy system')
    .argument('<candidate>', 'events of the candidate')
    .option('--experiment <file>', 'rules, correlation, formats and criteria of an experiment')
    .option('--output <name>', 'which output of the experiment the files hold, where it has several')
    .option('--explain <id>', 'tell of one pair what every rule did, what is not compared included')
    .addOption(jsonOption('print one JSON object a pair, and the summary as the last'))
    .action(compare);
  return withExamples(command, [
    ['parallax compare legacy.ndjson candidate.ndjson', 'strictly, and a summary'],
    [
      'parallax compare a.ndjson b.ndjson --experiment experiment.yaml --json',
      'under the rules agreed on, for programs',
    ],
    ['parallax compare a.ndjson b.ndjson --experiment experiment.yaml --explain order-17', 'which rule did what'],
  ]);
}

async function compare(legacy: string, candidate: string, options: Options): Promise<void> {
  const { experiment: path, output, explain, json = false } = options;
  const given = path === undefined ? undefined : await loadExperiment(callerPath(path), path);
  const sides = { legacy: callerPath(legacy), candidate: callerPath(candidate) };
  const experiment = given === undefined ? undefined : asInFiles(given, sides);
  const means = experiment === undefined ? {} : openMeans(experiment, privacyKey());
  const schemas = experiment === undefined ? {} : await schemasOf(experiment, callerPath(path ?? ''), sides);
  const all = { ...means, schemas };
  const settings = fileSettings(experiment, output, all);
  for (const { name, owner, ticket, expires } of settings.plan.expired) {
    say(`The known difference ${name} (${owner}, ${ticket}) has expired on ${expires}: it counts again.`);
  }
  const files: Partial<Record<Side, EventFile>> = {};
  try {
    const open = (side: Side, shown: string): EventFile => {
      const file = openEvents(callerPath(shown), shown, settings.plan.spec, settings.payload[side]);
      files[side] = file;
      return file;
    };
    const opened = { legacy: open('legacy', legacy), candidate: open('candidate', candidate) };
    if (explain === undefined) await run(opened, settings, json);
    else await explainOne(opened, settings, explain, all, json);
  } finally {
    for (const side of SIDES) files[side]?.close();
  }
}

async function run(
  files: Readonly<Record<Side, EventFile>>,
  settings: ReturnType<typeof fileSettings>,
  json: boolean,
): Promise<void> {
  const tally = new FileTally();
  const shown = progress();
  const unusable = new Unusable();
  const pairs = comparePairs(
    {
      files,
      ...settings,
      unusable: (file, place, why) => unusable.add(file, place, why),
      // A person who watches wants to know; a log does not.
      progress: (line) => (process.stderr.isTTY ? shown.update(line) : undefined),
    },
    tally,
  );
  let batch = '';
  for (const pair of pairs) {
    if (!json) continue;
    batch += `${batch === '' ? '' : '\n'}${asLine(pair)}`;
    if (batch.length < BATCH) continue;
    await print(batch);
    batch = '';
  }
  shown.done();
  const { plan, thresholds } = settings;
  const summary = tally.summary(thresholds, plan.tally.uses(plan.spec.rules));
  if (json) {
    if (batch !== '') await print(batch);
    await print(JSON.stringify({ summary }));
  } else await print(describeFiles(summary, tally, plan.spec.rules).join('\n'));
  unusable.end();
  for (const side of emptySides(tally)) say(`${files[side].shown} holds no event.`);
  // A line that could not be used is trouble, whatever the others say.
  process.exitCode = summary.unreadable > 0 ? TROUBLE : verdictExitCode(summary.verdict);
}

/** The exit code is that of the one pair. */
async function explainOne(
  files: Readonly<Record<Side, EventFile>>,
  settings: ReturnType<typeof fileSettings>,
  id: string,
  means: Means,
  json: boolean,
): Promise<void> {
  const tally = new FileTally();
  const unusable = new Unusable();
  const explained = explainPair(
    { files, ...settings, unusable: (file, place, why) => unusable.add(file, place, why), progress: () => undefined },
    tally,
    id,
    means,
  );
  unusable.end();
  if (explained === undefined) {
    throw new Fault(`Neither file has an event with the id ${JSON.stringify(id)}.`, {
      code: 'pair-unknown',
      cure: 'Ids are compared exactly; without --explain the ids of all pairs are printed by --json.',
    });
  }
  const { pair, passed, unmoved, rules } = explained;
  const told = `"notCompared":[${asList(passed)}],"notExcusedBy":${JSON.stringify(unmoved.map(({ path, rule }) => ({ path, rule })))}`;
  if (json) await print(`${asLine(pair).slice(0, -1)},${told},"rules":${JSON.stringify(rules)}}`);
  else await print(describeExplained(explained).join('\n'));
  process.exitCode = verdictExitCode(tally.summary(settings.thresholds).verdict);
}

/**
 * One object. Values stand in it as JSON, with their numbers as they were written; what a side has not is null, and the
 * kind (added, removed) tells it from a null that was there.
 */
function asLine({ id, outcome, reason, differences, signature }: FilePair): string {
  const [head, tail] = [JSON.stringify({ id, outcome, reason }), JSON.stringify({ signature })];
  return `${head.slice(0, -1)},"differences":[${asList(differences)}]${tail === '{}' ? '}' : `,${tail.slice(1)}`}`;
}

function asList(differences: readonly Difference[]): string {
  const listed = differences.map(({ path, kind, legacy = 'null', candidate = 'null', rule, severity, event }) => {
    const [head, tail] = [JSON.stringify({ path, kind }), JSON.stringify({ rule, severity, event })];
    return `${head.slice(0, -1)},"legacy":${legacy},"candidate":${candidate}${tail === '{}' ? '}' : `,${tail.slice(1)}`}`;
  });
  return listed.join(',');
}

/** Tells the first lines that could not be used, and how many more there were. */
class Unusable {
  private count = 0;

  add(file: EventFile, place: number, why: string): void {
    if (++this.count <= TOLD) say(`${file.shown}:${place}: ${why}`);
  }

  end(): void {
    if (this.count > TOLD) say(`… and ${this.count - TOLD} more lines that could not be used.`);
  }
}
