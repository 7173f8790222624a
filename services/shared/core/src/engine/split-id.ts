// The faults of an id that lies in more than one partition: of its sides in different ones, which would never meet and each
// be called missing; and of an id that both sides have in several, whose pairs would have one row between them.
import { Fault } from '../fault.ts';
import { SIDES, type Side } from '../outcome.ts';
import { partitionOfKey } from '../partitioner.ts';
import type { JoinConfig } from './config.ts';

const OTHERWISE =
  'or let both systems key by the id, with as many partitions and the same partitioner (librdkafka: partitioner=murmur2_random places keys as Java does). Then begin anew with --forget.';

/** What faults about partitions advise where nothing more is known. */
export const SHUFFLE_CURE = `Set \`shuffle: true\` on a side (\`legacy: { shuffle: true }\` or \`candidate: { shuffle: true }\`), and its topic is keyed anew by the correlation id; ${OTHERWISE}`;

/** What they advise where it is known which sides do not lie where Java's partitioner puts their ids. */
export function shuffleCure(sides: readonly Side[]): string {
  const settings = sides.map((side) => `\`${side}: { shuffle: true }\``).join(' and ');
  const keyed = sides.length > 1 ? 'their topics are keyed' : 'its topic is keyed';
  return `Set ${settings}, and ${keyed} anew by the correlation id, by \`parallax shuffler FILE\` (\`parallax start\` runs it by itself); ${OTHERWISE}`;
}

const UNIQUE =
  'If ids are used again under other keys, make them unique with a composite id, such as correlation: [ key, path:/order ]; if the events of one thing lie in several partitions, set `legacy: { shuffle: true }` and `candidate: { shuffle: true }`, which brings them together. Then begin anew with --forget.';

const encoder = new TextEncoder();

export function splitId(
  { output, topics, placesIds }: JoinConfig,
  id: string,
  partitions: Readonly<Record<Side, number | null>>,
): Fault {
  const place = (side: Side) => `${topics?.[side] ?? side} partition ${partitions[side]}`;
  const wrong =
    placesIds === undefined
      ? []
      : SIDES.filter((side) => partitionOfKey(encoder.encode(id), placesIds) !== partitions[side]);
  return new Fault(
    `Output ${output}: the id ${JSON.stringify(id)} is in ${place('legacy')} and in ${place('candidate')}. The two sides do not put an id into the same partition, so they can never meet, and nothing may be called missing.`,
    { code: 'split-id', cure: wrong.length === 0 ? SHUFFLE_CURE : shuffleCure(wrong) },
  );
}

/** Both sides had it in the partition `before`, and now it is in that of `config` as well. */
export function scatteredId({ output, topics, partition }: JoinConfig, id: string, before: number): Fault {
  const both = SIDES.map((side) => topics?.[side] ?? side).join(' and ');
  return new Fault(
    `Output ${output}: the id ${JSON.stringify(id)} was in partition ${before} of ${both}, and is in partition ${partition} as well. An id has one pair, and one row: all its events must lie in one partition.`,
    { code: 'scattered-id', cure: UNIQUE },
  );
}
