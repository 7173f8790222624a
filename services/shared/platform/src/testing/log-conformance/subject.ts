// What the event log's conformance suite is given, and how it names things so that a shared log can be tested.
import type { EventLog, NewRecord } from '@parallax/core';

export interface LogSubject {
  readonly log: EventLog;
  /** Epoch milliseconds as the log and its clients see it. */
  readonly clock: () => number;
  /** Whether a second consumer of a group is refused, rather than given a share. */
  readonly exclusiveGroups: boolean;
  /** Another client of the same log, as another process would have. The suite closes it. */
  connect(): Promise<EventLog>;
  /** Closes `log` and lets go of what it stood on. */
  close(): Promise<void>;
}

/** A name no other test, run or user of the log has. */
export function fresh(kind: string): string {
  return `parallax-test-${kind}-${crypto.randomUUID()}`;
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function fromUtf8(bytes: Uint8Array | null | undefined): string | undefined {
  return bytes === null || bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** `count` records whose values are the numbers from `from` on. */
export function numbered(count: number, partition = 0, from = 0): readonly NewRecord[] {
  return Array.from({ length: count }, (_, index) => ({ partition, key: null, value: utf8(String(from + index)) }));
}

/** The values of such records: from `from` up to, not including, `to`. */
export function numbers(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from }, (_, index) => String(from + index));
}

/** A topic of its own with `partitions` partitions. */
export async function freshTopic(log: EventLog, partitions = 1): Promise<string> {
  const topic = fresh('topic');
  await log.ensureTopic({ topic, partitions });
  return topic;
}
