// Pairs out of the archive: every event with the others of its id, wherever it lies.
import {
  objectKey,
  parseExperiment,
  Rejudging,
  rejudgeReport,
  rejudgeSettings,
  SIDES,
  type Side,
} from '@parallax/core';
import { manifestOf, ObjectEncoder, storeObject } from '@parallax/platform';
import { memoryArchive } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { extentOf, type PairRange, rejudgeArchive } from './from-archive.ts';
import { IdTable } from './id-table.ts';

const TOPICS = { legacy: 'old', candidate: 'new' } as const;

interface Event {
  readonly side: Side;
  readonly id: string;
  readonly partition: number;
  readonly timestamp: number;
  readonly value: unknown;
}

function experiment(rules: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) {
  const file = {
    experiment: 'x',
    correlation: 'key',
    legacy: { topic: TOPICS.legacy },
    candidate: { topic: TOPICS.candidate },
    rules,
    ...more,
  };
  const parsed = parseExperiment(JSON.stringify(file), 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

/** In the order given, offsets by partition; an object ends after `chunk` records. */
async function archived(events: readonly Event[], chunk = 3) {
  const archive = memoryArchive();
  for (const side of SIDES) {
    const topic = TOPICS[side];
    for (const partition of new Set(events.filter((event) => event.side === side).map((event) => event.partition))) {
      const own = events.filter((event) => event.side === side && event.partition === partition);
      for (let first = 0; first < own.length; first += chunk) {
        const encoder = new ObjectEncoder({ topic, partition, timestampType: 'create' });
        for (const [n, { id, timestamp, value }] of own.slice(first, first + chunk).entries()) {
          const bytes = Buffer.from(JSON.stringify(value));
          encoder.add({ offset: first + n, timestamp, key: Buffer.from(id), value: bytes, headers: [] });
        }
        const object = encoder.snapshot();
        const key = objectKey({ kind: 'full', topic, partition, first });
        await storeObject(archive, manifestOf(key, topic, partition, first, object), object.body);
      }
    }
  }
  return archive;
}

interface Options {
  readonly range?: PairRange;
  readonly waitingBytes?: number;
  readonly ids?: IdTable;
  readonly signal?: AbortSignal;
  readonly more?: Readonly<Record<string, unknown>>;
}

async function rejudged(archive: Awaited<ReturnType<typeof archived>>, options: Options = {}) {
  const { range = {}, signal = new AbortController().signal, more = {}, ...rest } = options;
  const settings = rejudgeSettings(experiment([], more), experiment([{ name: 'at', ignore: '/at' }], more), undefined);
  const rejudging = new Rejudging(settings);
  const doubts: string[] = [];
  for (const output of settings.outputs) {
    const extent = await extentOf(archive, output);
    doubts.push(...extent.doubts);
    await rejudgeArchive(archive, rejudging, output, extent, {
      range,
      signal,
      schemas: {},
      progress: () => undefined,
      ...rest,
    });
  }
  return rejudgeReport(rejudging, { suggest: false, doubts });
}

const event = (side: Side, id: string, value: unknown, partition = 0, timestamp = 1): Event => ({
  side,
  id,
  value,
  partition,
  timestamp,
});

describe('pairs of the archive', () => {
  test('are joined across partitions and objects, whatever lies between', async () => {
    const archive = await archived([
      event('legacy', 'a', { at: 1 }, 0),
      event('legacy', 'b', { n: 1 }, 1),
      event('legacy', 'lonely', { n: 1 }, 1),
      ...Array.from({ length: 9 }, (_, n) => event('candidate', `other-${n}`, n, 2)),
      event('candidate', 'a', { at: 2 }, 2),
      event('candidate', 'b', { n: 2 }, 0),
    ]);
    const report = await rejudged(archive);
    expect(report).toMatchObject({
      matrix: { mismatch: { equivalent: 1, mismatch: 1 } },
      alone: { legacy: 1, candidate: 9 },
      doubts: [],
    });
    expect(report.moved.hidden.kinds).toMatchObject([{ example: { id: 'a' } }]);
  });

  test('hold all events of an id, in order of time, repeats left out', async () => {
    const archive = await archived([
      event('legacy', 'a', { n: 2 }, 0, 20),
      event('legacy', 'a', { n: 1 }, 0, 10),
      event('legacy', 'a', { n: 2 }, 0, 30),
      event('candidate', 'a', { n: 1 }, 0, 11),
      event('candidate', 'a', { n: 2 }, 1, 21),
    ]);
    expect((await rejudged(archive)).matrix).toEqual({ match: { match: 1 } });
  });

  test('are those whose first event lies in the time asked for, with all their events', async () => {
    const archive = await archived([
      event('legacy', 'early', 1, 0, 999),
      event('legacy', 'edge', 1, 0, 1000),
      event('legacy', 'last', 1, 0, 1999),
      event('legacy', 'late', 1, 0, 2000),
      ...['early', 'edge', 'last', 'late'].map((id, n) => event('candidate', id, 1, 0, 1500 + n * 1000)),
    ]);
    const report = await rejudged(archive, { range: { from: 1000, to: 2000 } });
    expect([report.pairs, report.alone]).toEqual([2, { legacy: 0, candidate: 0 }]);
  });

  test('are judged with a doubt that is told where the archive has a hole', async () => {
    const archive = await archived([
      ...Array.from({ length: 9 }, (_, n) => event('legacy', `p${n}`, n)),
      ...Array.from({ length: 9 }, (_, n) => event('candidate', `p${n}`, n)),
    ]);
    const hole = objectKey({ kind: 'full', topic: TOPICS.candidate, partition: 0, first: 3 });
    await archive.remove(`manifests/${hole}.json`);
    await archive.remove(hole);
    const report = await rejudged(archive);
    expect([report.pairs, report.alone.legacy]).toEqual([6, 3]);
    expect(report.doubts).toEqual([expect.stringContaining('lacks offsets 3–5 of new, partition 0')]);
  });

  test('are not judged by half: a stop ends in a fault, and records that change under it as well', async () => {
    const archive = await archived([event('legacy', 'a', 1), event('candidate', 'a', 1)]);
    await expect(rejudged(archive, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'rejudge-stopped' });
    let reads = 0;
    const body = async (key: string): Promise<Uint8Array | undefined> => {
      // The second pass finds nothing of what the first one saw.
      if (key.startsWith('topics/') && ++reads > 2) return undefined;
      return archive.read(key);
    };
    const vanishing = { ...archive, read: body, list: archive.list.bind(archive) } as typeof archive;
    await expect(rejudged(vanishing)).rejects.toMatchObject({ retryable: true });
  });

  test('are told apart where their ids have one hash', async () => {
    const archive = await archived([
      event('legacy', 'a', { at: 1 }),
      event('legacy', 'b', { n: 1 }),
      event('legacy', 'c', { n: 1 }),
      event('candidate', 'd', { n: 1 }),
      event('candidate', 'b', { n: 1 }),
      event('candidate', 'a', { at: 2 }),
    ]);
    const report = await rejudged(archive, { ids: new IdTable(() => ({ high: 1, low: 1 })) });
    expect(report).toMatchObject({
      matrix: { match: { match: 1 }, mismatch: { equivalent: 1 } },
      alone: { legacy: 1, candidate: 1 },
    });
  });

  test('are the same however events are spread, held in memory or in a file', async () => {
    const anyEvent = fc.record({
      side: fc.constantFrom<Side>('legacy', 'candidate'),
      id: fc.constantFrom('a', 'b', 'c', 'd'),
      partition: fc.nat(2),
      timestamp: fc.nat(5),
      value: fc.record({ n: fc.nat(2), at: fc.nat(2) }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEvent, { minLength: 1, maxLength: 24 }),
        fc.constantFrom(0, 600, 1 << 20),
        async (some, waitingBytes) => {
          const events = [...some, event('legacy', 'z', 1), event('candidate', 'z', 1)];
          const report = await rejudged(await archived(events), { waitingBytes });
          // One partition, all in memory, in order of time: nothing to join.
          const together = events
            .map((one) => ({ ...one, partition: 0 }))
            .toSorted((a, b) => a.timestamp - b.timestamp);
          const { moved: _, ...plain } = await rejudged(await archived(together, 100));
          expect(report).toMatchObject(plain);
          const ids = (side: Side) => new Set(events.filter((one) => one.side === side).map(({ id }) => id));
          const both = [...ids('legacy')].filter((id) => ids('candidate').has(id));
          expect(report.pairs).toBe(both.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
