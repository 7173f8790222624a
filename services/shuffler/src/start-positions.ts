// Where each source partition is shuffled from: its committed offset; else where it was told to begin.
import { type AssignedPartition, type EventLog, Fault, type Position } from '@parallax/core';

/** Epoch ms where it is a number. */
export type ShuffleFrom = 'earliest' | 'now' | number;

export interface SourceStart {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Where this partition was first read, by whichever process. */
  readonly first: number;
  /** Nothing was ever committed. */
  readonly isFresh: boolean;
  /** What the log no longer has of what was not yet shuffled: from, and the first that is there. */
  readonly lost: readonly [from: number, to: number] | undefined;
}

/** @throws Fault `log-truncated` where a topic ends before what was shuffled */
export async function startPositions(
  log: Pick<EventLog, 'offsetsAt'>,
  places: readonly AssignedPartition[],
  from: ShuffleFrom,
): Promise<readonly SourceStart[]> {
  const times = new Map<string, readonly Position[]>();
  if (typeof from === 'number') {
    for (const topic of new Set(places.filter(({ committed }) => committed === undefined).map(({ topic }) => topic)))
      times.set(topic, await log.offsetsAt(topic, from));
  }
  return places.map(({ topic, partition, start, end, committed }) => {
    if (committed === undefined) {
      const found = times.get(topic)?.find((position) => position.partition === partition)?.offset;
      const offset = from === 'now' ? end : Math.max(start, found ?? start);
      return { topic, partition, offset, first: offset, isFresh: true, lost: undefined };
    }
    if (committed.offset > end) throw truncated(topic, partition, committed.offset, end);
    const offset = Math.max(start, committed.offset);
    const lost = offset > committed.offset ? ([committed.offset, offset] as const) : undefined;
    return { topic, partition, offset, first: firstOf(committed.metadata), isFresh: false, lost };
  });
}

/** What goes with a commit: where the partition was first read. */
export function metadataOf(first: number): string {
  return first === 0 ? '' : String(first);
}

function firstOf(metadata: string): number {
  const first = Number(metadata);
  return Number.isSafeInteger(first) && first >= 0 ? first : 0;
}

function truncated(topic: string, partition: number, shuffled: number, end: number): Fault {
  return new Fault(
    `${topic}, partition ${partition}, ends at ${end}, though it was shuffled up to ${shuffled}: it was deleted and created anew, or lost records.`,
    {
      code: 'log-truncated',
      cure: "Find out what happened to the topic. To begin anew, delete the shuffled topic and the shuffler's consumer group, and start the comparator with --forget.",
    },
  );
}
