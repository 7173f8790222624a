// Where a pipe goes on, and how its outputs tell which input they answer.
//
// Each output names its input in a header. A commit keeps, beside the position, where the output ended then; from there
// on the output itself tells what was answered after the last commit. Answers are written in the order of the inputs, so
// everything up to the last one is done: nothing is written twice, unless something else wrote the same group's answers.
import { type AssignedPartition, type EventLog, Fault, type Header, type NewRecord, topicsThere } from '@parallax/core';
import { counted } from '../output/amount.ts';

export interface PipeTopics {
  readonly input: string;
  readonly output: string;
  readonly group: string;
}

export interface Source {
  readonly partition: number;
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly headers: readonly Header[];
}

/** `GROUP TOPIC PARTITION OFFSET` of the input an output answers. */
const SOURCE_HEADER = 'x-pipe-source';
const RECORDS_AT_ONCE = 500;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Same partition, same key, the input's headers. */
export function answerTo(source: Source, value: Uint8Array, topics: PipeTopics): NewRecord {
  const { partition, offset, key, headers } = source;
  const name = encoder.encode(`${sourcePrefix(topics, partition)}${offset}`);
  return {
    partition,
    key,
    value,
    headers: [...headers.filter(([one]) => one !== SOURCE_HEADER), [SOURCE_HEADER, name]],
  };
}

/** Next input offset, and the output's end as far as it was looked through. */
export async function whereToGoOn(
  log: EventLog,
  topics: PipeTopics,
  { partition, start, end, committed }: AssignedPartition,
): Promise<{ readonly offset: number; readonly outputEnd: number }> {
  const offset = Math.max(start, committed?.offset ?? start);
  const extent = (await log.extents([topics.output])).find((one) => one.partition === partition);
  const outputEnd = extent?.end ?? 0;
  const noted = /^\d{1,15}$/.test(committed?.metadata ?? '') ? Number(committed?.metadata) : 0;
  // An output shorter than it was is a new topic of the same name.
  const from = Math.max(extent?.start ?? 0, noted > outputEnd ? 0 : noted);
  const last = await lastAnswered(log, topics, partition, from, outputEnd);
  // An answer to what the input does not hold is one to an earlier topic of the same name.
  return { offset: last === undefined || last >= end ? offset : Math.max(offset, last + 1), outputEnd };
}

async function lastAnswered(log: EventLog, topics: PipeTopics, partition: number, from: number, end: number) {
  const prefix = sourcePrefix(topics, partition);
  let last: number | undefined;
  for (let next = from; next < end; ) {
    const records = await log.read(topics.output, partition, next, RECORDS_AT_ONCE);
    if (records.length === 0) break;
    for (const { offset, headers } of records) {
      next = offset + 1;
      const source = decoder.decode(headers.findLast(([name]) => name === SOURCE_HEADER)?.[1] ?? undefined);
      if (source.startsWith(prefix)) last = Math.max(last ?? 0, Number(source.slice(prefix.length)));
    }
  }
  return last;
}

function sourcePrefix({ group, input }: PipeTopics, partition: number): string {
  return `${group} ${input} ${partition} `;
}

/** Makes the output if it is not there. Throws `usage`, `unknown-topic`, `too-few-partitions`. */
export async function prepareTopics(log: EventLog, { input, output }: PipeTopics): Promise<void> {
  if (input === output) {
    throw new Fault(`Input and output are both ${input}: the program would get its own answers.`, {
      code: 'usage',
      cure: 'Give the output a name of its own.',
    });
  }
  const there = await log.topics();
  const from = there.find(({ topic }) => topic === input);
  if (from === undefined) {
    const names = topicsThere(
      [input],
      there.map(({ topic }) => topic),
    );
    throw new Fault(`The event log ${log.address} has no topic ${input}. ${names}`, {
      code: 'unknown-topic',
      cure: `Name one of these, or make it: parallax feed ${input} FILE --create`,
    });
  }
  const to = there.find(({ topic }) => topic === output);
  if (to === undefined) await log.ensureTopic({ topic: output, partitions: from.partitions });
  else if (to.partitions < from.partitions) {
    const [has, needs] = [counted(to.partitions, 'partition'), from.partitions];
    throw new Fault(`${output} has ${has}, ${input} has ${needs}: an answer goes to its input's partition.`, {
      code: 'too-few-partitions',
      cure: 'Name an output that is not there yet, or one with as many partitions.',
    });
  }
}
