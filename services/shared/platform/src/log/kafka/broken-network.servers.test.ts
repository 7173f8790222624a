// A network that loses answers, breaks and refuses: what was acknowledged is there once, and everything goes on by itself.
import type { EventLog } from '@parallax/core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeOn, type FaultKind, type FaultProxy, type RunningKafka, startKafka } from '../../testing/index.ts';
import { openKafkaLog } from './log.ts';

/** A request begins with its length (32 bits), then the number of what is asked (16 bits). */
const asks = (api: number) => (chunk: Buffer) => chunk.length > 8 && chunk.readInt16BE(4) === api;
const [PRODUCE, FETCH, LIST_OFFSETS, METADATA] = [0, 1, 2, 3].map(asks);

describeOn('kafka', 'a network that breaks', () => {
  let kafka: RunningKafka;
  let proxy: FaultProxy;
  let log: EventLog;
  let topic: string;
  beforeAll(async () => {
    kafka = await startKafka({ proxied: true });
    const { brokers = [], proxies = [] } = kafka.proxied ?? {};
    const [only] = proxies;
    if (only === undefined) throw new Error('no proxy');
    proxy = only;
    log = await openKafkaLog(`kafka://${brokers.join(',')}`);
  });
  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
  });
  beforeEach(async () => {
    await proxy.clear();
    topic = `broken-${crypto.randomUUID()}`;
    await log.ensureTopic({ topic, partitions: 2 });
  });

  const records = (from: number) =>
    Array.from({ length: 20 }, (_, index) => ({
      partition: index % 2,
      key: null,
      value: Buffer.from(String(from + index)),
    }));

  async function all(partition: number): Promise<string[]> {
    const found = await log.read(topic, partition, 0, 10_000);
    return found.map(({ value }) => Buffer.from(value ?? []).toString());
  }

  it.each<[string, FaultKind]>([
    ['a lost answer', { kind: 'answer-lost' }],
    ['a reset connection', { kind: 'reset' }],
    ['a request cut off', { kind: 'limit', bytes: 100, direction: 'up' }],
    ['an answer cut off', { kind: 'limit', bytes: 5, direction: 'down' }],
  ])('an append that meets %s is there once, where it says', async (_, fault) => {
    const before = proxy.struck();
    await proxy.inject(fault, { ...(PRODUCE === undefined ? {} : { when: PRODUCE }), times: 2 });
    for (let from = 0; from < 100; from += 20) {
      const positions = await log.append(topic, records(from));
      expect(positions.map(({ offset }) => offset)).toEqual(records(from).map((_, at) => (from + at - (at % 2)) / 2));
    }
    expect(proxy.struck()).toBeGreaterThan(before);
    for (const partition of [0, 1]) {
      expect(await all(partition)).toEqual(Array.from({ length: 50 }, (_, index) => String(index * 2 + partition)));
    }
  });

  it.each([
    ['a fetch', FETCH],
    ['a question for ends', LIST_OFFSETS],
    ['a question for topics', METADATA],
  ])('%s whose answer is lost is asked again', async (_, when) => {
    await log.append(topic, records(0));
    const before = proxy.struck();
    await proxy.inject({ kind: 'answer-lost' }, { ...(when === undefined ? {} : { when }), times: 2 });
    expect(await all(1)).toHaveLength(10);
    expect((await log.extents([topic])).map(({ end }) => end)).toEqual([10, 10]);
    expect((await log.topics()).map((each) => each.topic)).toContain(topic);
    expect(proxy.struck()).toBeGreaterThan(before);
  });

  it('a broker that nobody reaches for a while is waited for', async () => {
    const told: string[] = [];
    const patient = await openKafkaLog(log.address, { telemetry: { record: ({ message }) => told.push(message) } });
    await patient.append(topic, records(0));
    await proxy.inject({ kind: 'refuse' });
    const appending = patient.append(topic, records(20));
    const reading = patient.extents([topic]);
    const refusals = () => told.filter((message) => message.includes('ECONNREFUSED')).length;
    await expect.poll(refusals).toBeGreaterThan(3);
    await proxy.clear();
    expect(await appending).toHaveLength(20);
    expect(await reading).toHaveLength(2);
    await patient.close();
  });
});
