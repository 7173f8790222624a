// A replay of a damaged archive: each damaged object is named once, the rest is fed exactly, and the report says it.
import { type Archive, manifestKey } from '@parallax/core';
import { memoryArchive, memoryLog, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { hastyClock, keep, ORDERS, START } from './doubles.ts';
import { startReplay } from './pipeline.ts';
import { previewReplay } from './preview.ts';
import type { ReplayOptions } from './replaying.ts';

const COUNT = 12;
const INPUT = (first: number) => `topics/orders.in/partition=0/orders.in+0+${String(first).padStart(10, '0')}.avro`;
const ANSWER = (first: number) => `topics/prices/partition=0/prices+0+${String(first).padStart(10, '0')}.avro`;

async function flip(archive: Archive, key: string): Promise<void> {
  const body = await archive.read(key);
  if (body === undefined) throw new Error(`no ${key}`);
  body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 4;
  await archive.remove(key);
  await archive.create(key, body);
}

async function cut(archive: Archive, key: string): Promise<void> {
  const body = await archive.read(key);
  if (body === undefined) throw new Error(`no ${key}`);
  await archive.remove(key);
  await archive.create(key, body.subarray(0, body.length - 9));
}

/** Three objects of four records of either topic. */
async function world(harm: (archive: Archive) => Promise<void>) {
  const [log, archive, store] = [memoryLog({ clock: () => START }), memoryArchive(), memoryStore()];
  const telemetry = recordingTelemetry();
  const ids = Array.from({ length: COUNT }, (_, n) => ({ partition: 0, at: n * 1_000, id: `o-${n}` }));
  await keep(archive, 'orders.in', ids);
  await keep(
    archive,
    'prices',
    ids.map((one) => ({ ...one, at: one.at + 5 })),
  );
  await harm(archive);
  const damaged: string[] = [];
  const onDamage: ReplayOptions['onDamage'] = ({ code, place }) => void damaged.push(`${code} ${place}`);
  const replay = async (options: Partial<ReplayOptions> = {}) => {
    const replaying = await startReplay(
      { log, archive, store, telemetry, clock: hastyClock() },
      { experiment: ORDERS, run: 'r', pace: 'flat-out', onDamage, ...options },
    );
    const report = await replaying.done;
    await replaying.finish();
    return report;
  };
  const fed = async (topic: string) =>
    (await log.read(topic, 0, 0, 100)).map(({ headers }) => {
      const [, source] = headers.find(([name]) => name === 'x-parallax-source') ?? [];
      return Number(
        Buffer.from(source ?? [])
          .toString()
          .split('/')[2],
      );
    });
  return { archive, replay, fed, damaged, onDamage, telemetry };
}

test.each([
  ['a flipped bit', (archive: Archive) => flip(archive, INPUT(4)), 'archive-object-damaged'],
  ['a cut object', (archive: Archive) => cut(archive, INPUT(4)), 'archive-object-damaged'],
  ['a missing object', (archive: Archive) => archive.remove(INPUT(4)), 'archive-object-missing'],
  [
    'a manifest of a newer version',
    async (archive: Archive) => {
      const manifest = JSON.parse(String(Buffer.from((await archive.read(manifestKey(INPUT(4)))) ?? [])));
      await archive.remove(manifestKey(INPUT(4)));
      await archive.create(manifestKey(INPUT(4)), Buffer.from(JSON.stringify({ ...manifest, version: 2, more: 1 })));
    },
    'archive-manifest-newer',
  ],
])('%s among the inputs is named once, and the others are fed with exactly their answers', async (_, harm, code) => {
  const { replay, fed, damaged, telemetry } = await world(harm);
  const report = await replay();
  expect(damaged).toEqual([`${code} ${INPUT(4)}`]);
  expect(report).toMatchObject({ state: 'fed', damaged: 1, inputs: { fed: 8, total: 8 }, outputs: { fed: 8 } });
  expect(await fed('orders.in.v2.replay.r')).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  expect(await fed('prices.replay.r')).toEqual([0, 1, 2, 3, 8, 9, 10, 11]);
  expect(telemetry.events.filter(({ name }) => name === 'archive-damaged')).toHaveLength(1);
});

test('damage among the answers is named when it is come upon, and all inputs are fed', async () => {
  const { replay, fed, damaged } = await world((archive) => flip(archive, ANSWER(4)));
  const report = await replay();
  expect(damaged).toEqual([`archive-object-damaged ${ANSWER(4)}`]);
  expect(report).toMatchObject({ state: 'fed', damaged: 1, inputs: { fed: 12 }, outputs: { fed: 8 } });
  expect(await fed('orders.in.v2.replay.r')).toHaveLength(12);
});

test('a dry run names what it finds damaged, and reckons with the rest', async () => {
  const { archive, damaged, onDamage } = await world((one) => flip(one, INPUT(0)));
  const found = await previewReplay(archive, { experiment: ORDERS, run: 'r', pace: 'flat-out', onDamage });
  expect(found).toMatchObject({ damaged: 1, inputs: 8 });
  expect(damaged).toEqual([`archive-object-damaged ${INPUT(0)}`]);
});

test('damage before and after the time that is asked for is none of its', async () => {
  const { replay, damaged } = await world(async (archive) => {
    await cut(archive, INPUT(0));
    await archive.remove(INPUT(8));
  });
  const report = await replay({ from: START + 5_000, to: START + 7_000 });
  expect([report.damaged, damaged, report.inputs.fed]).toEqual([0, [], 2]);
});
