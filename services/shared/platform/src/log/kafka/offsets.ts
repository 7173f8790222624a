// Where partitions begin and end, and which offset a time has: asked of each leader, read uncommitted.
import type { Extent, Position } from '@parallax/core';
import type { Brokers } from './brokers.ts';
import { NONE } from './error-codes.ts';
import type { Topology } from './topology.ts';

const EARLIEST = -2;
const LATEST = -1;

/** By topic as asked for, then by partition. The last stable offset would hide what stands behind an open transaction. */
export async function extentsOf(
  brokers: Brokers,
  topology: Topology,
  topics: readonly string[],
): Promise<readonly Extent[]> {
  const [starts, ends] = await Promise.all([
    offsetsOf(brokers, topology, topics, EARLIEST),
    offsetsOf(brokers, topology, topics, LATEST),
  ]);
  return ends.map(({ topic, partition, offset }, index) => {
    const start = starts[index]?.offset ?? 0;
    // Retention may have moved the start between the two answers.
    return { topic, partition, start: Math.min(start, offset), end: offset, offset };
  });
}

export async function offsetsAtTime(
  brokers: Brokers,
  topology: Topology,
  topic: string,
  timestamp: number,
): Promise<readonly Position[]> {
  // Negative times are Kafka's own signs.
  const found = await offsetsOf(brokers, topology, [topic], Math.max(0, Math.ceil(timestamp)));
  if (found.every(({ offset }) => offset >= 0)) return found;
  const ends = await offsetsOf(brokers, topology, [topic], LATEST);
  return found.map((position, index) => (position.offset >= 0 ? position : (ends[index] ?? position)));
}

/** -1 where no record is that young. */
export async function offsetsOf(
  brokers: Brokers,
  topology: Topology,
  topics: readonly string[],
  timestamp: number,
): Promise<readonly Position[]> {
  const names = [...new Set(topics)];
  const answers = await Promise.all(
    [...(await topology.byLeader(names))].map(async ([leader, led]) => {
      const request = names
        .map((topic) => ({
          topic,
          partitions: led.filter((one) => one.topic === topic).map(({ partition }) => ({ partition, timestamp })),
        }))
        .filter(({ partitions }) => partitions.length > 0);
      try {
        const asked = await brokers.node(leader);
        return (await brokers.ask(asked, 'ListOffsets', { isolationLevel: 0, topics: request })).responses;
      } catch (error) {
        for (const { topic } of request) topology.forget(topic);
        throw error;
      }
    }),
  );
  const positions: Position[] = [];
  for (const { topic, partitions } of answers.flat()) {
    for (const { partition, errorCode, offset } of partitions) {
      if (errorCode !== NONE) await topology.refused(topic, errorCode);
      positions.push({ topic, partition, offset: Number(offset) });
    }
  }
  const order = new Map(names.map((topic, index) => [topic, index]));
  return positions.toSorted(
    (a, b) => (order.get(a.topic) ?? 0) - (order.get(b.topic) ?? 0) || a.partition - b.partition,
  );
}
