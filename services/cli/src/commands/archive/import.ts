// `parallax archive import`: traffic that is kept elsewhere, into the archive: a topic, lines of JSON, files of an S3 sink.
import { statSync } from 'node:fs';
import { ARCHIVER_OPTIONS, type Conflict, type IntakeOptions, importRecords, importTopic } from '@parallax/archiver';
import { type Archive, Fault } from '@parallax/core';
import { openArchive, openLog } from '@parallax/platform';
import { Command, InvalidArgumentError } from 'commander';
import { givenLines } from '../../archiving/given-lines.ts';
import { noLosses, type SinkLosses, sinkRecords } from '../../archiving/sink-layout.ts';
import { timeOf } from '../../archiving/time-of.ts';
import {
  archiveOption,
  callerAddress,
  callerPath,
  jsonOption,
  logAccess,
  logOption,
  serviceOptions,
} from '../../config.ts';
import { withExamples } from '../../help.ts';
import { counted } from '../../output/amount.ts';
import { progress } from '../../output/progress.ts';
import { print, say } from '../../output/terminal.ts';

const TROUBLE = 2;

interface Options {
  readonly archive: string;
  readonly log: string;
  readonly topic?: string;
  readonly partitions?: number;
  readonly time?: string;
  readonly schemaId?: number;
  readonly json?: boolean;
}

interface Result {
  readonly topics: readonly string[];
  readonly records: number;
  /** Stored now, and found to be there. */
  readonly objects: number;
  readonly found: number;
  readonly conflicts: readonly Conflict[];
  /** Left out: they stand where the archive let go. */
  readonly expired?: number;
  readonly losses?: SinkLosses;
}

export function importCommand(): Command {
  const command = new Command('import')
    .description(
      'Put traffic that is kept elsewhere into the archive. Without a source: what the log still has of --topic, with its\noffsets and without a consumer group. A file or - : NDJSON lines as `archive cat` prints them, or {"value":…} with topic,\nkey, headers, timestamp. A folder or s3://BUCKET/PREFIX with "topics/" in it: what Confluent’s S3 sink wrote (Avro, JSON),\nor another archive. Importing again changes nothing, importing more goes on.\nExit code 0, or 2 when the archive holds other records in the same places, or nothing was there.',
    )
    .argument('[source]', 'a file, - for what is piped in, a folder or s3://BUCKET/PREFIX; nothing: the log')
    .option('--topic <name>', 'from the log or an S3 sink: this topic; of lines: the topic they go to')
    .option('--partitions <n>', 'of lines that name no partition: how many, by their keys (1)', positiveNumber)
    .option('--time <where>', 'of records without a timestamp: path:/…, header:NAME, or one moment for all')
    .option('--schema-id <n>', 'of Avro files: put the registry’s frame with this number before values', wholeNumber)
    .addOption(logOption())
    .addOption(archiveOption())
    .addOption(jsonOption('print what was done as one JSON object'))
    .action(importInto);
  return withExamples(command, [
    ['parallax archive import --topic orders.in --log kafka://broker:9092', 'a topic as the log still has it'],
    ['parallax archive import orders.ndjson --topic orders.in --partitions 4', 'events of a file'],
    ['parallax archive cat orders.in --archive s3://a/b | parallax archive import -', 'from one archive to another'],
    ['parallax archive import s3://lake/kafka --topic orders.in --time path:/createdAt', 'what an S3 sink wrote'],
  ]);
}

async function importInto(source: string | undefined, options: Options): Promise<void> {
  const { archiveCodec, chunkBytes, chunkRecords } = ARCHIVER_OPTIONS;
  const settings = serviceOptions({ archiveCodec, chunkBytes, chunkRecords });
  const cutting: IntakeOptions = {
    codec: settings.archiveCodec,
    limits: { records: settings.chunkRecords, bytes: settings.chunkBytes },
  };
  const archive = openArchive(options.archive);
  const bar = progress();
  try {
    const result = await (source === undefined
      ? fromLog(archive, options, cutting, bar)
      : isPlace(source)
        ? fromSink(source, archive, options, cutting, bar)
        : fromLines(source, archive, options, cutting, bar));
    bar.done();
    await tell(result, archive.address, options.json === true);
  } finally {
    bar.done();
    await archive.close();
  }
}

