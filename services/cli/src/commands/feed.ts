// `parallax feed TOPIC [FILE]`: puts events of a file into the event log, so that an experiment needs no Kafka.
import { type EventLog, Fault, type NewRecord, topicsThere } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { Command, InvalidArgumentError } from 'commander';
import { callerPath, jsonOption, logAccess, logOption } from '../config.ts';
import { linesOf } from '../feeding/lines.ts';
import { RecordReader } from '../feeding/record.ts';
import { withExamples } from '../help.ts';
import { counted } from '../output/amount.ts';
import { print, say } from '../output/terminal.ts';

const TROUBLE = 2;
/** Lines that cannot be used, told one by one. */
const TOLD = 20;

interface Options {
  readonly log: string;
  readonly partitions?: number;
  readonly create?: boolean;
  readonly json?: boolean;
}

export function feedCommand(): Command {
  const command = new Command('feed')
    .description(
      'Append events to a topic: NDJSON lines {"id":"…","value":<any JSON>}. Optional: key, headers,\ntimestamp (epoch ms, else now); "valueBase64" in place of value for other bytes. An id becomes the header\ncorrelation-id and, without a key, the key. Exit code 0, or 2 when a line could not be used.',
    )
    .argument('<topic>', 'the topic')
    .argument('[file]', 'the lines; - or nothing: what is piped in', '-')
    .option('--create', 'make the topic if it is not there')
    .option('--partitions <n>', 'with --create: how many; both topics of an output need the same', wholeNumber)
    .addOption(logOption())
    .addOption(jsonOption('print what was done as one JSON object'))
    .action(feed);
  return withExamples(command, [
    ['parallax feed orders.priced legacy.ndjson --create', 'a file, into a topic made for it'],
    ['parallax feed orders.priced.v2 candidate.ndjson --create --partitions 4', 'several partitions'],
    ['my-system | parallax feed orders.priced', 'as it comes'],
  ]);
}

async function feed(topic: string, file: string, options: Options): Promise<void> {
  const log = await openLog(options.log, logAccess());
  try {
    await prepare(log, topic, options);
    const { events, unreadable } = await append(log, topic, file);
    if (options.json) await print(JSON.stringify({ topic, events, unreadable }));
    else
      say(
        `${counted(events, 'event')} appended to ${topic}${unreadable === 0 ? '' : `, ${counted(unreadable, 'line')} left out`}.`,
      );
    if (unreadable > 0) process.exitCode = TROUBLE;
  } finally {
    await log.close();
  }
}

async function append(log: EventLog, topic: string, file: string): Promise<{ events: number; unreadable: number }> {
  const reader = new RecordReader();
  const fed = { events: 0, unreadable: 0 };
  for await (const lines of linesOf(callerPath(file), file)) {
    const records: NewRecord[] = [];
    for (const { number, bytes } of lines) {
      const read = reader.read(bytes);
      if (read.kind === 'record') records.push(read.record);
      else if (++fed.unreadable <= TOLD) say(`${file === '-' ? 'stdin' : file}:${number}: ${read.why}`);
    }
    if (records.length > 0) await log.append(topic, records);
    fed.events += records.length;
  }
  if (fed.unreadable > TOLD) say(`… and ${counted(fed.unreadable - TOLD, 'more line')} like these.`);
  return fed;
}

async function prepare(log: EventLog, topic: string, { create, partitions }: Options): Promise<void> {
  const there = await log.topics();
  const known = there.find((one) => one.topic === topic);
  if (known !== undefined) {
    if (partitions === undefined || partitions === known.partitions) return;
    throw new Fault(`Topic ${topic} has ${counted(known.partitions, 'partition')}, not ${partitions}.`, {
      code: 'topic-exists',
      cure: 'Leave --partitions out, or name another topic.',
    });
  }
  if (create) {
    await log.ensureTopic({ topic, partitions: partitions ?? 1 });
    return;
  }
  const names = topicsThere(
    [topic],
    there.map((one) => one.topic),
  );
  throw new Fault(`The event log ${log.address} has no topic ${topic}. ${names}`, {
    code: 'unknown-topic',
    cure: 'Add --create to make it.',
  });
}

function wholeNumber(given: string): number {
  if (/^[1-9]\d{0,4}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It is a whole number from 1.');
}
