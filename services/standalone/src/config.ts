// What standalone is told: the experiment on its command line, everything else in its environment.
import { parseArgs } from 'node:util';
import { type From, parseFrom } from '@parallax/comparator';
import { Fault } from '@parallax/core';
import { type Environment, type Level, oneOf, option, readOptions, text } from '@parallax/platform';

export const STANDALONE_OPTIONS = {
  log: option({
    name: 'log',
    env: 'PARALLAX_LOG',
    doc: 'event log both systems publish to',
    default: 'embedded:.parallax/log',
    parse: text,
  }),
  store: option({
    name: 'store',
    env: 'PARALLAX_STORE',
    doc: 'divergence store the judged pairs are written to',
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
  archive: option({
    name: 'archive',
    env: 'PARALLAX_ARCHIVE',
    doc: 'archive all traffic is kept in',
    default: 'file:.parallax/archive',
    parse: text,
  }),
  logLevel: option<Level>({
    name: 'logLevel',
    env: 'PARALLAX_LOG_LEVEL',
    doc: 'least level of the lines logged',
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

export interface StandaloneConfig extends ReturnType<typeof readOptions<typeof STANDALONE_OPTIONS>> {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** Archive and judge what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
  /** With untilCaughtUp: what is there is all there is. */
  readonly complete: boolean;
  readonly from: From;
}

const USAGE = 'Call it as: standalone EXPERIMENT.yaml [--from earliest|now|TIME] [--until-caught-up [--complete]]';

export function standaloneConfig(argv: readonly string[], environment: Environment): StandaloneConfig {
  return { ...readOptions(STANDALONE_OPTIONS, environment), ...readArguments(argv) };
}

function readArguments(
  argv: readonly string[],
): Pick<StandaloneConfig, 'experiment' | 'untilCaughtUp' | 'complete' | 'from'> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(`Standalone does not understand its arguments: ${why}`, {
      code: 'bad-arguments',
      cure: USAGE,
      cause,
    });
  }
  const { values, positionals } = parsed;
  const [experiment, ...more] = positionals;
  if (experiment === undefined || more.length > 0) {
    throw new Fault(`Standalone takes one experiment file, not '${argv.join(' ')}'`, {
      code: 'bad-arguments',
      cure: USAGE,
    });
  }
  return {
    experiment,
    untilCaughtUp: values['until-caught-up'],
    complete: values.complete,
    from: parseFrom(values.from),
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      'until-caught-up': { type: 'boolean', default: false },
      complete: { type: 'boolean', default: false },
      from: { type: 'string' },
    },
  });
}
