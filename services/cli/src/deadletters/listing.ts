// The dead letters of an experiment, each once however often it was written, the newest wording of it, in log order.
import {
  type DeadLetter,
  deadLetterTopic,
  type EventLog,
  readDeadLetter,
  type Side,
  type Unread,
  type UnreadColumn,
} from '@parallax/core';

const AT_ONCE = 500;

export interface LetterFilter {
  readonly run: string;
  readonly side?: Side;
  readonly output?: string;
  readonly code?: UnreadColumn;
  /** Own timestamp, epoch ms. */
  readonly since?: number;
}

/**
 * `unread`: the last committed cut counts it as unreadable. `read`: it was, and is no more: a retry, or a later reading,
 * gave it an id. `unknown`: no cut was committed, or it lies too far back to be known one by one.
 */
export type LetterState = 'unread' | 'read' | 'unknown';

/** Memory holds where letters are, not letters. */
export async function* deadLetters(
  log: EventLog,
  experiment: string,
  filter: LetterFilter,
): AsyncGenerator<DeadLetter> {
  const topic = deadLetterTopic(experiment);
  if (!(await log.topics()).some((known) => known.topic === topic)) return;
  const extents = await log.extents([topic]);
  const newest = new Map<string, string>();
  for (const extent of extents) {
    for await (const [letter, at] of scan(log, extent)) {
      if (letter.run === filter.run) newest.set(nameOf(letter), `${extent.partition}/${at}`);
    }
  }
  for (const extent of extents) {
    for await (const [letter, at] of scan(log, extent)) {
      if (newest.get(nameOf(letter)) === `${extent.partition}/${at}` && passes(letter, filter)) yield letter;
    }
  }
}

async function* scan(
  log: EventLog,
  { topic, partition, start, end }: Awaited<ReturnType<EventLog['extents']>>[number],
): AsyncGenerator<readonly [letter: DeadLetter, at: number]> {
  for (let at = start; at < end; ) {
    const records = await log.read(topic, partition, at, AT_ONCE);
    if (records.length === 0) return;
    for (const record of records) {
      at = record.offset + 1;
      const letter = record.offset < end ? readDeadLetter(record) : undefined;
      if (letter !== undefined) yield [letter, record.offset];
    }
  }
}

function nameOf({ run, topic, partition, offset }: DeadLetter): string {
  return `${run} ${topic}/${partition}/${offset}`;
}

function passes(letter: DeadLetter, { run, side, output, code, since }: LetterFilter): boolean {
  return (
    letter.run === run &&
    (side === undefined || letter.side === side) &&
    (output === undefined || letter.output === output) &&
    (code === undefined || letter.code === code) &&
    (since === undefined || letter.timestamp >= since)
  );
}

/** @param unread by `topic/partition` */
export function stateOf({ topic, partition, offset }: DeadLetter, unread: ReadonlyMap<string, Unread>): LetterState {
  const known = unread.get(`${topic}/${partition}`);
  if (known === undefined) return 'unknown';
  const columns = [known['no-id'], known.undecodable];
  if (columns.some((column) => column.has(offset))) return 'unread';
  return columns.some(({ forgottenBelow }) => offset < forgottenBelow) ? 'unknown' : 'read';
}
