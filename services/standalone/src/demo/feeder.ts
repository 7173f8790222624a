// Feeds the documents to the input topic at a steady rate; a second start goes on after what the topic already holds.
import type { EventLog, LogReader, NewRecord } from '@parallax/core';
import type { DemoDocument } from './documents.ts';

export interface FeedOptions {
  readonly log: EventLog;
  readonly topic: string;
  readonly documents: readonly DemoDocument[];
  /** The Markdown of a document. */
  readonly read: (document: DemoDocument) => string;
  readonly perSecond: number;
  readonly signal: AbortSignal;
  readonly pace: Pace;
  /** Called after each document is durable, and once at the start with what was there before. */
  readonly onProgress?: (progress: FeedProgress) => void;
}

export interface Pace {
  /** Milliseconds, never falling. */
  now(): number;
  /** Resolves at or after that time, or early when the signal aborts. */
  until(time: number, signal: AbortSignal): Promise<void>;
}

export interface FeedProgress {
  readonly fed: number;
  readonly total: number;
  /** Where the last one went. */
  readonly document?: DemoDocument;
}

/** The header every side carries, and the experiment joins by. */
export const CORRELATION_HEADER = 'correlation-id';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Resolves with the number of documents in the topic once all are there, or the signal aborted. */
export async function feed(options: FeedOptions): Promise<number> {
  const { log, topic, documents, perSecond, signal, pace, onProgress } = options;
  const fed = await fedDocuments(log, topic);
  const waiting = documents.filter(({ path }) => !fed.has(path));
  const total = documents.length;
  let count = total - waiting.length;
  onProgress?.({ fed: count, total });
  const began = pace.now();
  for (const [index, document] of waiting.entries()) {
    await pace.until(began + (index * 1000) / perSecond, signal);
    if (signal.aborted) break;
    await log.append(topic, [inputRecord(document.path, options.read(document))]);
    count += 1;
    onProgress?.({ fed: count, total, document });
  }
  return count;
}

/** The record of a document, as the systems receive it. */
export function inputRecord(path: string, markdown: string): NewRecord {
  const id = encoder.encode(path);
  return { key: id, headers: [[CORRELATION_HEADER, id]], value: encoder.encode(JSON.stringify({ path, markdown })) };
}

/** Paths of the documents a topic holds: the topic itself remembers, so that no other state can disagree with it. */
async function fedDocuments(log: EventLog, topic: string): Promise<ReadonlySet<string>> {
  const fed = new Set<string>();
  for (const { partition, start, end } of await log.extents([topic])) {
    for await (const record of recordsBetween(log, topic, partition, start, end)) {
      if (record.key !== null) fed.add(decoder.decode(record.key));
    }
  }
  return fed;
}

/** The records of a partition from `start` to before `end`, in order. */
export async function* recordsBetween(log: LogReader, topic: string, partition: number, start: number, end: number) {
  for (let next = start; next < end; ) {
    const records = await log.read(topic, partition, next, 200);
    if (records.length === 0) return;
    for (const record of records) {
      if (record.offset >= end) return;
      next = record.offset + 1;
      yield record;
    }
  }
}
