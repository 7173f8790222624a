// What the archiver is told: the experiment on its command line, everything else in its environment.
import { CHUNK_LIMITS, type Experiment } from '@parallax/core';
import {
  ARCHIVE_CODECS,
  ARCHIVE_OPTION,
  type ArchiveCodec,
  CRASH_AT_OPTION,
  type Environment,
  integer,
  LOG_LEVEL_OPTION,
  LOG_OPTIONS,
  oneOf,
  option,
  readArguments,
  readOptions,
} from '@parallax/platform';
import { TAIL_TIMING } from './partition.ts';

const DAY_MS = 86_400_000;

export const ARCHIVER_OPTIONS = {
  ...LOG_OPTIONS,
  archive: ARCHIVE_OPTION,
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
  archiveCodec: option({
    name: 'archiveCodec',
    env: 'PARALLAX_ARCHIVE_CODEC',
    doc: 'how objects are compressed: deflate, which everything reads, zstd, which is smaller and faster, or null',
    unit: 'codec',
    default: 'deflate' as ArchiveCodec,
    parse: oneOf(...ARCHIVE_CODECS),
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
  logLevel: LOG_LEVEL_OPTION,
  crashAt: CRASH_AT_OPTION,
} as const;

export interface ArchiverConfig extends ReturnType<typeof readOptions<typeof ARCHIVER_OPTIONS>> {
  /** Path of the experiment file. */
  readonly experiment: string;
  /** Archive what is there now, print the summary, end. */
  readonly untilCaughtUp: boolean;
}

const USAGE = 'archiver EXPERIMENT.yaml [--until-caught-up]';

export function archiverConfig(argv: readonly string[], environment: Environment): ArchiverConfig {
  const { experiment, flags } = readArguments('archiver', USAGE, argv, {
    'until-caught-up': { type: 'boolean', default: false },
  });
  return { ...readOptions(ARCHIVER_OPTIONS, environment), experiment, untilCaughtUp: flags['until-caught-up'] };
}

/** Every topic of the experiment, once: the input, and what both sides answer on. */
export function topicsOf({ input, outputs }: Experiment): readonly string[] {
  const answers = outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate.topic]);
  return [...new Set([...(input === undefined ? [] : [input.topic]), ...answers])];
}
