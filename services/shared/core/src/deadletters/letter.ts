// Dead letters: records that could not be given an id, kept byte for byte in a topic of the experiment, with headers behind
// their own that say where they come from and what was wrong. (Kafka Connect and Spring name theirs likewise: topic,
// partition, offset, reason.)
import type { UnreadColumn } from '../engine/unread.ts';
import type { Side } from '../outcome.ts';
import type { Header, LogRecord, NewRecord } from '../ports/log.ts';

export function deadLetterTopic(experiment: string): string {
  return `parallax.${experiment}.deadletters`;
}

/** The first of ours: what stands before it is the record's own. */
const CODE = 'x-parallax-error-code';
/** In this order, behind the record's own headers. */
export const DEAD_LETTER_HEADERS = [
  CODE,
  'x-parallax-error-reason',
  'x-parallax-error-experiment',
  'x-parallax-error-run',
  'x-parallax-error-output',
  'x-parallax-error-side',
  'x-parallax-error-topic',
  'x-parallax-error-partition',
  'x-parallax-error-offset',
  'x-parallax-error-timestamp',
  'x-parallax-error-build',
  'x-parallax-error-omitted-bytes',
] as const;

export interface DeadLetter {
  /** The ledger's column. */
  readonly code: UnreadColumn;
  /** Low-cardinality: what exactly was wrong; '' where the code says it all. */
  readonly reason: string;
  readonly experiment: string;
  /** `live`, or the name of a replay. */
  readonly run: string;
  readonly output: string;
  readonly side: Side;
  /** Where it was read: with the run this names it, however often it was written. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Its own, epoch ms. */
  readonly timestamp: number;
  /** Of Parallax. */
  readonly build: string;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** Bytes of a value that the topic does not take; 0: it is there. */
  readonly omittedBytes: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The record to be written. It is stamped anew, its own time is in a header: a topic's retention goes by timestamps, and
 * the dead letters of an old backlog must not expire on arrival.
 */
export function deadLetterRecord(letter: DeadLetter): NewRecord {
  const { code, reason, experiment, run, output, side, topic, partition, offset, timestamp, build } = letter;
  const values = [code, reason, experiment, run, output, side, topic, partition, offset, timestamp, build];
  const own = letter.omittedBytes === 0 ? values : [...values, letter.omittedBytes];
  return {
    partition: 0,
    key: letter.key,
    value: letter.omittedBytes === 0 ? letter.value : null,
    headers: [
      ...letter.headers,
      ...own.map((value, i): Header => [DEAD_LETTER_HEADERS[i] ?? '', encoder.encode(String(value))]),
    ],
  };
}

/** Undefined for a record that is no dead letter of ours. */
export function readDeadLetter({ key, value, headers }: LogRecord): DeadLetter | undefined {
  // The last one counts: a dead letter that somebody put into a topic may have become one again.
  const at = headers.findLastIndex(([name]) => name === CODE);
  if (at < 0) return undefined;
  const ours = new Map(headers.slice(at).map(([name, bytes]) => [name, bytes === null ? '' : decoder.decode(bytes)]));
  const text = (name: (typeof DEAD_LETTER_HEADERS)[number]) => ours.get(name) ?? '';
  const number = (name: (typeof DEAD_LETTER_HEADERS)[number]) => Number(ours.get(name) ?? Number.NaN);
  const [code, side] = [text(CODE), text('x-parallax-error-side')];
  const [partition, offset] = [number('x-parallax-error-partition'), number('x-parallax-error-offset')];
  const timestamp = number('x-parallax-error-timestamp');
  if ((code !== 'no-id' && code !== 'undecodable') || (side !== 'legacy' && side !== 'candidate')) return undefined;
  if (![partition, offset, timestamp].every(Number.isSafeInteger)) return undefined;
  return {
    code,
    side,
    partition,
    offset,
    timestamp,
    reason: text('x-parallax-error-reason'),
    experiment: text('x-parallax-error-experiment'),
    run: text('x-parallax-error-run'),
    output: text('x-parallax-error-output'),
    topic: text('x-parallax-error-topic'),
    build: text('x-parallax-error-build'),
    key,
    value,
    headers: headers.slice(0, at),
    omittedBytes: Number(ours.get('x-parallax-error-omitted-bytes') ?? 0),
  };
}
