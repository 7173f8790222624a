// What the archiver is told: the experiment on its command line, everything else in its environment.
import { parseArgs } from 'node:util';
import { CHUNK_LIMITS, type Experiment, Fault } from '@parallax/core';
import { type Environment, integer, type Level, oneOf, option, readOptions, text } from '@parallax/platform';
import { TAIL_TIMING } from './partition.ts';

const DAY_MS = 86_400_000;

export const ARCHIVER_OPTIONS = {
  log: option({
    name: 'log',
    env: 'PARALLAX_LOG',
    doc: 'event log the topics are read from',
    default: 'embedded:.parallax/log',
    parse: text,
  }),
  archive: option({
    name: 'archive',
    env: 'PARALLAX_ARCHIVE',
    doc: 'archive the records are kept in',
    default: 'file:.parallax/archive',
    parse: text,
  }),
  chunkRecords: option({
    name: 'chunkRecords',
    env: 'PARALLAX_CHUNK_RECORDS',
    doc: 'a chunk ends with this many records; a change takes effect where the stored objects end',
    unit: 'records',
    default: CHUNK_LIMITS.records,
    parse: integer(1),
  }),
  chunkBytes: option({
    name: 'chunkBytes',
    env: 'PARALLAX_CHUNK_BYTES',
    doc: 'a chunk ends with this many raw bytes; it bounds the memory for a partition and what a restart reads again',
    unit: 'bytes',
    default: CHUNK_LIMITS.bytes,
    parse: integer(1, 1024 * 1024 * 1024),
  }),
  tailQuietMs: option({
    name: 'tailQuietMs',
    env: 'PARALLAX_TAIL_QUIET_MS',
    doc: 'a partition that has been quiet for this long is stored as a tail',
    unit: 'ms',
    default: TAIL_TIMING.quietMs,
    parse: integer(0, DAY_MS),
  }),
  tailMaxAgeMs: option({
    name: 'tailMaxAgeMs',
    env: 'PARALLAX_TAIL_MAX_AGE_MS',
    doc: 'no record waits longer than this for an object that holds it, while the archive keeps up',
    unit: 'ms',
    default: TAIL_TIMING.maxAgeMs,
    parse: integer(0, DAY_MS),
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

export interface ArchiverConfig extends ReturnType<typeof readOptions<typeof ARCHIVER_OPTIONS>> {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** Archive what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
}

export function archiverConfig(argv: readonly string[], environment: Environment): ArchiverConfig {
  const { experiment, untilCaughtUp } = readArguments(argv);
  return { ...readOptions(ARCHIVER_OPTIONS, environment), experiment, untilCaughtUp };
}

/** Every topic of the experiment, once: the input, and what both sides answer on. */
export function topicsOf({ input, outputs }: Experiment): readonly string[] {
  const answers = outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate.topic]);
  return [...new Set([...(input === undefined ? [] : [input.topic]), ...answers])];
}

function readArguments(argv: readonly string[]): { experiment: string; untilCaughtUp: boolean } {
  const usage = 'Call it as: archiver EXPERIMENT.yaml [--until-caught-up]';
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { 'until-caught-up': { type: 'boolean', default: false } },
    });
    const [experiment, ...more] = positionals;
    if (experiment !== undefined && more.length === 0) return { experiment, untilCaughtUp: values['until-caught-up'] };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault(`The archiver does not understand its arguments: ${why}`, {
      code: 'bad-arguments',
      cure: usage,
      cause,
    });
  }
  throw new Fault(`The archiver takes one experiment file, not '${argv.join(' ')}'`, {
    code: 'bad-arguments',
    cure: usage,
  });
}
