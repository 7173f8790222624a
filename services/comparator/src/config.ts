// What the comparator is told: the experiment on its command line, everything else in its environment.
import { parseArgs } from 'node:util';
import { checkRunName, Fault, LIVE_RUN, MAX_COMMIT_METADATA } from '@parallax/core';
import { type Environment, integer, type Level, oneOf, option, readOptions, text } from '@parallax/platform';
import { type From, parseFrom } from './start.ts';

export const COMPARATOR_OPTIONS = {
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
  cutMs: option({
    name: 'cutMs',
    env: 'PARALLAX_CUT_MS',
    doc: 'how often rows are written and the place in the log is committed; a crash repeats the work of this time',
    unit: 'ms',
    default: 1_000,
    parse: integer(10, 600_000),
  }),
  sampleMs: option({
    name: 'sampleMs',
    env: 'PARALLAX_SAMPLE_MS',
    doc: 'how often the log ends are asked for, the evidence of absence; 0: a quarter of `settle`, 50 to 1000',
    unit: 'ms',
    default: 0,
    parse: integer(0, 60_000),
  }),
  metadataBytes: option({
    name: 'metadataBytes',
    env: 'PARALLAX_COMMIT_METADATA_BYTES',
    doc: "what a commit may carry beside each offset, the broker's offset.metadata.max.bytes; more goes to a topic",
    unit: 'bytes',
    default: MAX_COMMIT_METADATA,
    parse: integer(50, MAX_COMMIT_METADATA),
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
export interface ComparatorRequest {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** `live`, or the name of a replay. */
  readonly run: string;
  /** Where to begin without a checkpoint. */
  readonly from: From;
  /** Judge what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
  /** With untilCaughtUp: what is there is all there is. */
  readonly complete: boolean;
  /** Begin anew: what was committed in this run is forgotten first, its rows stay. */
  readonly forget: boolean;
}

export interface ComparatorConfig
  extends ComparatorRequest,
    ReturnType<typeof readOptions<typeof COMPARATOR_OPTIONS>> {}

/** As a command line gives them. */
export interface ComparatorFlags {
  readonly run?: string;
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
  readonly complete?: boolean;
  readonly forget?: boolean;
}

const USAGE =
  'Call it as: comparator EXPERIMENT.yaml [--run NAME] [--from earliest|now|TIME] [--forget] [--until-caught-up [--complete]]';

/** @throws Fault `bad-arguments`, `bad-run-name` */
export function comparatorRequest(experiment: string, flags: ComparatorFlags): ComparatorRequest {
  const { run = LIVE_RUN, from, untilCaughtUp = false, complete = false, forget = false } = flags;
  if (run !== LIVE_RUN) checkRunName(run);
  if (complete && !untilCaughtUp) {
    throw new Fault('--complete says that what is there is all there is, so it goes with --until-caught-up only', {
      code: 'bad-arguments',
      cure: 'Give --until-caught-up too, or leave --complete out.',
    });
  }
  return { experiment, run, from: parseFrom(from), untilCaughtUp, complete, forget };
}

export function comparatorConfig(argv: readonly string[], environment: Environment): ComparatorConfig {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(`The comparator does not understand its arguments: ${why}`, {
      code: 'bad-arguments',
      cure: USAGE,
      cause,
    });
  }
  const { values, positionals } = parsed;
  const [experiment, ...more] = positionals;
  if (experiment === undefined || more.length > 0) {
    throw new Fault(`The comparator takes one experiment file, not '${argv.join(' ')}'`, {
      code: 'bad-arguments',
      cure: USAGE,
    });
  }
  const { 'until-caught-up': untilCaughtUp, ...flags } = values;
  return {
    ...readOptions(COMPARATOR_OPTIONS, environment),
    ...comparatorRequest(experiment, { ...flags, untilCaughtUp }),
  };
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      run: { type: 'string', default: LIVE_RUN },
      from: { type: 'string' },
      forget: { type: 'boolean', default: false },
      'until-caught-up': { type: 'boolean', default: false },
      complete: { type: 'boolean', default: false },
    },
  });
}
