// Three brokers, of which one after the other dies or restarts under load: reading goes on, in the same generation.
import type { EndSample, EventLog } from '@parallax/core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { describeOn, type KafkaNode, type RunningKafka, startKafka } from '../../../testing/index.ts';
import { type Recorder, record } from '../../../testing/log-conformance/recorder.ts';
import { fresh, freshTopic, numbered } from '../../../testing/log-conformance/subject.ts';
import type { Brokers } from '../brokers.ts';
import { kafkaConnection } from '../connection.ts';
import { openKafkaLog } from '../log.ts';
import { Picture } from './picture.ts';

const PARTITIONS = 3;
const WAIT = { timeout: 120_000, interval: 50 };

describeOn('kafka', 'a consumer of three brokers', () => {
  let kafka: RunningKafka;
  let log: EventLog;
  let brokers: Brokers;
  beforeAll(async () => {
    kafka = await startKafka({ brokers: 3 });
    const address = `kafka://${kafka.brokers.join(',')}`;
    log = await openKafkaLog(address);
    brokers = kafkaConnection(address).open();
  });
  afterAll(async () => {
    await brokers?.close();
    await log?.close();
    await kafka?.stop();
  });

  /** A consumer, and somebody who goes on writing to every partition until the test ends. */
  async function underLoad() {
    const [group, topic] = [fresh('group'), await freshTopic(log, PARTITIONS)];
    await kafka.inSync();
    const consumer = await record(log, { group, topics: [topic] });
    const stopping = new AbortController();
    const acknowledged: { readonly partition: number; readonly at: number; readonly end: number }[] = [];
    const samples: EndSample[] = [];
    const work = Promise.all([
      untilAborted(stopping.signal, async () => {
        for (let partition = 0; partition < PARTITIONS; partition++) {
          const positions = await log.append(topic, numbered(20, partition)).catch(() => []);
          const last = positions.at(-1);
          if (last !== undefined) acknowledged.push({ partition, at: Date.now(), end: last.offset + 1 });
        }
      }),
      untilAborted(stopping.signal, async () => {
        samples.push(...(await consumer.consumption.ends().catch(() => [])));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }),
    ]);
    onTestFinished(async () => {
      stopping.abort();
      await work;
    });
    const read = (partition: number) => consumer.of(topic, partition).at(-1)?.next ?? 0;
    /** Resolves when every partition has got further by what was written after the call. */
    const goesOn = async () => {
      const ends = (await log.extents([topic])).map(({ end }) => end);
      await vi.waitUntil(() => ends.every((end, partition) => read(partition) > end), WAIT);
    };
    const stop = async () => {
      stopping.abort();
      await work;
      const ends = (await log.extents([topic])).map(({ end }) => end);
      await vi.waitUntil(() => ends.every((end, partition) => read(partition) === end), WAIT);
      // What was acknowledged before a sample was asked for lies below it.
      expect(samples.length).toBeGreaterThan(PARTITIONS);
      for (const { partition, asked, end } of samples) {
        const before = acknowledged.filter((each) => each.partition === partition && each.at < asked);
        expect(end).toBeGreaterThanOrEqual(before.at(-1)?.end ?? 0);
      }
    };
    return { consumer, group, topic, goesOn, stop };
  }

  async function untilAborted(signal: AbortSignal, turn: () => Promise<void>): Promise<void> {
    while (!signal.aborted) await turn();
  }

  /** Every offset once, in order, under one generation. */
  function expectWhole(consumer: Recorder, topic: string): void {
    expect(consumer.assignments).toHaveLength(1);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const offsets = consumer.records(topic, partition).map(({ offset }) => offset);
      expect(offsets.findIndex((offset, index) => offset !== index)).toBe(-1);
    }
  }

  function node(id: number | undefined | null): KafkaNode {
    const found = kafka.nodes.find((each) => each.id === id);
    if (found === undefined) throw new Error(`There is no broker ${id}.`);
    return found;
  }

  async function leaderOf(topic: string): Promise<number | undefined> {
    const picture = new Picture(brokers);
    picture.watch([topic]);
    await vi.waitUntil(async () => {
      await picture.renew().catch(() => undefined);
      return picture.leader(topic, 0) !== undefined;
    }, WAIT);
    return picture.leader(topic, 0);
  }

  async function commits(consumer: Recorder, topic: string, offset: number): Promise<void> {
    const place = { topic, partition: 0, offset, metadata: '' };
    await vi.waitUntil(async () => {
      return (await consumer.consumption.commit(consumer.generation, [place])) === 'committed';
    }, WAIT);
  }

  test('outlives the death of a leader, without its group joining anew', async () => {
    const { consumer, topic, goesOn, stop } = await underLoad();
    await goesOn();
    const killed = node(await leaderOf(topic));
    await killed.kill();
    await goesOn();
    await commits(consumer, topic, 1);
    await killed.start();
    await goesOn();
    await stop();
    expectWhole(consumer, topic);
    // What the next leader wrote says so.
    const epochs = consumer.of(topic, 0).map(({ epoch = -1 }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
    expect(epochs.at(-1)).toBeGreaterThan(epochs[0] ?? Number.POSITIVE_INFINITY);
  });

  test('outlives the death of the broker that keeps its group, and commits at the next one', async () => {
    const { consumer, group, topic, goesOn, stop } = await underLoad();
    await goesOn();
    await commits(consumer, topic, 1);
    const killed = node((await brokers.coordinator(group)).nodeId);
    await killed.kill();
    await goesOn();
    await commits(consumer, topic, 2);
    await killed.start();
    await kafka.inSync();
    await stop();
    expect(await log.committed(group, [topic])).toMatchObject([{ offset: 2 }]);
    expectWhole(consumer, topic);
  });

  test('outlives a restart of all brokers, one after the other', async () => {
    const { consumer, topic, goesOn, stop } = await underLoad();
    for (const each of kafka.nodes) {
      await kafka.inSync();
      await each.stop();
      await goesOn();
      await each.start();
    }
    await kafka.inSync();
    await commits(consumer, topic, 3);
    const ends = await vi.waitUntil(() => consumer.consumption.ends().catch(() => undefined), WAIT);
    expect(ends).toHaveLength(PARTITIONS);
    await stop();
    expectWhole(consumer, topic);
  });

  test('outlives a leader that hangs, and does not believe what it says when it wakes', async () => {
    const { consumer, topic, goesOn, stop } = await underLoad();
    await goesOn();
    const hung = node(await leaderOf(topic));
    await hung.pause();
    onTestFinished(() => hung.resume());
    await goesOn();
    await hung.resume();
    await kafka.inSync();
    await stop();
    expectWhole(consumer, topic);
  });
});
