// Where logs begin and end, and what a group has committed.
import type { Committed, Position } from '@parallax/core';
import type { Brokers } from '../brokers.ts';
import { ProtocolFailure } from '../error-codes.ts';
import type { Coordinator } from './coordinator.ts';
import type { Picture } from './picture.ts';
import { CODE, MOVED, within } from './requests.ts';

export interface Place {
  readonly topic: string;
  readonly partition: number;
}

/** Special timestamps of a ListOffsets request. */
export const EARLIEST = -2;
export const LATEST = -1;
/** The last stable offset would hide what stands behind an open transaction. */
const READ_UNCOMMITTED = 0;

export interface ListedPosition extends Position {
  /** Of the leader that answered with the log's end; of the beginning, of the record there. Absent: not told. */
  readonly epoch?: number | undefined;
}

export interface Listed {
  readonly found: readonly ListedPosition[];
  /** Why places are not among the found; undefined when all are. */
  readonly failure: unknown;
}

/**
 * Asks every leader once. Where a leader has moved or does not answer within `withinMs`, the picture is renewed, so
 * that the next call asks the present one.
 *
 * A late answer is never used, nor an end of an earlier epoch: a leader that was stopped and replaced may give
 * it as it wakes, before it learns that the log has grown elsewhere. Rejects where asking again would not help.
 */
export async function listOffsets(
  brokers: Brokers,
  picture: Picture,
  places: readonly Place[],
  { at, withinMs }: { readonly at: typeof EARLIEST | typeof LATEST; readonly withinMs: number },
): Promise<Listed> {
  const byLeader = Map.groupBy(places, ({ topic, partition }) => picture.leader(topic, partition));
  const answers = [...byLeader].map(async ([leader, led]) => {
    if (leader === undefined) throw new ProtocolFailure(CODE.leaderNotAvailable);
    const topics = [...Map.groupBy(led, ({ topic }) => topic)].map(([topic, partitions]) => {
      return { topic, partitions: partitions.map(({ partition }) => ({ partition, timestamp: at })) };
    });
    const broker = await within(brokers.node(leader), withinMs);
    const asked = brokers.ask(broker, 'ListOffsets', { isolationLevel: READ_UNCOMMITTED, topics });
    return within(asked, withinMs).catch((error: unknown) => {
      brokers.drop(broker);
      throw error;
    });
  });
  const found: ListedPosition[] = [];
  let failure: unknown;
  for (const outcome of await Promise.allSettled(answers)) {
    if (outcome.status === 'rejected') {
      failure = outcome.reason;
      continue;
    }
    for (const { topic, partitions } of outcome.value.responses) {
      for (const { partition, errorCode, offset, leaderEpoch } of partitions) {
        const isEnd = at === LATEST && errorCode === CODE.none;
        if (isEnd && picture.epochs.isPast(topic, partition, leaderEpoch)) {
          failure = new ProtocolFailure(CODE.fencedLeaderEpoch);
        } else if (errorCode === CODE.none) {
          const epoch = leaderEpoch < 0 ? undefined : leaderEpoch;
          found.push({ topic, partition, offset: Number(offset), epoch });
        } else {
          failure = new ProtocolFailure(errorCode);
          if (!MOVED.has(errorCode)) throw failure;
        }
      }
    }
  }
  if (failure !== undefined) await picture.renew().catch(() => undefined);
  return { found, failure };
}

interface Answer {
  readonly errorCode?: number;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string | null;
      readonly errorCode: number;
    }[];
  }[];
}

/** Rejects with what failed; see failures.ts for whether it passes. */
export async function committedOf(coordinator: Coordinator, places: readonly Place[]): Promise<readonly Committed[]> {
  if (places.length === 0) return [];
  const topics = [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, partitions]) => {
    return { topic, partitions: partitions.map(({ partition }) => ({ partition })) };
  });
  const { errorCode = CODE.none, responses } = await coordinator.ask<Answer>('OffsetFetch', { topics });
  const codes = [errorCode, ...responses.flatMap(({ partitions }) => partitions.map((each) => each.errorCode))];
  for (const code of codes) if (code !== CODE.none) throw new ProtocolFailure(code);
  return responses.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ offset }) => Number(offset) >= 0)
      .map(({ partition, offset, metadata }) => {
        return { topic, partition, offset: Number(offset), metadata: metadata ?? '' };
      }),
  );
}
