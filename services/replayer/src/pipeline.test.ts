// What a run is fed: every chosen input and exactly its answers, once, in order, whatever happens on the way.
import { type EventLog, Fault, type LogRecord, type NewRecord } from '@parallax/core';
import { type MemoryLog, memoryArchive, memoryLog, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { experimentOf, hastyClock, keep, ORDERS, type Recorded, START, watched } from './doubles.ts';
import { startReplay } from './pipeline.ts';
import type { ReplayOptions } from './replaying.ts';

const RUN_TOPICS = ['orders.in.v2.replay.r', 'prices.replay.r', 'invoices.replay.r'];
const text = (bytes: Uint8Array | null | undefined) => (bytes == null ? null : new TextDecoder().decode(bytes));
/** Of what cannot be read: nothing. */
const idOf = (record: Pick<NewRecord, 'headers'>) => {
  const id = header(record, 'id');
  return id === '\ufffd' ? null : id;
};
const header = (record: Pick<NewRecord, 'headers'>, name: string) =>
  text(record.headers?.findLast(([one]) => one === name)?.[1]);

function world() {
  const log = memoryLog({ clock: () => START });
  const archive = memoryArchive();
  const store = memoryStore();
  const telemetry = recordingTelemetry();
  const clock = hastyClock();
  const start = (options: Partial<ReplayOptions> = {}, through: EventLog = log) =>
    startReplay(
      { log: through, archive, store, telemetry, clock },
      { experiment: ORDERS, run: 'r', pace: 'flat-out', ...options },
    );
  const replay = async (options: Partial<ReplayOptions> = {}, through: EventLog = log) => {
    const replaying = await start(options, through);
    const report = await replaying.done;
    await replaying.finish();
    return report;
  };
  return { log, archive, store, telemetry, clock, start, replay };
}

async function contents(
  log: EventLog,
  topics: readonly string[] = RUN_TOPICS,
): Promise<Map<string, readonly LogRecord[]>> {
  const found = new Map<string, readonly LogRecord[]>();
  for (const { topic, partition, end } of await log.extents(topics)) {
    found.set(`${topic}/${partition}`, await log.read(topic, partition, 0, end));
  }
  return found;
}

const sources = (records: readonly LogRecord[] | undefined) =>
  records?.map((record) => header(record, 'x-parallax-source'));

const inputs: Recorded[] = [
  { partition: 0, at: 0, id: 'a' },
  { partition: 1, at: 10, id: 'b' },
  { partition: 0, at: 20, id: 'c' },
  { partition: 0, at: 30 },
  { partition: 1, at: 40, id: 'a' },
];
const prices: Recorded[] = [
  { partition: 1, at: 5, id: 'a' },
  { partition: 1, at: 25, id: 'c' },
  { partition: 0, at: 26, id: 'never-asked' },
  { partition: 0, at: 27 },
  { partition: 0, at: 28, id: null },
];

async function recorded() {
  const all = world();
  await keep(all.archive, 'orders.in', inputs);
  await keep(all.archive, 'prices', prices);
  await all.log.ensureTopic({ topic: 'orders.in', partitions: 3 });
  return all;
}

describe('a replay', () => {
  test('feeds each input to its own partition, byte for byte, with where it came from behind its own headers', async () => {
    const { log, replay } = await recorded();
    await replay();
    const fed = await contents(log);
    expect(sources(fed.get('orders.in.v2.replay.r/0'))).toEqual(['orders.in/0/0', 'orders.in/0/1', 'orders.in/0/2']);
    expect(sources(fed.get('orders.in.v2.replay.r/1'))).toEqual(['orders.in/1/0', 'orders.in/1/1']);
    expect(fed.get('orders.in.v2.replay.r/2')).toEqual([]);
    const [first] = fed.get('orders.in.v2.replay.r/1') ?? [];
    expect(first).toMatchObject({ timestamp: START + 10, key: null });
    expect(text(first?.value)).toBe('orders.in/1/0');
    expect(first?.headers.map(([name, value]) => [name, text(value)])).toEqual([
      ['before', null],
      ['id', 'b'],
      ['twice', '1'],
      ['twice', '2'],
      ['x-parallax-source', 'orders.in/1/0'],
      ['x-parallax-timestamp', String(START + 10)],
      ['x-parallax-run', 'r'],
      ['x-parallax-shadow', '1'],
    ]);
  });

  test('feeds the answers to exactly the fed ids, and those that no id can be read from', async () => {
    const { log, replay } = await recorded();
    const report = await replay();
    const fed = await contents(log);
    expect(sources(fed.get('prices.replay.r/1'))).toEqual(['prices/1/0', 'prices/1/1']);
    expect(sources(fed.get('prices.replay.r/0'))).toEqual(['prices/0/1', 'prices/0/2']);
    expect(report).toMatchObject({
      state: 'fed',
      inputs: { fed: 5, total: 5, ids: 3, withoutId: 1 },
      outputs: { fed: 4, notSelected: 1 },
      earliest: new Date(START).toISOString(),
    });
  });

  test('makes the topics of the run, the candidate’s with as many partitions as legacy’s', async () => {
    const { log, replay } = await recorded();
    await replay();
    const made = (await log.topics()).filter(({ topic }) => topic.endsWith('.replay.r'));
    expect(Object.fromEntries(made.map(({ topic, partitions }) => [topic, partitions]))).toEqual({
      'orders.in.v2.replay.r': 3,
      'prices.replay.r': 2,
      'prices.v2.replay.r': 2,
      'invoices.replay.r': 3,
      'invoices.v2.replay.r': 3,
    });
  });

  test('of a stretch of time feeds the inputs in it, and their answers whenever they were given', async () => {
    const { log, replay } = await recorded();
    await replay({ from: START + 10, to: START + 25 });
    const fed = await contents(log);
    expect(sources(fed.get('orders.in.v2.replay.r/0'))).toEqual(['orders.in/0/1']);
    expect(sources(fed.get('orders.in.v2.replay.r/1'))).toEqual(['orders.in/1/0']);
    expect(sources(fed.get('prices.replay.r/1'))).toEqual(['prices/1/1']);
    expect(fed.get('prices.replay.r/0')).toEqual([]);
  });

  test('goes through partitions side by side in the order of recorded time', async () => {
    const { log, replay } = await recorded();
    const order: (string | null | undefined)[] = [];
    const log2 = watched(log, (topic, records) => {
      if (topic.startsWith('orders')) order.push(...records.map((record) => header(record, 'x-parallax-timestamp')));
    });
    await replay({ roundRecords: 1 }, log2);
    expect(order.map((time) => Number(time) - START)).toEqual([0, 10, 20, 30, 40]);
  });

  test('leaves a row that says what was replayed and how it went', async () => {
    const { store, replay } = await recorded();
    await replay({ build: 'v7', pace: { times: 10 } });
    const [row] = store.runs();
    expect(row).toMatchObject({ experiment: 'orders', run: 'r', kind: 'replay', build: 'v7', state: 'finished' });
    const details = JSON.parse(row?.details ?? '');
    expect(details).toMatchObject({ source: 'orders.in', pace: '10x', fed: { inputs: { fed: 5 } } });
    expect(details.topics).toHaveLength(5);
    expect(details.groups).toEqual(['pricing.replay.r', 'parallax.orders.r.replayer']);
  });
});

describe('pace', () => {
  test('as recorded waits as long as it took, ten times as fast a tenth of it', async () => {
    for (const [pace, total] of [
      ['as-recorded', 40],
      [{ times: 10 }, 4],
      [{ rate: 100 }, 40],
    ] as const) {
      const { clock, replay } = await recorded();
      const before = clock.now();
      const { sendError } = await replay({ pace });
      expect(clock.now() - before).toBeCloseTo(total, 5);
      expect(sendError).toEqual({ p50Ms: 0, p99Ms: 0, maxMs: 0 });
    }
  });

  test('flat out never waits, and nothing is due', async () => {
    const { clock, replay } = await recorded();
    expect(await replay()).toMatchObject({ sendError: null });
    expect(clock.slept).toEqual([]);
  });
});

describe('a run', () => {
  test('that is finished is not begun again', async () => {
    const { replay } = await recorded();
    await replay();
    await expect(replay()).rejects.toMatchObject({
      code: 'run-exists',
      cure: expect.stringContaining('runs delete r'),
    });
  });

  test('has one feeder at a time', async () => {
    const { log, start } = await recorded();
    const first = await start({ ready: new Promise(() => undefined) });
    await expect(start({}, log.connect())).rejects.toMatchObject({ code: 'run-in-use' });
    await first.stop();
    const second = await start({}, log.connect());
    expect(second.isResumed).toBe(true);
    expect(await second.done).toMatchObject({ state: 'fed' });
    await second.stop();
  });

  test('that was stopped says so, and goes on for the time it was begun for only', async () => {
    const { store, start, replay } = await recorded();
    const first = await start({ from: START + 10, ready: new Promise(() => undefined) });
    await first.stop();
    expect(await first.done).toMatchObject({ state: 'interrupted' });
    expect(store.runs()).toMatchObject([{ state: 'interrupted' }]);
    await expect(start({ from: START })).rejects.toMatchObject({ code: 'run-differs' });
    expect(await replay()).toMatchObject({ state: 'fed', resumed: true, inputs: { fed: 4, total: 4 } });
    expect(store.runs()).toMatchObject([{ state: 'finished' }]);
  });

  test('whose topics someone else has written to is left alone', async () => {
    const { log, start } = await recorded();
    await log.ensureTopic({ topic: 'prices.replay.r', partitions: 2 });
    await log.append('prices.replay.r', [{ partition: 0, key: null, value: null }]);
    await expect(start()).rejects.toMatchObject({ code: 'run-topic-foreign' });
  });

  test('goes on with what the archive had when it was begun', async () => {
    const { log, archive, start, replay } = await recorded();
    await (await start({ ready: new Promise(() => undefined) })).stop();
    await keep(
      archive,
      'orders.in',
      [...Array(8).keys()].map((n) => ({ partition: 2, at: n, id: `late-${n}` })),
    );
    await replay();
    expect((await contents(log)).get('orders.in.v2.replay.r/2')).toEqual([]);
  });
});

describe('what is refused', () => {
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).cure).toBeTruthy();
    return (error as Fault).code;
  };

  test('says what to do', async () => {
    const { start, archive, log } = world();
    expect(await refusal(start())).toBe('nothing-archived');
    await keep(archive, 'orders.in', inputs);
    expect(await refusal(start())).toBe('nothing-to-compare-with');
    await keep(archive, 'prices', prices);
    expect(await refusal(start({ from: START + 900_000 }))).toBe('nothing-archived');
    expect(await refusal(start({ from: START, to: START }))).toBe('bad-time-range');
    expect(await refusal(start({ run: 'live' }))).toBe('bad-run-name');
    expect(await refusal(start({ run: 'Build B' }))).toBe('bad-run-name');
    const experiment = experimentOf('experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n');
    expect(await refusal(start({ experiment }))).toBe('no-input');
    expect(await log.topics()).toEqual([]);
  });

  test('an archive that is away is waited for', async () => {
    const { archive, telemetry, replay } = await recorded();
    archive.down = true;
    const replaying = replay();
    await telemetry.seen('replay-unavailable', 3);
    archive.down = false;
    expect(await replaying).toMatchObject({ state: 'fed', inputs: { fed: 5 } });
  });

  test('an append that failed half-way is completed, not repeated', async () => {
    const { log, telemetry, replay } = await recorded();
    let failures = 0;
    const flaky = watched(log, async (topic, records) => {
      if (failures++ >= 4) return;
      await log.append(topic, records.slice(0, 1));
      throw new Fault('The answer was lost', { code: 'lost', retryable: true });
    });
    expect(await replay({}, flaky)).toMatchObject({ state: 'fed' });
    expect(sources((await contents(log)).get('orders.in.v2.replay.r/0'))).toEqual([
      'orders.in/0/0',
      'orders.in/0/1',
      'orders.in/0/2',
    ]);
    expect(telemetry.events.some(({ name }) => name === 'replay-back')).toBe(true);
  });
});

