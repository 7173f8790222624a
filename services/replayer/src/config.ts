// What the replayer is told: experiment, run and pace on its command line, everything else in its environment.
import { checkRunName, DURATION, durationMs, Fault } from '@parallax/core';
import {
  ARCHIVE_OPTION,
  CRASH_AT_OPTION,
  type Environment,
  LOG_LEVEL_OPTION,
  LOG_OPTIONS,
  REGISTRY_OPTIONS,
  readArguments,
  readOptions,
  STORE_OPTIONS,
} from '@parallax/platform';
import { type Choice, type ChoiceFlags, choiceOf } from './choosing/choice.ts';
import { checkTempo, parsePace, parseRate, type Tempo } from './pace.ts';
import type { TimeRange } from './ranges.ts';
import { timeRange } from './refusals.ts';

export const REPLAYER_OPTIONS = {
  ...LOG_OPTIONS,
  archive: ARCHIVE_OPTION,
  ...STORE_OPTIONS,
  ...REGISTRY_OPTIONS,
  logLevel: LOG_LEVEL_OPTION,
  crashAt: CRASH_AT_OPTION,
} as const;

/** What the command line says. */
export interface ReplayRequest extends TimeRange, Tempo {
  /** Path of the experiment file. */
  readonly experiment: string;
  readonly run: string;
  /** What of it is fed; absent: everything. */
  readonly choice?: Choice;
  /** What is tried, for people. */
  readonly build?: string;
}

export interface ReplayerConfig extends ReplayRequest, ReturnType<typeof readOptions<typeof REPLAYER_OPTIONS>> {}

/** As a command line gives them. */
export interface ReplayFlags extends ChoiceFlags {
  readonly run?: string;
  readonly pace?: string;
  readonly idle?: string;
  readonly rate?: string;
  readonly from?: string;
  readonly to?: string;
  readonly build?: string;
}

const USAGE =
  'replayer EXPERIMENT.yaml --run NAME [--pace flat-out|as-recorded|10x|200/s] [--idle 1s] [--rate 200/s] [--from TIME] [--to TIME] [--type T] [--key TEXT] [--header NAME[=VALUE]] [--id ID] [--share 1%] [--by key|id|header:NAME|path:/POINTER] [--outcome OUTCOME,…] [--signature S] [--in RUN] [--build LABEL]';

/** @throws Fault `bad-arguments`, `bad-run-name`, `bad-pace`, `bad-time-range` */
export function replayRequest(experiment: string, flags: ReplayFlags): ReplayRequest {
  const { run, pace = 'flat-out', idle, rate, from, to, build } = flags;
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
  const tempo: Tempo = {
    pace: parsePace(pace),
    ...(idle === undefined ? {} : { idleMs: parseDuration('--idle', idle) }),
    ...(rate === undefined ? {} : { mostPerSecond: parseRate(rate) }),
  };
  checkTempo(tempo);
  const choice = choiceOf(flags);
  return {
    experiment,
    run: checkRunName(run),
    ...tempo,
    ...time,
    ...(choice === undefined ? {} : { choice }),
    ...(build === undefined ? {} : { build }),
  };
}

export function replayerConfig(argv: readonly string[], environment: Environment): ReplayerConfig {
  const { experiment, flags } = readArguments('replayer', USAGE, argv, {
    run: { type: 'string' },
    pace: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    idle: { type: 'string' },
    rate: { type: 'string' },
    type: { type: 'string', multiple: true },
    key: { type: 'string', multiple: true },
    header: { type: 'string', multiple: true },
    id: { type: 'string', multiple: true },
    share: { type: 'string' },
    by: { type: 'string' },
    outcome: { type: 'string' },
    signature: { type: 'string', multiple: true },
    in: { type: 'string' },
    build: { type: 'string' },
  });
  return { ...readOptions(REPLAYER_OPTIONS, environment), ...replayRequest(experiment, flags) };
}

/** Milliseconds. @throws Fault `bad-arguments` */
export function parseDuration(flag: string, given: string): number {
  const ms = DURATION.test(given) ? durationMs(given) : 0;
  if (ms > 0) return ms;
  throw new Fault(`${flag} is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give a time such as 500ms, 1s, 10m or 1h.',
  });
}

/** Epoch milliseconds or ISO 8601. */
export function parseTime(flag: string, given: string): number {
  const time = /^\d+$/.test(given) ? Number(given) : Date.parse(given);
  if (Number.isSafeInteger(time)) return time;
  throw new Fault(`${flag} is '${given}'`, {
    code: 'bad-arguments',
    cure: 'Give a time such as 2026-01-31T08:00:00Z, or epoch milliseconds.',
  });
}
