// What consumer groups have committed, asked of their coordinator.
import { type Committed, Fault } from '@parallax/core';
import type { Brokers } from './brokers.ts';
import { check, GROUP_ID_NOT_FOUND, NON_EMPTY_GROUP, NONE } from './error-codes.ts';

/** All of the group's commits are asked for: then topics that are gone do no harm. */
export async function committedBy(
  brokers: Brokers,
  group: string,
  topics: readonly string[],
): Promise<readonly Committed[]> {
  const coordinator = await brokers.coordinator(group);
  const answer = await brokers.ask(coordinator, 'OffsetFetch', { groupId: group, topics: [] });
  check(answer.errorCode);
  const wanted = new Set(topics);
  return answer.responses
    .filter(({ topic }) => wanted.has(topic))
    .flatMap(({ topic, partitions }) =>
      partitions.flatMap(({ partition, offset, metadata, errorCode }) => {
        check(errorCode);
        return Number(offset) < 0 ? [] : [{ topic, partition, offset: Number(offset), metadata: metadata ?? '' }];
      }),
    )
    .toSorted((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition);
}

export async function removeGroup(brokers: Brokers, group: string, address: string): Promise<void> {
  const coordinator = await brokers.coordinator(group);
  const { results } = await brokers.ask(coordinator, 'DeleteGroups', [group]);
  const code = results[0]?.errorCode ?? NONE;
  if (code === GROUP_ID_NOT_FOUND) return;
  if (code === NON_EMPTY_GROUP) {
    throw new Fault(`Group "${group}" of ${address} has consumers, so its commits cannot be forgotten.`, {
      code: 'group-locked',
      cure: 'Stop them first; one that was killed is counted until its session times out.',
    });
  }
  check(code);
}
