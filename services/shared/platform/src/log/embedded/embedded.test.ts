// What is the embedded log's own: its clock, compaction at once, fairness, batch sizes, what deleting leaves behind.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { EventLog } from '@parallax/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { record } from '../../testing/log-conformance/recorder.ts';
import { fresh, freshTopic, fromUtf8, numbered, utf8 } from '../../testing/log-conformance/subject.ts';
import { openEmbeddedLog } from './log.ts';

describe('the embedded log', () => {
  let directory: string;
  let log: EventLog;
  let now = 1_700_000_000_000;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parallax-own-'));
    log = await openEmbeddedLog({ directory, clock: () => now++ });
  });
  afterAll(async () => {
    await log.close();
    await rm(directory, { recursive: true });
  });

  it('takes the time from the clock it was given', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, [{ key: null, value: null }]);
    const [found] = await log.read(topic, 0, 0, 1);
    expect(found?.timestamp).toBeLessThan(now);
    expect(found?.timestamp).toBeGreaterThan(now - 10);
    const consumer = await record(log, { group: fresh('group'), topics: [topic] });
    const [sample] = await consumer.consumption.ends();
    expect([sample?.asked, sample?.answered]).toEqual([now - 2, now - 1]);
  });

  it('never lets the stamps of an append-time topic fall, even if the clock does', async () => {
    const topic = fresh('topic');
    await log.ensureTopic({ topic, partitions: 1, timestamps: 'append' });
    await log.append(topic, numbered(1));
    now -= 100_000;
    await log.append(topic, numbered(1));
    now += 100_000;
    const [first, second] = await log.read(topic, 0, 0, 2);
    expect(second?.timestamp).toBe(first?.timestamp);
  });

  it('compacts as records come', async () => {
    const topic = fresh('topic');
    await log.ensureTopic({ topic, partitions: 1, compacted: true });
    const put = (key: string) => ({ key: utf8(key), value: utf8('v') });
    await log.append(topic, ['a', 'b', 'a', 'a', 'c'].map(put));
    await log.append(topic, [put('b')]);
    const found = await log.read(topic, 0, 0, 10);
    expect(found.map(({ key, offset }) => [fromUtf8(key), offset])).toEqual([
      ['a', 3],
      ['c', 4],
      ['b', 5],
    ]);
  });

  it('serves a short partition before a long one is through', async () => {
    const topic = await freshTopic(log, 2);
    await log.append(topic, [...numbered(5_000, 0), ...numbered(1, 1)]);
    const consumer = await record(log, { group: fresh('group'), topics: [topic], batchRecords: 100 });
    await consumer.untilCursor(topic, 1, 1);
    expect(consumer.of(topic, 0).length).toBeLessThan(10);
  });

  it('ends a batch early where records are large', async () => {
    const topic = await freshTopic(log);
    const large = { key: null, value: new Uint8Array(1_500_000) };
    await log.append(topic, [large, large, large, large, large]);
    const consumer = await record(log, { group: fresh('group'), topics: [topic] });
    await consumer.untilCursor(topic, 0, 5);
    expect(consumer.batches.map(({ records }) => records.length)).toEqual([2, 2, 1]);
    expect(await log.read(topic, 0, 0, 5)).toHaveLength(2);
  });

  it('takes a record larger than a transaction', async () => {
    const topic = await freshTopic(log);
    const value = new Uint8Array(20_000_000).fill(7);
    await log.append(topic, [{ key: null, value }, ...numbered(1)]);
    const [found] = await log.read(topic, 0, 0, 1);
    expect(Buffer.compare(found?.value ?? new Uint8Array(0), value)).toBe(0);
  });

  it('ends a consumer whose topic is deleted, saying so', async () => {
    const topic = await freshTopic(log);
    const consumer = await record(log, { group: fresh('group'), topics: [topic] });
    await consumer.until(() => consumer.generation !== -1);
    await log.deleteTopic(topic);
    expect(await consumer.consumption.ended).toMatchObject({ code: 'unknown-topic' });
  });

  it('sweeps away what a deleted topic has left, and while it does so serves others', async () => {
    const topic = await freshTopic(log, 2);
    await log.append(topic, [...numbered(12_000, 0), ...numbered(3_000, 1)]);
    const file = new DatabaseSync(join(directory, 'log.sqlite'), { readOnly: true });
    const orphans = file.prepare(
      `SELECT (SELECT count(*) FROM records WHERE place >> 32 NOT IN (SELECT id FROM parts)) +
              (SELECT count(*) FROM marks WHERE part NOT IN (SELECT id FROM parts)) +
              (SELECT count(*) FROM parts WHERE topic NOT IN (SELECT id FROM topics)) AS left`,
    );
    expect(await log.deleteTopic(topic)).toBe('deleted');
    await log.append(await freshTopic(log), numbered(10));
    await vi.waitFor(() => expect(orphans.get()).toEqual({ left: 0 }), { interval: 5, timeout: 4_000 });
    file.close();
  });
});
