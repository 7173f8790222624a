// A log that has lost what was read of it: an unclean leader election, or a topic that was deleted and created anew. Others
// stand at its offsets then, so that nothing that goes by offsets can go on.
import {
  digestContent,
  type EventLog,
  Fault,
  type JoinCut,
  type LastRead,
  type LogRecord,
  SIDES,
} from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';
import type { PartitionPair } from './sides.ts';

interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** `epoch`: of the batch it came in, where that tells one. */
export function lastRead(record: LogRecord, epoch?: number): LastRead {
  const read = { offset: record.offset, digest: `${record.timestamp} ${digestContent(record)}` };
  return epoch === undefined ? read : { ...read, epoch };
}

/**
 * Where another record stands in the place of the one that was read last, the log has lost that one and has grown beyond it
 * since. One that is not there any more was compacted or has expired, which is no such loss.
 * @throws Fault `log-truncated`
 */
export async function checkRead(
  log: Pick<EventLog, 'read'>,
  { topic, partition }: Place,
  { offset, digest }: LastRead,
): Promise<void> {
  const [found] = await log.read(topic, partition, offset, 1);
  if (found?.offset !== offset || lastRead(found).digest === digest) return;
  throw truncated({ topic, partition }, `holds another record at ${offset} than was read there`);
}

/** The same of both sides, as far as they were read when this was cut. @throws Fault `log-truncated` */
export async function checkLastRead(log: Pick<EventLog, 'read'>, pair: PartitionPair, cut: JoinCut): Promise<void> {
  for (const side of SIDES) {
    const { last } = cut[side];
    if (last !== undefined && last.offset >= pair[side].start) await checkRead(log, pair[side], last);
  }
}

export function endsBefore(place: Place, end: number, cursor: number): Fault {
  return truncated(place, `ends at ${end}, though it was read up to ${cursor}`);
}

function truncated({ topic, partition }: Place, what: string): Fault {
  return new Fault(`${topic}, partition ${partition}, ${what}: it was deleted and created anew, or lost records.`, {
    code: 'log-truncated',
    cure: 'What was judged stays. Find out what happened to the topic, then begin anew with --forget, and --from where that shall be.',
  });
}

export function eventsCutOff(place: Place, end: number, events: number): TelemetryEvent {
  return {
    name: 'events-lost',
    level: 'error',
    message: `${events} events of ${place.topic}, partition ${place.partition}, are gone that were not read yet: the log reached further and ends at offset ${end} now. They are counted as lost, and what they may have answered is inconclusive. A replica that lacked them became the leader: keep unclean.leader.election.enable off, and let producers wait for all replicas in sync.`,
    counts: { events },
    fields: { ...place, end },
  };
}
