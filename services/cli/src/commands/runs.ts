// `parallax runs`: the runs of an experiment; two of them side by side; one removed with all that is its own.
import { comparatorGroup } from '@parallax/comparator';
import {
  checkRunName,
  type DivergenceStore,
  describeVerdict,
  type EventLog,
  Fault,
  formatDuration,
  formatPercentage,
  suggest,
  topicOfRun,
} from '@parallax/core';
import { openLog, type RunSummary, readRunComparison, readRuns, readVerdict } from '@parallax/platform';
import type { ReplayDetails } from '@parallax/replayer';
import { Command } from 'commander';
import { jsonOption, logAccess, logOption, storeOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { asTime, counted } from '../output/amount.ts';
import { table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';
import { findSubject, withStore } from '../reading/store.ts';
import { comparisonLines } from '../replaying/comparison.ts';
import { detailsOf, removeRun } from '../replaying/removal.ts';
import { lateness } from '../replaying/words.ts';

const TROUBLE = 2;
const WHOSE = 'the experiment, by name or file; default: the only one in the store';

interface Options {
  readonly store: string;
  readonly json?: boolean;
}

export function runsCommand(): Command {
  return new Command('runs')
    .description('The runs of an experiment: `live`, and every replay. By itself it lists them.')
    .addCommand(lsCommand(), { isDefault: true })
    .addCommand(showCommand())
    .addCommand(compareCommand())
    .addCommand(deleteCommand());
}

function lsCommand(): Command {
  const command = new Command('ls')
    .description('List the runs, with what was judged in each.\nExit code 0 when there is one, 2 when there is none.')
    .argument('[experiment]', 'its name, or its file; default: all')
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object a run'))
    .action(async (given: string | undefined, { store: address, json }: Options) => {
      await withStore(address, async (store) => {
        const experiment = given === undefined ? undefined : (await findSubject(store, given)).experiment;
        const runs = await readRuns(store, experiment === undefined ? {} : { experiment });
        if (json) for (const run of runs) await print(JSON.stringify({ ...run, details: detailsOf(run) }));
        else if (runs.length > 0) await print(asTable(runs));
        if (runs.length > 0) return;
        say(`There is no run in ${store.address}. An experiment makes one (parallax start FILE), a replay another.`);
        process.exitCode = TROUBLE;
      });
    });
  return withExamples(command, [
    ['parallax runs ls', 'of every experiment'],
    ['parallax runs ls order-pricing --json', 'of one, for programs'],
  ]);
}

function showCommand(): Command {
  const command = new Command('show')
    .description('Everything about one run: what was fed, how, and the verdict.\nExit code 0, or 2 when there is none.')
    .argument('<run>', '`live`, or the name of a replay')
    .argument('[experiment]', WHOSE)
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object'))
    .action(async (run: string, given: string | undefined, { store: address, json }: Options) => {
      await withStore(address, async (store) => {
        const { experiment, thresholds } = await findSubject(store, given);
        const summary = await oneRun(store, experiment, run);
        const verdict = await readVerdict(store, { experiment, run, thresholds });
        if (json) {
          await print(JSON.stringify({ ...summary, details: detailsOf(summary), verdict }));
          return;
        }
        await print(describeVerdict(verdict).join('\n'));
        const facts = Object.entries(factsOf(summary));
        if (facts.length > 0) await print(`\n${table(['about the run', ''], facts, { maxCell: 100 })}`);
      });
    });
  return withExamples(command, [['parallax runs show build-b', 'the verdict, what was fed, at which pace']]);
}

function compareCommand(): Command {
  const command = new Command('compare')
    .description(
      'Two runs pair by pair, against what legacy answered: fixed, remaining, new.\nExit code 0 when nothing new diverges, 1 when something does, 2 when no pair was judged in both.',
    )
    .argument('<before>', '`live`, or the name of a replay')
    .argument('<after>', 'the later build’s run')
    .argument('[experiment]', WHOSE)
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object'))
    .action(async (before: string, after: string, given: string | undefined, { store: address, json }: Options) => {
      await withStore(address, async (store) => {
        const { experiment } = await findSubject(store, given);
        const [one, other] = [await oneRun(store, experiment, before), await oneRun(store, experiment, after)];
        const comparison = await readRunComparison(store, { experiment, before, after });
        const builds = { before: one.build, after: other.build };
        if (json) await print(JSON.stringify({ experiment, before, after, builds, ...comparison }));
        else for (const line of comparisonLines(experiment, one, other, comparison)) await print(line);
        const { fixed, remaining, new: added, steady } = comparison.counts;
        process.exitCode = fixed + remaining + added + steady === 0 ? TROUBLE : added > 0 ? 1 : 0;
      });
    });
  return withExamples(command, [
    ['parallax runs compare live build-b', 'what the replayed build fixes, against what ran live'],
    ['parallax runs compare build-b build-c order-pricing', 'two builds on the same traffic'],
  ]);
}

function deleteCommand(): Command {
  const command = new Command('delete')
    .description(
      'Remove a replay: its topics, its groups, its rows. Live topics, the archive and run `live` are never touched.\nExit code 0, or 2 when it cannot be removed.',
    )
    .argument('<run>', 'the name of a replay')
    .argument('[experiment]', WHOSE)
    .addOption(logOption())
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object'))
    .action(async (run: string, given: string | undefined, options: Options & { readonly log: string }) => {
      checkRunName(run);
      await withStore(options.store, async (store) => {
        const { experiment } = await findSubject(store, given);
        const summary = await oneRun(store, experiment, run);
        const log = await openLog(options.log, logAccess());
        try {
          const removed = await remove(log, store, summary);
          if (options.json) await print(JSON.stringify({ experiment, run, ...removed }));
          else say(`Run ${run} of ${experiment} is gone: ${counted(removed.topics.length, 'topic')}, and its rows.`);
        } finally {
          await log.close();
        }
      });
    });
  return withExamples(command, [['parallax runs delete build-b', 'and its name is free again']]);
}

function remove(log: EventLog, store: DivergenceStore, summary: RunSummary) {
  return removeRun(log, store, summary, [comparatorGroup(summary.experiment, summary.run)]);
}

async function oneRun(store: DivergenceStore, experiment: string, run: string): Promise<RunSummary> {
  const runs = await readRuns(store, { experiment });
  const found = runs.find((one) => one.run === run);
  if (found !== undefined) return found;
  const names = runs.map((one) => one.run);
  const meant = suggest(run, names);
  throw new Fault(`Experiment ${experiment} has no run ${JSON.stringify(run)}.`, {
    code: 'run-unknown',
    cure:
      names.length === 0
        ? 'It has none at all.'
        : `${meant === undefined ? '' : `Did you mean ${meant}? `}It has ${names.join(', ')}.`,
  });
}

function asTable(runs: readonly RunSummary[]): string {
  return table(
    ['experiment', 'run', 'build', 'state', 'begun (UTC)', 'pace', 'judged', 'diverged', 'undecided', 'parity'],
    runs.map((one) => [
      one.experiment,
      one.run,
      one.build,
      one.state ?? '',
      one.started === null ? '' : asTime(one.started),
      detailsOf(one)?.pace ?? '',
      one.pairs,
      one.diverged,
      one.undecided,
      parityOf(one),
    ]),
  );
}

function parityOf({ pairs, diverged, undecided }: RunSummary): string {
  const decided = pairs - undecided;
  return decided === 0 ? '' : formatPercentage((decided - diverged) / decided, 'down');
}

/** The digest is the same for the same rules, in any run; the number is that of the run's rows. */
function rulesOf({ rulesVersion }: RunSummary, details: ReplayDetails | undefined): Record<string, string> {
  const number = rulesVersion === null ? [] : [`version ${rulesVersion} of this run`];
  const said = [...(details?.rules === undefined ? [] : [details.rules]), ...number];
  return said.length === 0 ? {} : { rules: said.join(', ') };
}

/** Runs of former builds tell their last session's only. */
function rateOf({ rate, whole }: NonNullable<ReplayDetails['fed']>): string {
  const session = `${rate} records/s`;
  return whole === undefined || whole.sessions < 2
    ? session
    : `${whole.rate} records/s in ${whole.sessions} sessions, pauses left out; ${session} in the last`;
}

function factsOf(summary: RunSummary): Record<string, string | number> {
  const details = detailsOf(summary);
  const { fed } = details ?? {};
  const range = (from: string | null, to: string | null) => `${from ?? 'the beginning'} to ${to ?? 'the end'}`;
  return {
    ...(summary.state === undefined ? {} : { state: summary.state, build: summary.build }),
    ...(summary.started === null ? {} : { begun: asTime(summary.started) }),
    ...(summary.ended === null ? {} : { ended: asTime(summary.ended) }),
    ...(details === undefined
      ? {}
      : {
          'fed from': `${details.source}, ${range(details.from, details.to)}`,
          'fed to': topicOfRun(details.source, summary.run),
          pace: details.pace,
          ...(details.chosen == null ? {} : { chosen: details.chosen }),
          ...(details.warmUpMs > 0 ? { 'warmed up by': formatDuration(details.warmUpMs) } : {}),
        }),
    ...rulesOf(summary, details),
    ...(fed === undefined
      ? {}
      : {
          inputs: `${fed.inputs.fed} of ${fed.inputs.total}, ${fed.inputs.ids} ids`,
          ...(fed.inputs.looked > fed.inputs.total ? { 'recorded inputs': fed.inputs.looked } : {}),
          ...(fed.inputs.warming > 0 ? { 'ids not judged': fed.inputs.warming } : {}),
          ...(fed.missing > 0 ? { 'lost by the archive': `${fed.missing} offsets` } : {}),
          rate: rateOf(fed),
          ...(fed.sendError === null ? {} : { 'late by': lateness(fed.sendError) }),
          'recorded answers': `${fed.outputs.fed}, ${fed.outputs.notSelected} to other ids left out`,
          recorded: range(fed.earliest, fed.latest),
        }),
  };
}
