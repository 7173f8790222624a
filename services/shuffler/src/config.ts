// What the shuffler is told: the experiment on its command line, everything else in its environment.
import { Fault } from '@parallax/core';
import {
  CRASH_AT_OPTION,
  type Environment,
  integer,
  LOG_LEVEL_OPTION,
  LOG_OPTIONS,
  option,
  REGISTRY_OPTIONS,
  readArguments,
  readOptions,
} from '@parallax/platform';
import type { ShuffleFrom } from './start-positions.ts';

export const SHUFFLER_OPTIONS = {
  ...LOG_OPTIONS,
  progressMs: option({
    name: 'progressMs',
    env: 'PARALLAX_SHUFFLE_PROGRESS_MS',
    doc: 'how often progress is told, at most; what the comparator calls absent waits for it',
    unit: 'ms',
    default: 100,
    parse: integer(10, 60_000),
  }),
  commitMs: option({
    name: 'commitMs',
    env: 'PARALLAX_SHUFFLE_COMMIT_MS',
    doc: 'how often the place in the log is committed; a crash repeats the work of this time',
    unit: 'ms',
    default: 1_000,
    parse: integer(10, 600_000),
  }),
  ...REGISTRY_OPTIONS,
  logLevel: LOG_LEVEL_OPTION,
  crashAt: CRASH_AT_OPTION,
} as const;

/** What the command line says. */
export interface ShufflerRequest {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** Where to begin without a commit. */
  readonly from: ShuffleFrom;
  /** Shuffle what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
}

export interface ShufflerConfig extends ShufflerRequest, ReturnType<typeof readOptions<typeof SHUFFLER_OPTIONS>> {}

/** As a command line gives them. */
export interface ShufflerFlags {
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
}

const USAGE = 'shuffler EXPERIMENT.yaml [--from earliest|now|TIME] [--until-caught-up]';

/** @throws Fault `bad-arguments` */
export function shufflerRequest(experiment: string, { from, untilCaughtUp = false }: ShufflerFlags): ShufflerRequest {
  return { experiment, from: parseFrom(from), untilCaughtUp };
}

export function shufflerConfig(argv: readonly string[], environment: Environment): ShufflerConfig {
  const { experiment, flags } = readArguments('shuffler', USAGE, argv, {
    from: { type: 'string' },
    'until-caught-up': { type: 'boolean', default: false },
  });
  const { 'until-caught-up': untilCaughtUp, ...others } = flags;
  return {
    ...readOptions(SHUFFLER_OPTIONS, environment),
    ...shufflerRequest(experiment, { ...others, untilCaughtUp }),
  };
}

function parseFrom(given = 'earliest'): ShuffleFrom {
  if (given === 'earliest' || given === 'now') return given;
  const time = /^\d{12,16}$/.test(given) ? Number(given) : Date.parse(given);
  if (!Number.isNaN(time)) return time;
  throw new Fault(`--from is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give earliest, now, or a time such as 2026-03-01T08:00:00Z or 1772352000000 (epoch ms).',
  });
}
