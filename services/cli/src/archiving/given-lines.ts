// Lines of JSON as records to import: what `archive cat` prints, or events without a place.
import type { GivenRecord } from '@parallax/archiver';
import { Fault, type TimestampType } from '@parallax/core';
import { linesOf } from '../feeding/lines.ts';
import { RecordReader } from '../feeding/record.ts';
import type { TimeOf } from './time-of.ts';

export interface GivenLinesOptions {
  /** Of every record, whatever topic its line names; absent: each line names one. */
  readonly topic: string | undefined;
  readonly timeOf: TimeOf;
}

interface Places {
  readonly topic: string | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly timestamp: number | undefined;
  readonly timestampType: TimestampType | undefined;
}

/**
 * As many at once as have come.
 * @throws Fault `import-unreadable-line`, at the first line that is none: with it left out, all after it would move
 */
export async function* givenLines(
  path: string,
  shown: string,
  { topic, timeOf }: GivenLinesOptions,
): AsyncGenerator<GivenRecord[]> {
  const reader = new RecordReader();
  for await (const lines of linesOf(path, shown)) {
    yield lines.map(({ number, bytes }) => {
      const place = `${shown === '-' ? 'stdin' : shown}:${number}`;
      const read = reader.read(bytes);
      if (read.kind === 'unreadable') throw unreadable(place, read.why);
      const { key, value, headers = [] } = read.record;
      const told = placesOf(bytes, place);
      const name = topic ?? told.topic;
      if (name === undefined) throw unreadable(place, 'it names no topic');
      const record = { topic: name, key, value, headers };
      const timestamp = told.timestamp ?? timeOf(record, place);
      return {
        ...record,
        timestamp,
        place,
        ...(told.partition === undefined ? {} : { partition: told.partition }),
        ...(told.offset === undefined ? {} : { offset: told.offset }),
        ...(told.timestampType === undefined ? {} : { timestampType: told.timestampType }),
      };
    });
  }
}

function placesOf(bytes: Uint8Array, place: string): Places {
  const line: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const member = (name: string): unknown =>
    typeof line === 'object' && line !== null ? Object.getOwnPropertyDescriptor(line, name)?.value : undefined;
  const whole = (name: string, least: number): number | undefined => {
    const given = member(name);
    if (given === undefined) return undefined;
    if (typeof given === 'number' && Number.isSafeInteger(given) && given >= least) return given;
    throw unreadable(place, `${name} is ${JSON.stringify(given)}, not a whole number from ${least}`);
  };
  const topic = member('topic');
  const type = member('timestampType');
  if (topic !== undefined && typeof topic !== 'string') throw unreadable(place, 'topic is no text');
  if (type !== undefined && type !== 'create' && type !== 'append') {
    throw unreadable(place, `timestampType is ${JSON.stringify(type)}, neither "create" nor "append"`);
  }
  return {
    topic,
    partition: whole('partition', 0),
    offset: whole('offset', 0),
    // Kafka's own word for none is -1.
    timestamp: whole('timestamp', -1),
    timestampType: type,
  };
}

function unreadable(place: string, why: string): Fault {
  return new Fault(`${place}: ${why}`, {
    code: 'import-unreadable-line',
    cure: 'A line is what `parallax archive cat` prints, or {"value":…} with topic, key, headers, timestamp as they are known. Mend the line and import again: what is stored already is found, not stored twice.',
  });
}
