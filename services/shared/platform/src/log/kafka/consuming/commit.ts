// One attempt at a commit, in the name of one generation.
//
// KafkaJS's commitOffsets tries again with whatever generation is current by then, which would send an old cut as the
// new generation's. Here the generation is part of what is asked, and nothing is asked twice.
import type { CommitResult, Committed } from '@parallax/core';
import { ProtocolFailure } from '../error-codes.ts';
import { isPassing } from '../failures.ts';
import type { Coordinator } from './coordinator.ts';
import { CODE, FENCED } from './requests.ts';

/** An answer that is later than this may as well not come. */
const ANSWER_MS = 15_000;

interface Answer {
  readonly errorCode?: never;
  readonly responses: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

/** The broker has fenced the member: it belongs to no generation any more. */
export type Sent = CommitResult | 'fenced';

/** Rejects with a refusal that has nothing to do with the generation: rights, topics that are gone. */
export async function commitOnce(
  coordinator: Coordinator,
  { generation, memberId }: { readonly generation: number; readonly memberId: string },
  offsets: readonly Committed[],
): Promise<Sent> {
  if (offsets.length === 0) return 'committed';
  const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([topic, places]) => {
    const partitions = places.map(({ partition, offset, metadata }) => ({
      partition,
      offset: String(offset),
      metadata,
    }));
    return { topic, partitions };
  });
  const request = { memberId, groupGenerationId: generation, topics };
  let answer: Answer;
  try {
    answer = await coordinator.ask<Answer>('OffsetCommit', request, { withinMs: ANSWER_MS });
  } catch (error) {
    if (isPassing(error)) return 'unknown';
    throw error;
  }
  const codes = answer.responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorCode));
  const failed = codes.filter((code) => code !== CODE.none);
  if (failed.length === 0) return 'committed';
  // The broker checks the generation first, for all partitions alike.
  if (failed.every((code) => FENCED.has(code))) return 'fenced';
  coordinator.forget();
  const failures = failed.map((code) => new ProtocolFailure(code));
  const final = failures.find((failure) => !failure.passing);
  if (final !== undefined) throw final;
  return 'unknown';
}
