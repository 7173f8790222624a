// What a fed record says of where it came from: headers behind its own, which stay as they were.
import { type ArchivedRecord, Fault, type Header, type LogRecord, type NewRecord } from '@parallax/core';

export const SOURCE_HEADER = 'x-parallax-source';
export const TIMESTAMP_HEADER = 'x-parallax-timestamp';
export const RUN_HEADER = 'x-parallax-run';
/** A build that sees it does not mail, charge or ship: the event has happened before. */
export const SHADOW_HEADER = 'x-parallax-shadow';

const decoder = new TextDecoder();
const SHADOW: Header = [SHADOW_HEADER, Buffer.from('1')];

/**
 * Makes the records of a run. Hot path: bytes of short texts come from Buffer's pool; a TextEncoder's own allocations
 * took more than half of the time of a replay.
 */
export function feeder(run: string): (record: ArchivedRecord) => NewRecord {
  const ofRun: Header = [RUN_HEADER, Buffer.from(run)];
  return ({ topic, partition, offset, timestamp, key, value, headers }) => ({
    partition,
    // Its own time, so that time in the run's topics goes by as it was recorded: windows and latencies mean the same.
    timestamp,
    key,
    value,
    headers: [
      ...headers,
      [SOURCE_HEADER, Buffer.from(`${topic}/${partition}/${offset}`, 'latin1')],
      [TIMESTAMP_HEADER, Buffer.from(String(timestamp), 'latin1')],
      ofRun,
      SHADOW,
    ],
  });
}

/** The offset in the archive that a record of a run's topic was fed from. */
export function sourceOffset(record: LogRecord, topic: string, source: { topic: string; partition: number }): number {
  // The last one counts: what is replayed may have been fed by an earlier replay.
  const value = record.headers.findLast(([name]) => name === SOURCE_HEADER)?.[1];
  const text = value == null ? '' : decoder.decode(value);
  const prefix = `${source.topic}/${source.partition}/`;
  const offset = text.startsWith(prefix) ? Number(text.slice(prefix.length)) : Number.NaN;
  if (Number.isSafeInteger(offset)) return offset;
  throw new Fault(
    `Offset ${record.offset} of ${topic}, partition ${source.partition}, was not fed from ${source.topic} by a replay.`,
    {
      code: 'run-topic-foreign',
      cure: 'Something else writes to the topics of this run. Stop it, delete the run with `parallax runs delete`, and replay again.',
    },
  );
}
