// `parallax replay --ramp` as a process: a build that takes 300 inputs a second is found to, and `parallax load` repeats it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import type { NewRecord } from '@parallax/core';
import { openArchive, openLog } from '@parallax/platform';
import { recordingTelemetry, runProcess } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-ramp-'));
const addresses = {
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
};
const START = Date.parse('2026-01-31T12:00:00Z');
const FILE = join(folder, 'orders.yaml');
/** Recorded at 100/s. */
const INPUTS = 6_000;
const CAPACITY = 300;

/** Answers as fast as its capacity lets it, and commits what it has answered. */
const BUILD = `
import { openLog } from ${JSON.stringify(import.meta.resolve('@parallax/platform'))};
const { PARALLAX_LOG, PARALLAX_INPUT, PARALLAX_OUTPUT, PARALLAX_GROUP } = process.env;
const log = await openLog(PARALLAX_LOG);
let consumption;
let work = Promise.resolve();
let free = performance.now();
const handlers = {
  assigned: async () => [],
  batch({ generation, topic, partition, records, next }) {
    work = work.then(async () => {
      free = Math.max(free, performance.now()) + (records.length * 1000) / ${CAPACITY};
      await new Promise((resolve) => setTimeout(resolve, free - performance.now()));
      await log.append(PARALLAX_OUTPUT, records.map(({ headers }) => ({ partition, key: null, value: Buffer.from('{}'), headers })));
      await consumption.commit(generation, [{ topic, partition, offset: next, metadata: '' }]);
    });
    return work;
  },
};
consumption = await log.consume({ group: PARALLAX_GROUP, topics: [PARALLAX_INPUT], batchRecords: 20 }, handlers);
process.on('SIGTERM', () => process.exit(0));
`;

beforeAll(async () => {
  writeFileSync(
    FILE,
    'experiment: orders\ncorrelation: [ header:id ]\ninput: { topic: orders.in }\nlegacy: { topic: prices }\ncandidate: { topic: prices.v2 }\n',
  );
  writeFileSync(join(folder, 'build.mjs'), BUILD);
  const log = await openLog(addresses.PARALLAX_LOG);
  const records: NewRecord[] = Array.from({ length: INPUTS }, (_, n) => {
    return { key: null, value: Buffer.from('{}'), timestamp: START + n * 10, headers: [['id', Buffer.from(`o-${n}`)]] };
  });
  for (const topic of ['orders.in', 'prices', 'prices.v2']) await log.ensureTopic({ topic, partitions: 1 });
  await log.append('orders.in', records);
  await log.append('prices', records);
  const archive = openArchive(addresses.PARALLAX_ARCHIVE);
  const archiver = await startArchiver(
    { log, archive, telemetry: recordingTelemetry() },
    { experiment: 'orders', topics: ['orders.in', 'prices', 'prices.v2'] },
  );
  await archiver.caughtUp();
  await archiver.stop();
  await log.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const parallax = (...args: string[]) => runProcess(main, args, { ...process.env, ...addresses, NO_COLOR: '1' });

test('where the build saturates is found, told, and kept', async () => {
  const exec = `${process.execPath} ${join(folder, 'build.mjs')}`;
  const replayed = await parallax('replay', FILE, '--run', 'ramp', '--ramp', '1x..10x+1x:3s', '--exec', exec);
  expect(replayed).toMatchObject({ code: 0 });
  expect(replayed.out).toMatch(/saturated/);
  const { code, out } = await parallax('load', FILE, '--run', 'ramp', '--json');
  expect(code).toBe(0);
  const { steps } = JSON.parse(out);
  // A busy machine makes the build slower than it is meant to be, and never faster.
  const states: string[] = steps.map(({ state }: { state: string }) => state);
  expect(states.at(-1)).toBe('falling-behind');
  expect(new Set(states.slice(0, -1))).toEqual(new Set(['kept-up']));
  expect(steps.at(-1).offered).toBeLessThan(CAPACITY + 110);
  expect(steps[0].latency.count).toBeGreaterThan(0);
});

test('a ramp is not gone on with, and not mixed with another pace', async () => {
  const again = await parallax('replay', FILE, '--run', 'ramp', '--ramp', '1x..10x');
  expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/begun before/) });
  const mixed = await parallax('replay', FILE, '--run', 'other', '--ramp', '1x..10x', '--pace', '5x');
  expect(mixed).toMatchObject({ code: 2, err: expect.stringMatching(/Give one of them/) });
});
