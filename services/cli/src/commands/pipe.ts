// `parallax pipe INPUT OUTPUT --group G -- CMD`: a program of any language as a system on the event log.
import { Fault } from '@parallax/core';
import { type Lifecycle, openLog, runUntilSignal } from '@parallax/platform';
import { Command } from 'commander';
import {
  callerDirectory,
  callerEnvironment,
  groupOption,
  jsonOption,
  logAccess,
  logOption,
  pipeTopics,
} from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { counted } from '../output/amount.ts';
import { print, say } from '../output/terminal.ts';
import { startProgram } from '../piping/line-program.ts';
import { type PipeCounts, startPipe } from '../piping/pipe.ts';

interface Options {
  readonly log: string;
  readonly group?: string;
  readonly untilCaughtUp?: boolean;
  readonly json?: boolean;
}

export function pipeCommand(): Command {
  const command = new PipeCommand('pipe')
    .usage('[options] [input] [output] -- <command> [args...]')
    .description(
      'Let a program of any language be a system: it gets the value of each input record as one line on stdin, and its line on stdout is the output, in the same partition, with the same key and headers. One line in, one line out, in order, flushed at once; an empty line for no output; stderr is free. JSON that stands on several lines is handed over on one, numbers as written.\nPositions are committed when the output is durable; the next start goes on from there. Without topics and group, PARALLAX_INPUT, PARALLAX_OUTPUT and PARALLAX_GROUP count, which `parallax replay --exec` sets.\nExit code 0 when it was stopped or is through, 2 when something is wrong or the program ended by itself.',
    )
    .argument('[input]', 'topic to read (env: PARALLAX_INPUT)')
    .argument('[output]', 'topic to write; made if it is not there (env: PARALLAX_OUTPUT)')
    .addOption(groupOption())
    .option('--until-caught-up', 'answer what is there now, then exit; default: until Ctrl-C')
    .addOption(logOption())
    .addOption(jsonOption('print what was done as one JSON object'));
  command.action(async (input: string | undefined, output: string | undefined, options: Options) => {
    process.exitCode = await runUntilSignal((life) => pipe(life, input, output, command.program, options), {
      onSignal: () => say('Stopping in order; Ctrl-C again stops at once.'),
      onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
    });
  });
  return withExamples(command, [
    ['parallax pipe orders.in orders.priced --group pricing -- node price.mjs', 'a system, until Ctrl-C'],
    ['parallax pipe orders.in totals --group totals -- jq -c --unbuffered .total', 'a filter that is there already'],
    ["parallax pipe a b --group g -- sh -c 'FAST=1 exec python3 -u price.py'", 'what needs a shell'],
    ['parallax pipe orders.in orders.priced --group p --until-caught-up -- ./price', 'what is there now'],
    ["parallax replay experiment.yaml --run r1 --exec 'parallax pipe -- node price.mjs'", 'as the build of a replay'],
  ]);
}

/** Commander drops `--`; here it is what parts the topics from the program. */
class PipeCommand extends Command {
  program: readonly string[] = [];

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    const at = args.indexOf('--');
    this.program = at < 0 ? [] : args.slice(at + 1);
    return super.parseOptions(at < 0 ? args : args.slice(0, at));
  }
}

async function pipe(
  life: Lifecycle,
  givenInput: string | undefined,
  givenOutput: string | undefined,
  command: readonly string[],
  options: Options,
): Promise<number> {
  const given = { input: givenInput ?? pipeTopics().input, output: givenOutput ?? pipeTopics().output };
  const { input, output, group, file, args } = complete({ ...given, group: options.group }, command);
  const log = life.use('the event log', await openLog(options.log, logAccess()));
  const how = { directory: callerDirectory(), environment: callerEnvironment(), onError: say };
  const program = await life.start(
    'the program',
    () => startProgram({ command: [file, ...args], ...how }),
    (started) => started.stop(),
  );
  const running = await life.start(
    'the pipe',
    () => startPipe({ log, input, output, group, program, say }),
    (started) => started.stop(),
  );
  if (options.untilCaughtUp !== true) say(`From ${input} to ${output} by: ${program.name}. Ctrl-C stops.`);
  const until = [running.ended, life.stopping, ...(options.untilCaughtUp ? [running.caughtUp] : [])];
  await Promise.race(until);
  await running.stop();
  const failure = await running.ended;
  if (failure !== undefined) throw failure;
  const counts = running.counts();
  if (options.json) await print(JSON.stringify({ input, output, group, ...counts }));
  else say(summary(output, counts));
  return 0;
}

function summary(output: string, { read, written, withoutOutput, empty }: PipeCounts): string {
  const silent = withoutOutput === 0 ? '' : `, ${withoutOutput} answered by an empty line`;
  const unasked = empty === 0 ? '' : `, ${empty} without a value`;
  return `${counted(read, 'input')} read${silent}${unasked}; ${counted(written, 'output')} written to ${output}.`;
}

type Given = Record<'input' | 'output' | 'group', string | undefined>;

function complete({ input, output, group }: Given, [file, ...args]: readonly string[]) {
  if (input && output && group && file) return { input, output, group, file, args };
  const missing = [
    ...(input ? [] : ['the input topic (PARALLAX_INPUT)']),
    ...(output ? [] : ['the output topic (PARALLAX_OUTPUT)']),
    ...(group ? [] : ['--group (PARALLAX_GROUP)']),
    ...(file ? [] : ['the program after --']),
  ];
  throw new Fault(`Not given: ${missing.join(', ')}.`, {
    code: 'usage',
    cure: 'For example: parallax pipe orders.in orders.priced --group pricing -- node price.mjs',
  });
}
