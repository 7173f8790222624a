// `parallax deadletters`: the events that could not be read (`ls`), and reading them again (`retry`).
import {
  COMPARATOR_OPTIONS,
  comparatorRequest,
  parseFrom,
  type RetryReport,
  readUnread,
  runComparator,
} from '@parallax/comparator';
import {
  type DeadLetter,
  deadLetterPreview,
  deadLetterTopic,
  type Experiment,
  Fault,
  LIVE_RUN,
  readTopics,
  SIDES,
  topicOfRun,
  UNREAD_COLUMNS,
} from '@parallax/core';
import { loadExperiment, openLog, openLogger, openMeans, runUntilSignal } from '@parallax/platform';
import { Command, InvalidArgumentError, Option } from 'commander';
import { callerPath, jsonOption, logAccess, logOption, privacyKey, serviceOptions, storeOption } from '../config.ts';
import { deadLetters, type LetterFilter, type LetterState, stateOf } from '../deadletters/listing.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { asTime, counted } from '../output/amount.ts';
import { table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';

const LISTED = 50;
const PREVIEW = 80;

interface Options extends LetterFilter {
  readonly log: string;
  readonly store: string;
  readonly json?: boolean;
  readonly all?: boolean;
  readonly limit: number;
}

export function deadlettersCommand(): Command {
  return new Command('deadletters')
    .description(
      'The events of both sides that have no correlation id or cannot be decoded. They are counted in the ledger and kept, byte for\nbyte, in the topic parallax.EXPERIMENT.deadletters, with headers x-parallax-error-* behind their own.',
    )
    .addCommand(lsCommand())
    .addCommand(retryCommand());
}

function filtered(command: Command): Command {
  return command
    .argument('<file>', 'the experiment, a YAML file')
    .option('--run <name>', '`live`, or the name of a replay', LIVE_RUN)
    .addOption(new Option('--side <side>', 'only this side').choices(SIDES))
    .option('--output <name>', 'only this output')
    .addOption(new Option('--code <code>', 'only these').choices(UNREAD_COLUMNS))
    .option('--since <time>', 'only events stamped at or after this time (ISO 8601)', timeOf)
    .addOption(logOption());
}

function lsCommand(): Command {
  const command = filtered(new Command('ls'))
    .description(
      'Count them by what is wrong, and list them. Values are masked as `privacy` says; their bytes in the topic are not.',
    )
    .option('--all', 'also those that could be read since')
    .option('--limit <n>', 'list at most so many; all are counted', wholeNumber, LISTED)
    .addOption(jsonOption('print one JSON object an event, and no counts'))
    .action(ls);
  return withExamples(command, [
    ['parallax deadletters ls experiment.yaml', 'what is wrong, how often, and with which events'],
    ['parallax deadletters ls experiment.yaml --side candidate --code no-id', 'some of them'],
    ['parallax deadletters ls experiment.yaml --json', 'all of them, for programs'],
  ]);
}

function retryCommand(): Command {
  const command = filtered(new Command('retry'))
    .description(
      "Read them again from the systems' own topics, as the file says now, and judge what has an id: in the ledger they move,\nnothing is counted twice. The comparator of the run must be stopped. Killed at any moment, call it again.\nExit code 0 when all could be read, 2 when some could not.",
    )
    .addOption(storeOption())
    .addOption(jsonOption('print the result as one JSON object'))
    .action(retry);
  return withExamples(command, [
    ['parallax deadletters retry experiment.yaml', 'after its correlation was mended'],
    ['parallax deadletters retry experiment.yaml --side candidate --since 2026-03-01', 'some of them'],
  ]);
}

async function ls(file: string, options: Options): Promise<void> {
  const experiment = await loadExperiment(callerPath(file), file);
  checkOutput(experiment, options.output);
  const preview = deadLetterPreview(experiment, openMeans(experiment, privacyKey()));
  const log = await openLog(options.log, logAccess());
  try {
    const sides = readTopics(experiment);
    const topics = sides.map((topic) => topicOfRun(topic, options.run));
    const unread = await readUnread(log, experiment.name, options.run, topics);
    const counts = new Map<string, number>();
    const listed: (readonly (string | number)[])[] = [];
    let found = 0;
    for await (const letter of deadLetters(log, experiment.name, options)) {
      const state = stateOf(letter, unread);
      if (state === 'read' && options.all !== true) continue;
      found++;
      const shown = preview(letter);
      if (options.json) {
        await print(JSON.stringify(asObject(letter, state, shown)));
        continue;
      }
      const kind = JSON.stringify([letter.code, letter.reason, letter.output, letter.side, state]);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      if (listed.length < options.limit) listed.push(asRow(letter, state, shown.value));
    }
    if (options.json) return;
    if (found === 0)
      say(`There is no dead letter${options.all ? '' : ' that counts'} in ${deadLetterTopic(experiment.name)}.`);
    else await tell(counts, listed, found);
  } finally {
    await log.close();
  }
}

async function tell(
  counts: ReadonlyMap<string, number>,
  listed: readonly (readonly (string | number)[])[],
  found: number,
): Promise<void> {
  const kinds = [...counts].sort(([, one], [, other]) => other - one);
  const rows = kinds.map(([kind, count]): (string | number)[] => [...(JSON.parse(kind) as string[]), count]);
  await print(table(['code', 'reason', 'output', 'side', 'state', 'events'], rows));
  if (listed.length === 0) return;
  await print('');
  await print(table(['event', 'stamped (UTC)', 'code', 'reason', 'state', 'value'], listed, { maxCell: PREVIEW }));
  if (found > listed.length) say(`… and ${counted(found - listed.length, 'more', 'more')}; --limit lists them.`);
}

function asRow(letter: DeadLetter, state: LetterState, value: string | null): readonly (string | number)[] {
  const { topic, partition, offset, timestamp, code, reason, omittedBytes } = letter;
  const shown = omittedBytes > 0 ? `(${omittedBytes} bytes, only in ${topic})` : (value ?? '(none)');
  return [`${topic}/${partition}/${offset}`, asTime(timestamp), code, reason, state, shown];
}

function asObject(letter: DeadLetter, state: LetterState, preview: object): object {
  const { code, reason, run, output, side, topic, partition, offset, timestamp, build, value, omittedBytes } = letter;
  const bytes = omittedBytes > 0 ? omittedBytes : (value?.length ?? 0);
  return { code, reason, state, run, output, side, topic, partition, offset, timestamp, build, bytes, ...preview };
}

async function retry(file: string, options: Options): Promise<void> {
  const { run, side, output, code, since } = options;
  const selection = {
    sides: side === undefined ? SIDES : [side],
    columns: code === undefined ? UNREAD_COLUMNS : [code],
    ...(output === undefined ? {} : { outputs: [output] }),
    ...(since === undefined ? {} : { since }),
  };
  process.exitCode = await runUntilSignal(
    async (life) => {
      checkOutput(await loadExperiment(callerPath(file), file), output);
      const config = {
        ...serviceOptions(COMPARATOR_OPTIONS),
        ...comparatorRequest(callerPath(file), { run }),
        retry: selection,
        log: options.log,
        store: options.store,
      };
      const logger = life.use('the logger', openLogger({ service: 'comparator', to: 'stderr', level: 'error' }));
      return runComparator(life, config, logger, (line) => report(line, options.json === true), file);
    },
    {
      onSignal: () => say('\nStopping in order; Ctrl-C again stops at once.'),
      onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
    },
  );
}

async function report(line: string, json: boolean): Promise<void> {
  if (json) return print(line);
  const { reopened, unread, left }: RetryReport = JSON.parse(line);
  await print(
    `${counted(reopened, 'event')} read again: ${Math.max(0, reopened - unread)} have an id now, ${unread} still have none.`,
  );
  if (left > 0)
    say(
      `${counted(left, 'event')} could not be read again: the log no longer has them, or they lie too far back to be known one by one. The dead-letter topic has their bytes.`,
    );
}

function checkOutput({ outputs }: Experiment, output: string | undefined): void {
  if (output === undefined || outputs.some((one) => one.output === output)) return;
  throw new Fault(`The experiment has no output ${JSON.stringify(output)}`, {
    code: 'output-unknown',
    cure: `It has ${outputs.map((one) => one.output).join(', ')}.`,
  });
}

function timeOf(text: string): number {
  const time = parseFrom(text);
  if (typeof time === 'number') return time;
  throw new InvalidArgumentError('Give a time such as 2026-03-01T08:00:00Z.');
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number, 0 or more.');
}
