// `parallax init`: samples the topics of both sides, and writes an experiment file with what it found as comments.
import { writeFile } from 'node:fs/promises';
import {
  type EventLog,
  experimentName,
  Fault,
  type Guess,
  guessExperiment,
  type SampledTopic,
  writeExperiment,
} from '@parallax/core';
import { inspectLog, type KnownSchemas, openLog, systemClock } from '@parallax/platform';
import { Command, InvalidArgumentError } from 'commander';
import { callerPath, logAccess, logOption, parallaxCommand, quotedForShell } from '../config.ts';
import { withExamples } from '../help.ts';
import { type Progress, progress } from '../output/progress.ts';
import { print, say } from '../output/terminal.ts';
import { sampleTopics } from '../sampling/sample-topics.ts';
import { openPlaces, placesInFile, readBySchemas } from '../sampling/schema-samples.ts';
import { summary, unreadLines, whyNot } from '../sampling/told.ts';

const UNCHECKED = 2;
const DEFAULT_RECORDS = 4_000;
const MOST_RECORDS = 200_000;
/** Once, where nothing was found in what was read first. */
const FURTHER = 8;
const SAMPLE_BYTES = 256 * 1024 * 1024;
const SAMPLE_MS = 60_000;

interface Options {
  readonly log: string;
  readonly legacy: string;
  readonly candidate: string;
  readonly input?: string;
  readonly candidateGroup?: string;
  readonly name?: string;
  readonly out?: string;
  readonly sample: number;
  readonly registry?: string;
  readonly schemas?: readonly string[];
}

export function initCommand(): Command {
  const command = new Command('init')
    .description(
      'Sample two topics and write a commented experiment file: where the ids are and how sure that is, what differs by\nnature, how long to wait. Nothing is written to the log. Exit code 0 when both sides were joined, else 2.',
    )
    .requiredOption('--legacy <topic>', 'what the running system publishes')
    .requiredOption('--candidate <topic>', 'what the new system publishes')
    .option('--input <topic>', 'what both systems read')
    .option('--candidate-group <name>', 'consumer group the candidate reads with')
    .option('--name <name>', 'of the experiment; default: after the legacy topic')
    .option('--out <file>', 'write to this file, which must not be there yet; default: stdout')
    .option('--sample <records>', 'records read of each topic', records, DEFAULT_RECORDS)
    .option('--registry <url>', 'schema registry of topics that hold Avro; who logs in is said by PARALLAX_REGISTRY_*')
    .option('--schemas <files>', 'Avro schema files of topics that hold single objects, comma-separated', paths)
    .addOption(logOption())
    .action(init);
  return withExamples(command, [
    ['parallax init --legacy orders.priced --candidate orders.priced.v2', 'show what would be written'],
    [
      'parallax init --log kafka://broker:9092 --legacy a --candidate b --input in --out orders.yaml',
      'a file for topics on Kafka',
    ],
  ]);
}

function paths(text: string): readonly string[] {
  return text.split(',').map((path) => path.trim());
}

function records(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 10 && number <= MOST_RECORDS) return number;
  throw new InvalidArgumentError(`Allowed is a whole number from 10 to ${MOST_RECORDS}.`);
}