type Bar = ReturnType<typeof progress>;

async function fromLog(archive: Archive, options: Options, cutting: IntakeOptions, bar: Bar): Promise<Result> {
  const { topic } = options;
  if (topic === undefined) {
    throw new Fault('Neither a source nor a topic of the log is given', {
      code: 'bad-arguments',
      cure: 'Give --topic NAME for a topic of the log, or a file, a folder or s3://BUCKET/PREFIX.',
    });
  }
  const log = await openLog(options.log, logAccess());
  try {
    const partitions = await importTopic({ log, archive }, topic, {
      ...cutting,
      onProgress: (records, offsets) => bar.update(`${counted(records, 'record')} of at most ${offsets} read`),
    });
    const sum = (of: 'records' | 'objects' | 'found') => partitions.reduce((total, one) => total + one[of], 0);
    const conflicts = partitions.flatMap((one) => one.conflicts);
    return { topics: [topic], records: sum('records'), objects: sum('objects'), found: sum('found'), conflicts };
  } finally {
    await log.close();
  }
}

async function fromLines(
  source: string,
  archive: Archive,
  { topic, time, partitions }: Options,
  cutting: IntakeOptions,
  bar: Bar,
): Promise<Result> {
  const lines = givenLines(callerPath(source), source, { topic, timeOf: timeOf(time) });
  return importRecords(archive, lines, {
    ...cutting,
    ...(partitions === undefined ? {} : { partitions }),
    onProgress: (records) => bar.update(`${counted(records, 'record')} read`),
  });
}

async function fromSink(
  source: string,
  archive: Archive,
  { topic, time, schemaId }: Options,
  cutting: IntakeOptions,
  bar: Bar,
): Promise<Result> {
  const address = /^(s3|file):/.test(source) ? callerAddress(source) : `file:${callerPath(source)}`;
  const from = openArchive(address);
  const losses = noLosses();
  try {
    const records = sinkRecords(from, { topic, timeOf: timeOf(time), schemaId }, losses);
    const result = await importRecords(archive, records, {
      ...cutting,
      onProgress: (count) => bar.update(`${counted(count, 'record')} read`),
    });
    return losses.files === 0 ? result : { ...result, losses };
  } finally {
    await from.close();
  }
}

async function tell(result: Result, address: string, json: boolean): Promise<void> {
  const { topics, records, objects, found, conflicts, expired = 0, losses } = result;
  if (json) await print(JSON.stringify(result));
  else {
    say(
      `${counted(records, 'record')} of ${topics.join(', ') || 'no topic'}: ${counted(objects, 'object')} stored, ${found} there already, in ${address}.`,
    );
    if (expired > 0) {
      say(`  ${counted(expired, 'record')} left out: \`parallax archive expire\` let go of what stood there.`);
    }
    if (losses !== undefined) {
      say(
        `  An S3 sink keeps payloads: ${losses.withoutKeys} records without key, ${losses.withoutHeaders} without headers, ${losses.missing} offsets in no file; times are those of --time.`,
      );
      if (losses.interleaved > 0) {
        say(
          `  ${counted(losses.interleaved, 'record')} of files that take turns (a partitioner by field or time, tombstones): in the order of their times, so not at the offsets they had.`,
        );
      }
    }
    for (const { key, quarantine, why } of conflicts) {
      say(`  ${key} was not stored: ${why}. What was given is in ${quarantine}.`);
    }
  }
  if (conflicts.length > 0 || topics.length === 0) process.exitCode = TROUBLE;
}

/** A folder or a bucket, not a file of lines. */
function isPlace(source: string): boolean {
  if (source === '-') return false;
  if (/^(s3|file):/.test(source)) return true;
  return statSync(callerPath(source), { throwIfNoEntry: false })?.isDirectory() === true;
}

function positiveNumber(given: string): number {
  if (/^[1-9]\d{0,4}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It is a whole number from 1.');
}

function wholeNumber(given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It is a whole number.');
}
