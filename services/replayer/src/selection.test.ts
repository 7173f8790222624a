// What of the archive a run is fed: chosen ids with all their inputs and answers, at the edges of the time, too.
import type { EventLog, LogRecord } from '@parallax/core';
import { memoryArchive, memoryLog, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hastyClock, keep, ORDERS, type Recorded, START } from './doubles.ts';
import { startReplay } from './pipeline.ts';
import { previewReplay } from './preview.ts';
import type { ReplayOptions } from './replaying.ts';

const HOUR = 3_600_000;

/** `diverged`: what the store answers when it is asked for ids. */
function world(diverged: readonly string[] = []) {
  const log = memoryLog({ clock: () => START });
  const archive = memoryArchive();
  const clock = hastyClock();
  const judged = { ids: diverged };
  const store = Object.assign(memoryStore(), {
    query: async (sql: string, params: Readonly<Record<string, unknown>> = {}) =>
      sql.includes('count()')
        ? [{ pairs: 1 }]
        : [...judged.ids].sort().flatMap((id) => (id > String(params.after) ? [{ id }] : [])),
  });
  const start = (options: Partial<ReplayOptions> = {}, through: EventLog = log) =>
    startReplay(
      { log: through, archive, store, telemetry: recordingTelemetry(), clock },
      { experiment: ORDERS, run: 'r', pace: 'flat-out', ...options },
    );
  const replay = async (options: Partial<ReplayOptions> = {}) => {
    const replaying = await start(options);
    const report = await replaying.done;
    await replaying.finish();
    return report;
  };
  return { log, archive, store, judged, start, replay };
}

const headerOf = ({ headers }: LogRecord, name: string) => {
  const value = headers.findLast(([one]) => one === name)?.[1];
  return value == null ? null : new TextDecoder().decode(value);
};

/** Sources of what a topic of the run holds, of all its partitions. */
async function fed(log: EventLog, topic: string): Promise<readonly (string | null)[]> {
  const found: (string | null)[] = [];
  for (const { partition, end } of await log.extents([topic])) {
    found.push(...(await log.read(topic, partition, 0, end)).map((record) => headerOf(record, 'x-parallax-source')));
  }
  return found;
}

const INPUTS = 'orders.in.v2.replay.r';
const ANSWERS = 'prices.replay.r';

async function recorded(diverged?: readonly string[]) {
  const all = world(diverged);
  await keep(all.archive, 'orders.in', [
    { partition: 0, at: 0, id: 'a', key: 'ann' },
    { partition: 0, at: 10, id: 'b', key: 'bob' },
    { partition: 0, at: 20, id: 'a', key: 'bob' },
    { partition: 0, at: 30, key: 'ann' },
    { partition: 0, at: 40, key: 'bob' },
  ]);
  await keep(all.archive, 'prices', [
    { partition: 0, at: 5, id: 'a' },
    { partition: 0, at: 15, id: 'b' },
    { partition: 0, at: 25, id: 'a' },
    { partition: 0, at: 26 },
  ]);
  return all;
}

