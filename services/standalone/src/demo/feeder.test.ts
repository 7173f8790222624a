import { memoryLog } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { CORRELATION_HEADER, type FeedOptions, feed, type Pace } from './feeder.ts';

const TOPIC = 'documents';
const DOCUMENTS = ['c.md', 'a.md', 'b.md', 'd.md'].map((path) => ({ path, bytes: 10 }));

/** Time that passes only by waiting for it. */
function virtualPace(): Pace & { readonly waits: number[] } {
  let time = 1_000;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    async until(due) {
      waits.push(due - time);
      time = Math.max(time, due);
    },
  };
}

async function feeding(overrides: Partial<FeedOptions> = {}) {
  const log = overrides.log ?? memoryLog({ clock: () => 0 });
  await log.ensureTopic({ topic: TOPIC, partitions: 2 });
  const pace = virtualPace();
  const stop = new AbortController();
  const options: FeedOptions = {
    log,
    topic: TOPIC,
    documents: DOCUMENTS,
    read: ({ path }) => `# ${path}`,
    perSecond: 20,
    signal: stop.signal,
    pace,
    ...overrides,
  };
  return { log, pace, stop, options };
}

async function contents(log: FeedOptions['log']) {
  const records = [];
  for (const { partition, end } of await log.extents([TOPIC]))
    records.push(...(await log.read(TOPIC, partition, 0, end)));
  return records;
}

test('each document becomes one record with its path as key and correlation id', async () => {
  const { log, options } = await feeding();
  expect(await feed(options)).toBe(4);
  const text = (bytes: Uint8Array | null | undefined) => new TextDecoder().decode(bytes ?? undefined);
  const records = await contents(log);
  expect(records.map((record) => text(record.key)).sort()).toEqual(['a.md', 'b.md', 'c.md', 'd.md']);
  for (const record of records) {
    const path = text(record.key);
    expect(record.headers.map(([name, value]) => [name, text(value)])).toEqual([[CORRELATION_HEADER, path]]);
    expect(JSON.parse(text(record.value))).toEqual({ path, markdown: `# ${path}` });
  }
});

test('documents come at a steady rate, from the start on', async () => {
  const { pace, options } = await feeding();
  await feed(options);
  expect(pace.waits).toEqual([0, 50, 50, 50]);
});

test('a stopped feed goes on where it was, and feeds nothing twice', async () => {
  const { log, stop, options } = await feeding();
  const half = await feed({ ...options, onProgress: ({ fed }) => fed === 2 && stop.abort() });
  expect(half).toBe(2);
  const seen: number[] = [];
  const again = await feeding({ log });
  expect(await feed({ ...again.options, onProgress: ({ fed }) => seen.push(fed) })).toBe(4);
  expect(seen).toEqual([2, 3, 4]);
  expect(await contents(log)).toHaveLength(4);
});

test('documents that appeared between two starts are fed too', async () => {
  const { log, options } = await feeding();
  await feed({ ...options, documents: DOCUMENTS.slice(0, 3) });
  expect(await feed(options)).toBe(4);
  expect(await contents(log)).toHaveLength(4);
});
