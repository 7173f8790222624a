// `parallax verdict`: same, or better, and how sure; the exit code is the answer.
import { setTimeout as delay } from 'node:timers/promises';
import {
  type DivergenceStore,
  describeVerdict,
  summariseVerdict,
  type VerdictName,
  type VerdictReport,
  verdictExitCode,
} from '@parallax/core';
import { readVerdict } from '@parallax/platform';
import { Command } from 'commander';
import { jsonOption, nextCommand, storeOption } from '../config.ts';
import { withExamples } from '../help.ts';
import { paint, print, say } from '../output/terminal.ts';
import { findSubject, withStore } from '../reading/store.ts';

const WATCH_EVERY_MS = 2_000;
const COLOURS = { PARITY: 'green', DIVERGING: 'red', INCONCLUSIVE: 'yellow', 'NO DATA': 'yellow' } as const;

interface Options {
  readonly store: string;
  readonly run: string;
  readonly watch?: boolean;
  readonly json?: boolean;
}

export function verdictCommand(): Command {
  const command = new Command('verdict')
    .description(
      'Say whether the candidate is the same: PARITY, DIVERGING, INCONCLUSIVE or NO DATA, with the counts and the ledger.\nExit code 0 PARITY, 1 DIVERGING, 2 anything else. It is a plain count: it claims no more than it says.',
    )
    .argument('[experiment]', 'its name, or its file, whose criteria then count; default: the only one in the store')
    .option('--run <name>', '`live`, or the name of a replay', 'live')
    .option('--watch', 'print a line whenever it changes, until Ctrl-C')
    .addOption(storeOption())
    .addOption(jsonOption())
    .action(async (experiment: string | undefined, options: Options) => {
      const verdict = await withStore(options.store, async (store) => {
        const ask = async () => {
          const subject = await findSubject(store, experiment);
          return readVerdict(store, {
            experiment: subject.experiment,
            run: options.run,
            thresholds: subject.thresholds,
            ...(subject.outputs === undefined ? {} : { outputs: subject.outputs }),
          });
        };
        if (options.watch) return watch(ask, options);
        return once(store, await ask(), options);
      });
      process.exitCode = verdictExitCode(verdict);
    });
  return withExamples(command, [
    ['parallax verdict', 'the only experiment of the store, live'],
    ['parallax verdict experiment.yaml', 'against the criteria of the file'],
    ['parallax verdict order-pricing --run build-b --json', 'a replay, for programs'],
    ['parallax verdict --watch', 'follow a run'],
  ]);
}

async function once(
  store: DivergenceStore,
  report: VerdictReport,
  { json, run, store: address }: Options,
): Promise<VerdictName> {
  if (json) await print(JSON.stringify(report));
  else {
    const [head = '', ...lines] = describeVerdict(report);
    await print(head.replace(report.verdict, paint(['bold', COLOURS[report.verdict]], report.verdict)));
    await print(lines.join('\n'));
    if (report.verdict === 'NO DATA') {
      say(`\nRun ${run} has no judged pair in ${store.address}. \`parallax runs ls\` lists the runs there are.`);
    } else if (report.diverged > 0) {
      const rest = `signatures ${report.experiment}${run === 'live' ? '' : ` --run ${run}`}`;
      say(`\nLook further: ${nextCommand(rest, address)}`);
    }
  }
  return report.verdict;
}

/** Reads again and again until the person has seen enough; the last verdict is the answer. */
async function watch(ask: () => Promise<VerdictReport>, options: Options): Promise<VerdictName> {
  const enough = new AbortController();
  const end = () => enough.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    for (let shown = ''; ; ) {
      const report = await ask();
      const line = options.json ? JSON.stringify(report) : summariseVerdict(report);
      if (line !== shown) await print(options.json ? line : `${new Date().toISOString().slice(11, 19)}  ${line}`);
      shown = line;
      await delay(WATCH_EVERY_MS, undefined, { signal: enough.signal }).catch(() => undefined);
      if (enough.signal.aborted) return report.verdict;
    }
  } finally {
    process.off('SIGINT', end);
    process.off('SIGTERM', end);
  }
}
