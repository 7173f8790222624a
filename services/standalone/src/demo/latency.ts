// How long legacy takes to answer, by the timestamps of its input's and its output's records.
import type { EventLog } from '@parallax/core';
import { recordsBetween } from './feeder.ts';

const decoder = new TextDecoder();

export interface Latency {
  /** Median over the documents fed before build A was shut down, and over those after. Milliseconds. */
  readonly before: number;
  readonly after: number;
}

/** `fedBefore`: documents fed before the shutdown. Undefined where one of the two has no answers. */
export async function legacyLatency(
  log: EventLog,
  input: string,
  output: string,
  fedBefore: number,
): Promise<Latency | undefined> {
  const asked = [...(await times(log, input))].sort(([, a], [, b]) => a - b);
  const answered = await times(log, output);
  const took = asked.map(([document, at]) => (answered.get(document) ?? Number.NaN) - at);
  const before = median(took.slice(0, fedBefore));
  const after = median(took.slice(fedBefore));
  return before === undefined || after === undefined ? undefined : { before, after };
}

/** First timestamp by document. */
async function times(log: EventLog, topic: string): Promise<ReadonlyMap<string, number>> {
  const first = new Map<string, number>();
  for (const { partition, start, end } of await log.extents([topic])) {
    for await (const { key, timestamp } of recordsBetween(log, topic, partition, start, end)) {
      const document = key === null ? '' : decoder.decode(key);
      if (!first.has(document)) first.set(document, timestamp);
    }
  }
  return first;
}

function median(values: readonly number[]): number | undefined {
  const known = values.filter((value) => Number.isFinite(value)).sort((a, b) => a - b);
  return known[known.length >>> 1];
}