describe('of a choice', () => {
  test('every input of an id is fed if one of them fits, and all its answers; without ids what fits itself', async () => {
    const { log, replay } = await recorded();
    const report = await replay({ choice: { keys: ['ann'] } });
    expect(await fed(log, INPUTS)).toEqual(['orders.in/0/0', 'orders.in/0/2', 'orders.in/0/3']);
    expect(await fed(log, ANSWERS)).toEqual(['prices/0/0', 'prices/0/2']);
    expect(report).toMatchObject({
      inputs: { fed: 3, total: 3, looked: 5, ids: 1, withoutId: 1 },
      outputs: { fed: 2, notSelected: 2 },
    });
  });

  test('a dry run says what it takes, out of how much', async () => {
    const { archive } = await recorded();
    const options = { experiment: ORDERS, run: 'r', pace: 'flat-out', choice: { ids: ['b'] } } as const;
    expect(await previewReplay(archive, options)).toMatchObject({ looked: 5, inputs: 1, ids: 1, chosen: 'id b' });
  });

  test('the run’s row says what was chosen', async () => {
    const { store, replay } = await recorded();
    await replay({ choice: { ids: ['b'] } });
    expect(JSON.parse(store.runs()[0]?.details ?? '')).toMatchObject({ chosen: 'id b', choice: { ids: ['b'] } });
  });

  test('nothing that fits is a failure, not an empty run', async () => {
    const { start } = await recorded();
    const replaying = await start({ choice: { ids: ['nobody'] } });
    await expect(replaying.done).rejects.toMatchObject({ code: 'nothing-chosen' });
    await replaying.stop();
  });

  test('a smaller share feeds some of what a larger one feeds, the same each time', async () => {
    const inputs: Recorded[] = Array.from({ length: 300 }, (_, n) => ({
      partition: n % 3,
      at: n,
      id: `id-${n}`,
      key: `customer-${n % 100}`,
    }));
    const of = async (share: number) => {
      const { log, archive, replay } = world();
      await keep(archive, 'orders.in', inputs, 50);
      await keep(archive, 'prices', inputs, 50);
      await replay({ choice: { share } });
      return fed(log, INPUTS);
    };
    const [few, again, more] = [await of(0.1), await of(0.1), await of(0.3)];
    expect(few).toEqual(again);
    expect(few.length).toBeGreaterThan(0);
    expect(few.length % 3).toBe(0);
    expect(few.filter((one) => !more.includes(one))).toEqual([]);
    expect(more.length).toBeGreaterThan(few.length);
  });
});

describe('a run that was begun for some', () => {
  const later = new Promise<never>(() => undefined);

  test('goes on with those that diverged when it began, whatever was judged since', async () => {
    const { log, judged, start, replay } = await recorded(['a']);
    const choice = { judged: { run: 'live', outcomes: ['mismatch'] } } as const;
    await (await start({ choice, ready: later })).stop();
    judged.ids = ['b'];
    expect(await replay()).toMatchObject({ resumed: true, inputs: { fed: 2, ids: 1 } });
    expect(await fed(log, INPUTS)).toEqual(['orders.in/0/0', 'orders.in/0/2']);
  });

  test('leaves the topic with its ids to `runs delete`', async () => {
    const { store, replay } = await recorded(['a']);
    await replay({ choice: { judged: { run: 'live' } } });
    expect(JSON.parse(store.runs()[0]?.details ?? '').topics).toContain('orders.in.chosen.replay.r');
  });

  test('is not gone on with for others', async () => {
    const { start } = await recorded();
    await (await start({ choice: { ids: ['a'] }, ready: later })).stop();
    await expect(start({ choice: { ids: ['b'] } })).rejects.toMatchObject({
      code: 'run-differs',
      message: expect.stringContaining('id a, not for id b'),
    });
    await (await start({ choice: { ids: ['a'] } })).stop();
  });

  test('may not be for more than can be written down', async () => {
    const { start } = await recorded();
    const ids = Array.from({ length: 500 }, (_, n) => `some-long-id-${n}`);
    await expect(start({ choice: { ids } })).rejects.toMatchObject({ code: 'choice-too-large' });
  });
});