/** Dies in its `fatal`-th append, after writing a part of it. */
function mortal(
  log: MemoryLog,
  fatal: number,
  written: number,
): { readonly log: EventLog; readonly died: Promise<boolean> } {
  let appends = 0;
  const died = Promise.withResolvers<boolean>();
  const dying = watched(log, async (topic, records) => {
    appends += 1;
    if (appends !== fatal) return;
    await log.append(topic, records.slice(0, Math.floor(records.length * written)));
    log.crash();
    died.resolve(true);
    await new Promise<never>(() => undefined);
  });
  return { log: dying, died: died.promise };
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const event = fc.record(
  { partition: fc.integer({ min: 0, max: 2 }), at: fc.integer({ min: 0, max: 100 }), id: fc.option(id, { freq: 8 }) },
  { requiredKeys: ['partition', 'at'] },
);
const events = fc.array(event, { minLength: 1, maxLength: 25 });

test('killed between and inside any appends, again and again, it feeds what an undisturbed replay feeds', async () => {
  const kills = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.double({ min: 0, max: 1, noNaN: true })), {
    maxLength: 6,
  });
  await fc.assert(
    fc.asyncProperty(
      events,
      events,
      events,
      kills,
      fc.integer({ min: 1, max: 5 }),
      async (asked, priced, billed, deaths, roundRecords) => {
        const [calm, rough] = [world(), world()];
        for (const { archive } of [calm, rough]) {
          await keep(archive, 'orders.in', asked);
          await keep(archive, 'prices', priced);
          await keep(archive, 'invoices', billed);
        }
        // No answer before all the inputs of its id are in the log.
        const orderly = watched(calm.log, async (topic, records) => {
          if (topic.startsWith('orders')) return;
          const fed = [...(await contents(calm.log, RUN_TOPICS.slice(0, 1))).values()].flat();
          for (const answer of records) {
            const answered = idOf(answer);
            if (answered == null) continue;
            const wanted = asked.filter((one) => one.id === answered).length;
            expect(fed.filter((input) => idOf(input) === answered)).toHaveLength(wanted);
          }
        });
        await calm.replay({ roundRecords }, orderly);
        for (const [fatal, written] of deaths) {
          const { log, died } = mortal(rough.log.connect(), fatal, written);
          const life = await rough.start({ roundRecords }, log);
          await Promise.race([died, life.done]);
          if ((await Promise.race([died, Promise.resolve(false)])) === false) await life.stop();
        }
        const report = await rough.replay({ roundRecords });
        expect(await contents(rough.log)).toEqual(await contents(calm.log));
        expect(report.inputs.fed).toBe(asked.length);
      },
    ),
    { numRuns: 150 },
  );
});
