// What the comparator is told: the experiment on its command line, everything else in its environment.
import { BARE_RUN, checkRunName, Fault, LIVE_RUN, MAX_COMMIT_METADATA, TWIN_RUN } from '@parallax/core';
import {
  CRASH_AT_OPTION,
  type Environment,
  integer,
  LOG_LEVEL_OPTION,
  LOG_OPTIONS,
  option,
  PRIVACY_KEY_OPTION,
  REGISTRY_OPTIONS,
  readArguments,
  readOptions,
  STORE_OPTIONS,
} from '@parallax/platform';
import type { RetrySelection } from './retry.ts';
import { type From, parseFrom } from './start.ts';

export const COMPARATOR_OPTIONS = {
  ...LOG_OPTIONS,
  ...STORE_OPTIONS,
  ...REGISTRY_OPTIONS,
  privacyKey: PRIVACY_KEY_OPTION,
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
  logLevel: LOG_LEVEL_OPTION,
  crashAt: CRASH_AT_OPTION,
} as const;

/** What the command line says. */
export interface ComparatorRequest {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** `live`, `twin`, `bare`, or the name of a replay. */
  readonly run: string;
  /** Where to begin without a checkpoint. */
  readonly from: From;
  /** Judge what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
  /** With untilCaughtUp: what is there is all there is. */
  readonly complete: boolean;
  /** Begin anew: what was committed in this run is forgotten first, its rows stay. */
  readonly forget: boolean;
  /** Read these events again that could not be read before, judge what is there now, tell what became of them, end. */
  readonly retry?: RetrySelection;
}

export interface ComparatorConfig
  extends ComparatorRequest,
    ReturnType<typeof readOptions<typeof COMPARATOR_OPTIONS>> {}

/** As a command line gives them. */
export interface ComparatorFlags {
  readonly run?: string;
  /** Legacy with its twin: the run `twin`. */
  readonly twin?: boolean;
  /** Without the rules that excuse: the run `bare`. */
  readonly bare?: boolean;
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
  readonly complete?: boolean;
  readonly forget?: boolean;
}

const USAGE =
  'comparator EXPERIMENT.yaml [--run NAME | --twin | --bare] [--from earliest|now|TIME] [--forget] [--until-caught-up [--complete]]';

/** @throws Fault `bad-arguments`, `bad-run-name` */
export function comparatorRequest(experiment: string, flags: ComparatorFlags): ComparatorRequest {
  const { from, untilCaughtUp = false, complete = false, forget = false } = flags;
  const run = runOf(flags);
  if (complete && !untilCaughtUp) {
    throw new Fault('--complete says that what is there is all there is, so it goes with --until-caught-up only', {
      code: 'bad-arguments',
      cure: 'Give --until-caught-up too, or leave --complete out.',
    });
  }
  return { experiment, run, from: parseFrom(from), untilCaughtUp, complete, forget };
}

function runOf({ run, twin = false, bare = false }: ComparatorFlags): string {
  if ([run !== undefined, twin, bare].filter(Boolean).length > 1) {
    throw new Fault('--run, --twin and --bare each name a run of its own', {
      code: 'bad-arguments',
      cure: 'Give one of them, and start another comparator for the other.',
    });
  }
  if (twin) return TWIN_RUN;
  if (bare) return BARE_RUN;
  return run === undefined || run === LIVE_RUN ? LIVE_RUN : checkRunName(run);
}

export function comparatorConfig(argv: readonly string[], environment: Environment): ComparatorConfig {
  const { experiment, flags } = readArguments('comparator', USAGE, argv, {
    run: { type: 'string' },
    twin: { type: 'boolean', default: false },
    bare: { type: 'boolean', default: false },
    from: { type: 'string' },
    forget: { type: 'boolean', default: false },
    'until-caught-up': { type: 'boolean', default: false },
    complete: { type: 'boolean', default: false },
  });
  const { 'until-caught-up': untilCaughtUp, ...others } = flags;
  return {
    ...readOptions(COMPARATOR_OPTIONS, environment),
    ...comparatorRequest(experiment, { ...others, untilCaughtUp }),
  };
}
