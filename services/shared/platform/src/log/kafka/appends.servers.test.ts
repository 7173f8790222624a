// What an append has acknowledged is in the log, where it said, whoever dies meanwhile.
import type { EventLog, Position } from '@parallax/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOn, type RunningKafka, startKafka } from '../../testing/index.ts';
import { openKafkaLog } from './log.ts';

const PARTITIONS = 6;
const ROUNDS = 3;
const WRITERS = 4;

async function whole(log: EventLog, topic: string): Promise<ReadonlyMap<string, Position>> {
  const found = new Map<string, Position>();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    for (let at = 0; ; ) {
      const records = await log.read(topic, partition, at, 5_000);
      const last = records.at(-1);
      if (last === undefined) break;
      for (const { value, offset } of records) {
        const name = Buffer.from(value ?? []).toString();
        if (found.has(name)) throw new Error(`${name} is there twice: ${JSON.stringify([found.get(name), offset])}`);
        found.set(name, { topic, partition, offset });
      }
      at = last.offset + 1;
    }
  }
  return found;
}

describeOn('kafka', 'three brokers, one of which dies while records are appended', () => {
  let kafka: RunningKafka;
  let log: EventLog;
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 });
    log = await openKafkaLog(`kafka://${kafka.brokers.join(',')}`);
  });
  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
  });

  it('every acknowledged record is in the log once and exactly where it was said to be, in order', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const topic = `acknowledged-${round}`;
      await log.ensureTopic({ topic, partitions: PARTITIONS });
      const acknowledged = new Map<string, Position>();
      let stopping = false;
      // Each append goes to all partitions at once, and so to all leaders.
      const write = async (writer: number): Promise<void> => {
        for (let batch = 0; !stopping; batch++) {
          const names = Array.from({ length: PARTITIONS * 2 }, (_, index) => `${writer}/${batch}/${index}`);
          const records = names.map((name, index) => ({
            partition: index % PARTITIONS,
            key: Buffer.from(name),
            value: Buffer.from(name),
          }));
          const positions = await log.append(topic, records);
          names.forEach((name, index) => {
            const position = positions[index];
            if (position !== undefined) acknowledged.set(name, position);
          });
        }
      };
      const writers = Array.from({ length: WRITERS }, (_, writer) => write(writer));
      const victim = kafka.nodes[round % 3];
      const reached = async (count: number): Promise<void> => {
        await expect.poll(() => acknowledged.size, { timeout: 60_000, interval: 5 }).toBeGreaterThan(count);
      };
      await reached(500);
      await victim?.kill();
      // All writers have gone on after it.
      await reached(acknowledged.size + 2_000);
      stopping = true;
      await Promise.all(writers);
      const found = await whole(log, topic);
      const wrong = [...acknowledged].filter(([name, { partition, offset }]) => {
        const there = found.get(name);
        return there?.partition !== partition || there.offset !== offset;
      });
      expect(wrong).toEqual([]);
      expect(found.size).toBe(acknowledged.size);
      for (let writer = 0; writer < WRITERS; writer++) expectOrder(acknowledged, writer);
      await victim?.start();
      await kafka.inSync();
    }
  });

  it('a leader that hangs with a request in hand is left for the next one, and doubles nothing when it wakes', async () => {
    const topic = 'hanging';
    await log.ensureTopic({ topic, partitions: PARTITIONS });
    const append = async (name: string): Promise<readonly Position[]> =>
      log.append(
        topic,
        Array.from({ length: PARTITIONS }, (_, partition) => ({
          partition,
          key: null,
          value: Buffer.from(`${name}/${partition}`),
        })),
      );
    await append('before');
    const [victim] = kafka.nodes;
    await victim?.pause();
    // Without waiting for an answer of the one that hangs.
    const reading = log.extents([topic]);
    const positions = await append('meanwhile');
    expect(await reading).toHaveLength(PARTITIONS);
    await victim?.resume();
    await kafka.inSync();
    await append('after');
    const found = await whole(log, topic);
    expect(found.size).toBe(3 * PARTITIONS);
    positions.forEach((position, partition) => {
      expect(found.get(`meanwhile/${partition}`)).toEqual(position);
    });
  });

  it('an append without enough replicas is not acknowledged, and says that trying again helps', async () => {
    const topic = 'too-few';
    await log.ensureTopic({ topic, partitions: 1 });
    const hasty = await openKafkaLog(`kafka://${kafka.brokers.join(',')}`, { appendPatienceMs: 2_000 });
    const [one, two] = kafka.nodes;
    await Promise.all([one?.kill(), two?.kill()]);
    await expect(hasty.append(topic, [{ key: null, value: Buffer.from('x') }])).rejects.toMatchObject({
      retryable: true,
    });
    await Promise.all([one?.start(), two?.start()]);
    await kafka.inSync();
    await hasty.close();
  });
});

/** A writer's records of one partition stand in the order in which it appended them. */
function expectOrder(acknowledged: ReadonlyMap<string, Position>, writer: number): void {
  const last = new Map<number, number>();
  for (const [name, { partition, offset }] of acknowledged) {
    if (!name.startsWith(`${writer}/`)) continue;
    expect(offset).toBeGreaterThan(last.get(partition) ?? -1);
    last.set(partition, offset);
  }
}