async function init(options: Options): Promise<void> {
  const { legacy, candidate, input, out } = options;
  if (new Set([legacy, candidate, input]).size < 3) {
    throw new Fault(
      `The topics must be different ones, not ${[legacy, candidate, ...(input === undefined ? [] : [input])].join(', ')}.`,
      {
        code: 'init-topics',
        cure: 'Give the topic each system publishes to, and the one both read.',
      },
    );
  }
  const known = await openPlaces(options);
  const retentionMs = await shortestRetention(options.log, [legacy, candidate]);
  const log = await openLog(options.log, logAccess());
  const shown = progress();
  try {
    const { guess, unread } = await guessFrom(log, options, known, retentionMs, shown);
    shown.done();
    if (guess.kind !== 'joined' && guess.kind !== 'one-sided') throw whyNot(guess, unread);
    const written = writeExperiment(guess, {
      name: experimentName(options.name ?? legacy),
      heading: `Written by parallax init on ${new Date(systemClock.now()).toISOString().slice(0, 16)}Z from ${log.address}.`,
      ...(options.candidateGroup === undefined ? {} : { group: options.candidateGroup }),
      ...(input === undefined ? {} : { input }),
      ...placesInFile(options, out),
    });
    if (out === undefined) await print(written.trimEnd());
    else await create(callerPath(out), out, written);
    for (const line of unread) say(line);
    if (guess.kind === 'joined') for (const line of summary(guess)) say(line);
    else {
      const empty = guess.empty === 'legacy' ? legacy : candidate;
      say(`${empty} holds no record yet, so nothing was checked against it. Call init again once it does.`);
      process.exitCode = UNCHECKED;
    }
    if (out !== undefined) {
      say(`Written to ${out}. Read it, then:`);
      // A start runs the shuffler and the comparator in one process.
      const run = guess.kind === 'joined' && guess.shuffled.length > 0 ? 'start' : 'comparator';
      for (const next of ['check', 'doctor', run]) say(`  ${parallaxCommand(`${next} ${quotedForShell(out)}`)}`);
    }
  } finally {
    shown.done();
    await log.close();
  }
}

interface Guessed {
  readonly guess: Guess;
  /** What of the samples could not be read, in words. */
  readonly unread: readonly string[];
}

/** Where the first look finds nothing, and there is more to look at, a longer one is taken. */
async function guessFrom(
  log: EventLog,
  options: Options,
  known: KnownSchemas | undefined,
  retentionMs: number | undefined,
  shown: Progress,
): Promise<Guessed> {
  const { legacy, candidate, input, sample } = options;
  const look = async (count: number) => {
    const topics = [legacy, candidate, ...(input === undefined ? [] : [input])];
    const limits = { records: count, bytes: SAMPLE_BYTES, ms: SAMPLE_MS };
    const samples = new Map<string, SampledTopic>();
    const unread: string[] = [];
    for (const [topic, sample] of await sampleTopics(log, topics, limits, shown)) {
      const read = await readBySchemas(sample, known);
      samples.set(topic, read.sample);
      unread.push(...unreadLines(read));
    }
    const guess = guessExperiment({
      legacy: sampled(samples, legacy),
      candidate: sampled(samples, candidate),
      ...(input === undefined ? {} : { input: sampled(samples, input) }),
      ...(retentionMs === undefined ? {} : { retentionMs }),
    });
    const isAll = [...samples.values()].every(({ records: read, held }) => read.length >= held);
    return { guess, unread, isAll };
  };
  const found = await look(sample);
  if (found.guess.kind !== 'no-match' || found.isAll) return found;
  shown.update('nothing in common yet: reading further back');
  return look(Math.min(MOST_RECORDS, sample * FURTHER));
}

function sampled(samples: ReadonlyMap<string, SampledTopic>, topic: string): SampledTopic {
  return samples.get(topic) ?? { topic, partitions: 0, records: [], held: 0 };
}

/** Milliseconds; undefined without end, or where it cannot be learned. */
async function shortestRetention(address: string, topics: readonly string[]): Promise<number | undefined> {
  const inspection = await inspectLog(address, logAccess());
  if (inspection === undefined) return undefined;
  try {
    const facts = await inspection.topics(topics);
    const known = facts.map(({ settings }) => Number(settings?.get('retention.ms') ?? -1)).filter((ms) => ms > 0);
    return known.length === 0 ? undefined : Math.min(...known);
  } finally {
    await inspection.close();
  }
}

async function create(path: string, shown: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    throw new Fault(`There is a file ${shown} already.`, {
      code: 'file-exists',
      cure: 'Give another name with --out, or remove it first.',
      cause: error,
    });
  }
}
