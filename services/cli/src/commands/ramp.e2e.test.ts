// `parallax replay --ramp` as a process: a build that stands still is found to, and `parallax load` repeats it. What a busy
// machine makes of the steps before is not asserted: that capacities are found is tested in virtual time.
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
/** Then the build stands still: on any machine the step in which it does cannot be kept up with. */
const ANSWERED = 2_000;

/** Answers at once and commits what it has answered, until it has answered enough. */
const BUILD = `
import { openLog } from ${JSON.stringify(import.meta.resolve('@parallax/platform'))};
const { PARALLAX_LOG, PARALLAX_INPUT, PARALLAX_OUTPUT, PARALLAX_GROUP } = process.env;
const log = await openLog(PARALLAX_LOG);
let consumption;
let answered = 0;
let work = Promise.resolve();
const handlers = {
  assigned: async () => [],
  batch({ generation, topic, partition, records, next }) {
    work = work.then(async () => {
      if (answered >= ${ANSWERED}) return;
      answered += records.length;
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

test('a build that is left behind ends the ramp, is told, and is kept', async () => {
  const exec = `${process.execPath} ${join(folder, 'build.mjs')}`;
  const replayed = await parallax('replay', FILE, '--run', 'ramp', '--ramp', '1x..10x+1x:2s', '--exec', exec);
  expect(replayed).toMatchObject({ code: 0, err: expect.stringContaining('Stopped: the ramp is over') });
  const { code, out } = await parallax('load', FILE, '--run', 'ramp', '--json');
  expect(code).toBe(0);
  const { steps } = JSON.parse(out);
  const states: string[] = steps.map(({ state }: { state: string }) => state);
  // A machine too busy to feed ends it, too, and says so.
  const said = states.at(-1) === 'not-offered' ? /could be fed: where it saturates is not known/ : /saturated\./;
  expect(['falling-behind', 'not-offered']).toContain(states.at(-1));
  expect(states.slice(0, -1).filter((state) => state !== 'kept-up')).toEqual([]);
  expect(replayed.out).toMatch(said);
  expect((await parallax('load', FILE, '--run', 'ramp')).out).toMatch(said);
});

test('a ramp is not gone on with, and not mixed with another pace', async () => {
  const again = await parallax('replay', FILE, '--run', 'ramp', '--ramp', '1x..10x');
  expect(again).toMatchObject({ code: 2, err: expect.stringMatching(/begun before/) });
  const mixed = await parallax('replay', FILE, '--run', 'other', '--ramp', '1x..10x', '--pace', '5x');
  expect(mixed).toMatchObject({ code: 2, err: expect.stringMatching(/Give one of them/) });
});