describe('at the edges of a time', () => {
  test('the answers to what is fed are fed, before it and after it; answers to others in it are not', async () => {
    const { log, archive, replay } = world();
    await keep(archive, 'orders.in', [
      { partition: 0, at: 999, id: 'before' },
      { partition: 0, at: 1000, id: 'first' },
      { partition: 0, at: 1999, id: 'last' },
      { partition: 0, at: 2000, id: 'after' },
    ]);
    // Clocks differ: an answer may be stamped before its input.
    await keep(archive, 'prices', [
      { partition: 0, at: 990, id: 'first' },
      { partition: 0, at: 1500, id: 'before' },
      { partition: 0, at: 1900, id: 'after' },
      { partition: 0, at: 2500, id: 'last' },
    ]);
    const report = await replay({ from: START + 1000, to: START + 2000 });
    expect(await fed(log, INPUTS)).toEqual(['orders.in/0/1', 'orders.in/0/2']);
    expect(await fed(log, ANSWERS)).toEqual(['prices/0/0', 'prices/0/3']);
    expect(report.outputs).toMatchObject({ fed: 2, notSelected: 2 });
  });

  test('every answer goes with its input wherever the time begins and ends', async () => {
    const event = fc.record({ at: fc.integer({ min: 0, max: 50 }), n: fc.integer({ min: 0, max: 9 }) });
    const events = fc.array(event, { minLength: 1, maxLength: 20 });
    const edges = fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 30 }));
    await fc.assert(
      fc.asyncProperty(events, events, edges, async (asked, answered, [from, length]) => {
        const { log, archive, start } = world();
        const of = (list: typeof asked): Recorded[] =>
          [...list].sort((a, b) => a.at - b.at).map(({ at, n }) => ({ partition: 0, at, id: `id-${n}` }));
        const [inputs, answers] = [of(asked), of(answered)];
        await keep(archive, 'orders.in', inputs);
        await keep(archive, 'prices', answers);
        const isIn = ({ at }: Recorded) => at >= from && at < from + length;
        const ids = new Set(inputs.filter(isIn).map(({ id }) => id));
        const started = await start({ from: START + from, to: START + from + length }).catch(() => undefined);
        if (started === undefined) return;
        await started.done;
        await started.finish();
        const places = (topic: string, list: readonly Recorded[], is: (one: Recorded) => boolean) =>
          list.flatMap((one, offset) => (is(one) ? [`${topic}/0/${offset}`] : []));
        expect(await fed(log, INPUTS)).toEqual(places('orders.in', inputs, isIn));
        expect(await fed(log, ANSWERS)).toEqual(places('prices', answers, ({ id }) => ids.has(id)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('a warm-up', () => {
  test('feeds what came before, without its answers, and says that its ids are not judged', async () => {
    const { log, archive, start } = world();
    await keep(archive, 'orders.in', [
      { partition: 0, at: 0, id: 'too early' },
      { partition: 0, at: HOUR, id: 'warm' },
      { partition: 0, at: 2 * HOUR - 1, id: 'both' },
      { partition: 0, at: 2 * HOUR, id: 'both' },
      { partition: 0, at: 2 * HOUR + 1, id: 'judged' },
    ]);
    const answers = ['warm', 'both', 'judged'].map((id, n) => ({ partition: 0, at: 2 * HOUR + n, id }));
    await keep(archive, 'prices', answers);
    const replaying = await start({ from: START + 2 * HOUR, warmUpMs: HOUR });
    const judges = await replaying.judges;
    expect(['warm', 'both', 'judged'].map((id) => judges?.(id))).toEqual([false, false, true]);
    expect(await replaying.done).toMatchObject({ inputs: { fed: 4, warming: 2 }, outputs: { fed: 1 } });
    expect(await fed(log, INPUTS)).toEqual(['orders.in/0/1', 'orders.in/0/2', 'orders.in/0/3', 'orders.in/0/4']);
    expect(await fed(log, ANSWERS)).toEqual(['prices/0/2']);
    await replaying.stop();
  });

  test('needs a time to come before', async () => {
    const { start } = await recorded();
    await expect(start({ warmUpMs: HOUR })).rejects.toMatchObject({ code: 'bad-arguments' });
  });
});

describe('a topic for the build’s answers', () => {
  test('that holds something already is refused: it would be judged', async () => {
    const { log, start } = await recorded();
    const options = { candidateTopics: { price: 'lab.prices' }, allow: ['lab.*'] };
    await log.ensureTopic({ topic: 'lab.prices', partitions: 1 });
    await log.append('lab.prices', [{ partition: 0, key: null, value: null }]);
    await expect(start(options)).rejects.toMatchObject({ code: 'run-topic-foreign' });
  });

  test('is made, and is where the build is told to answer', async () => {
    const { log, start } = await recorded();
    const replaying = await start({ candidateTopics: { price: 'lab.prices' }, allow: ['lab.*'] });
    expect(replaying.topics.outputs[0]?.candidate).toBe('lab.prices');
    expect((await log.topics()).map(({ topic }) => topic)).toContain('lab.prices');
    await replaying.stop();
  });
});
