// What stands in a shuffled topic: the source's records as they were, with one header more that says where each was; and
// progress, which says how far each source partition has been written.
import { Fault } from '../fault.ts';
import type { Header, LogRecord, NewRecord } from '../ports/log.ts';

/** Behind a record's own headers: `TOPIC/PARTITION/OFFSET` in the source. */
export const SHUFFLE_SOURCE = 'x-parallax-shuffle-source';
/** The only header of a progress record, whose value is JSON. */
const PROGRESS = 'x-parallax-shuffle-progress';

/** By source partition; said only of what is durable. */
export interface Progress {
  /** All records of the source below these offsets that belong into this target partition stand before this one. */
  readonly next: Readonly<Record<string, number>>;
  /** Where the source was first read; absent: from 0. */
  readonly first?: Readonly<Record<string, number>>;
  /** Expired before they were read: from, and the first that was not. Counted in this target partition. */
  readonly lost?: Readonly<Record<string, readonly [from: number, to: number]>>;
  /** Of these something was never delivered, and nobody knows of which ids. */
  readonly struck?: Readonly<Record<string, Strike>>;
}

/** Taken by retention, by the abort of their transaction, or by compaction. */
export type Strike = 'expired' | 'aborted' | 'compacted';

export interface SourcePlace {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export type ReadShuffled =
  | ({ readonly kind: 'event' } & SourcePlace)
  | { readonly kind: 'progress'; readonly topic: string; readonly progress: Progress };

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Key, value, time and headers stay as they are. The bytes are not copied. */
export function shuffledRecord(
  { key, value, headers, timestamp }: LogRecord,
  { topic, partition: from, offset }: SourcePlace,
  partition: number,
): NewRecord {
  const source: Header = [SHUFFLE_SOURCE, encoder.encode(`${topic}/${from}/${offset}`)];
  return { partition, key, value, timestamp, headers: [...headers, source] };
}

export function progressRecord(topic: string, progress: Progress, partition: number): NewRecord {
  const value = encoder.encode(JSON.stringify(progress));
  return { partition, key: null, value, headers: [[PROGRESS, encoder.encode(topic)]] };
}

/** @throws Fault `not-shuffled` for what no shuffler wrote */
export function readShuffled({ headers, value, offset }: LogRecord, target: string): ReadShuffled {
  const [name, bytes] = headers.at(-1) ?? ['', null];
  const text = bytes === null ? '' : decoder.decode(bytes);
  if (name === SHUFFLE_SOURCE) {
    const before = text.lastIndexOf('/');
    const slash = text.lastIndexOf('/', before - 1);
    const place = {
      topic: text.slice(0, Math.max(0, slash)),
      partition: Number(text.slice(slash + 1, before)),
      offset: Number(text.slice(before + 1)),
    };
    if (slash > 0 && isCount(place.partition) && isCount(place.offset)) return { kind: 'event', ...place };
  }
  if (name === PROGRESS && headers.length === 1 && value !== null) {
    const progress = parse(decoder.decode(value));
    if (progress !== undefined) return { kind: 'progress', topic: text, progress };
  }
  throw new Fault(`Offset ${offset} of ${target} was not written by a shuffler.`, {
    code: 'not-shuffled',
    cure: `Nobody else may write to ${target}. Stop who does, delete the topic and the shuffler's consumer group, and begin anew with --forget.`,
  });
}

function parse(text: string): Progress | undefined {
  try {
    const parsed: Progress = JSON.parse(text);
    return typeof parsed?.next === 'object' && parsed.next !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
