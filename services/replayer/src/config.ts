// What the replayer is told: experiment, run and pace on its command line, everything else in its environment.
import { parseArgs } from 'node:util';
import { checkRunName, Fault } from '@parallax/core';
import { type Environment, type Level, oneOf, option, readOptions, text } from '@parallax/platform';
import { parsePace, type ReplayPace } from './pace.ts';
import type { TimeRange } from './ranges.ts';
import { timeRange } from './refusals.ts';

export const REPLAYER_OPTIONS = {
  log: option({
    name: 'log',
    env: 'PARALLAX_LOG',
    doc: 'event log the run is fed to',
    default: 'embedded:.parallax/log',
    parse: text,
  }),
  archive: option({
    name: 'archive',
    env: 'PARALLAX_ARCHIVE',
    doc: 'archive the records come from',
    default: 'file:.parallax/archive',
    parse: text,
  }),
  store: option({
    name: 'store',
    env: 'PARALLAX_STORE',
    doc: 'divergence store that keeps the list of runs',
    default: 'chdb:.parallax/store',
    parse: text,
  }),
  storePassword: option({
    name: 'store password',
    env: 'PARALLAX_STORE_PASSWORD',
    doc: 'password of the user in the address of a ClickHouse server',
    default: '',
    secret: true,
    parse: text,
  }),
  logLevel: option<Level>({
    name: 'logLevel',
    env: 'PARALLAX_LOG_LEVEL',
    doc: 'least level of the lines written to stderr',
    default: 'info',
    parse: oneOf('debug', 'info', 'warn', 'error'),
  }),
  crashAt: option({
    name: 'crashAt',
    env: 'PARALLAX_CRASH_AT',
    doc: 'for tests: the crash point at which the process kills itself, `name` or `name:n` for the n-th time',
    default: '',
    parse: text,
  }),
} as const;

/** What the command line says. */
export interface ReplayRequest extends TimeRange {
  /** Path of the experiment file. */
  readonly experiment: string;
  readonly run: string;
  readonly pace: ReplayPace;
  /** What is tried, for people. */
  readonly build?: string;
}

export interface ReplayerConfig extends ReplayRequest, ReturnType<typeof readOptions<typeof REPLAYER_OPTIONS>> {}

/** As a command line gives them. */
export interface ReplayFlags {
  readonly run?: string;
  readonly pace?: string;
  readonly from?: string;
  readonly to?: string;
  readonly build?: string;
}

const USAGE =
  'Call it as: replayer EXPERIMENT.yaml --run NAME [--pace flat-out|as-recorded|10x|200/s] [--from TIME] [--to TIME] [--build LABEL]';

/** @throws Fault `bad-arguments`, `bad-run-name`, `bad-pace`, `bad-time-range` */
export function replayRequest(experiment: string, flags: ReplayFlags): ReplayRequest {
  const { run, pace = 'flat-out', from, to, build } = flags;
  if (run === undefined) {
    throw new Fault('A replay needs a name for its run.', {
      code: 'bad-arguments',
      cure: 'Give --run NAME, for example --run build-b.',
    });
  }
  const time = timeRange({
    ...(from === undefined ? {} : { from: parseTime('--from', from) }),
    ...(to === undefined ? {} : { to: parseTime('--to', to) }),
  });
  return {
    experiment,
    run: checkRunName(run),
    pace: parsePace(pace),
    ...time,
    ...(build === undefined ? {} : { build }),
  };
}

export function replayerConfig(argv: readonly string[], environment: Environment): ReplayerConfig {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(`The replayer does not understand its arguments: ${why}`, {
      code: 'bad-arguments',
      cure: USAGE,
      cause,
    });
  }
  const { values, positionals } = parsed;
  const [experiment, ...more] = positionals;
  if (experiment === undefined || more.length > 0) {
    throw new Fault(`The replayer takes one experiment file, not '${argv.join(' ')}'`, {
      code: 'bad-arguments',
      cure: USAGE,
    });
  }
  return { ...readOptions(REPLAYER_OPTIONS, environment), ...replayRequest(experiment, values) };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      run: { type: 'string' },
      pace: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      build: { type: 'string' },
    },
  });
}

function parseTime(flag: string, given: string): number {
  const time = /^\d+$/.test(given) ? Number(given) : Date.parse(given);
  if (Number.isSafeInteger(time)) return time;
  throw new Fault(`${flag} is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give a time such as 2026-01-31T08:00:00Z, or epoch milliseconds.',
  });
}
