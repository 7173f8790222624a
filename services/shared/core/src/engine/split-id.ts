// The fault of an id whose two sides lie in different partitions: they would never meet, and each would be called missing.
import { Fault } from '../fault.ts';
import type { Side } from '../outcome.ts';
import type { JoinConfig } from './config.ts';

/** What every fault about partitions advises. */
export const SHUFFLE_CURE =
  'Set `shuffle: true` on a side (`legacy: { shuffle: true }` or `candidate: { shuffle: true }`), and its topic is keyed anew by the correlation id; or let both systems key by the id, with as many partitions and the same partitioner (librdkafka: partitioner=murmur2_random places keys as Java does). Then begin anew with --forget.';

export function splitId(
  { output, topics }: JoinConfig,
  id: string,
  partitions: Readonly<Record<Side, number | null>>,
): Fault {
  const place = (side: Side) => `${topics?.[side] ?? side} partition ${partitions[side]}`;
  return new Fault(
    `Output ${output}: the id ${JSON.stringify(id)} is in ${place('legacy')} and in ${place('candidate')}. The two sides do not put an id into the same partition, so they can never meet, and nothing may be called missing.`,
    { code: 'split-id', cure: SHUFFLE_CURE },
  );
}
