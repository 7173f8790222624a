// The replayer as a process: killed at any moment it feeds nothing twice and leaves nothing out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DivergenceStore, EventLog, LogRecord } from '@parallax/core';
import { openArchive, openLog, openStore, readRuns } from '@parallax/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPLAYER_CRASH_POINTS } from './crash-points.ts';
import { keep, type Recorded } from './doubles.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const IDS = 3_000;

let folder: string;
let log: EventLog;
let store: DivergenceStore;
let undisturbed: ReadonlyMap<string, readonly LogRecord[]>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-replayer-'));
  writeFileSync(
    join(folder, 'x.yaml'),
    'experiment: x\ncorrelation: [header:id]\ninput: { topic: orders.in }\nlegacy: { topic: answers }\ncandidate: { topic: answers.v2 }\n',
  );
  log = await openLog(`embedded:${folder}/log`);
  // Open in this process, so that a replayer that is killed does not leave an engine to be started anew.
  store = await openStore(`chdb:${folder}/store`);
  await store.migrate();
  const archive = openArchive(`file:${folder}/archive`);
  const asked: Recorded[] = [...Array(IDS).keys()].map((n) => ({ partition: n % 2, at: n, id: `o-${n}` }));
  await keep(archive, 'orders.in', asked, 500);
  await keep(archive, 'answers', [...asked, { partition: 0, at: 5, id: 'nobody asked' }], 700);
  expect(await life('calm')).toEqual([0, null]);
  undisturbed = await contents('calm');
});
afterAll(async () => {
  await store.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function start(run: string, more: Readonly<Record<string, string>> = {}) {
  const env = {
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_ARCHIVE: `file:${folder}/archive`,
    PARALLAX_STORE: `chdb:${folder}/store`,
    ...more,
  };
  return spawn(process.execPath, [MAIN, `${folder}/x.yaml`, '--run', run], { env, stdio: 'ignore' });
}

async function life(run: string, crashAt = ''): Promise<unknown[]> {
  return once(start(run, { PARALLAX_CRASH_AT: crashAt }), 'exit');
}

/** By topic without the run's name; what names the run is left out, too. */
async function contents(run: string): Promise<ReadonlyMap<string, readonly LogRecord[]>> {
  const found = new Map<string, readonly LogRecord[]>();
  for (const topic of ['orders.in', 'answers']) {
    for (const { partition, end } of await log.extents([`${topic}.replay.${run}`])) {
      const records = await log.read(`${topic}.replay.${run}`, partition, 0, end);
      found.set(
        `${topic}/${partition}`,
        records.map((record) => ({ ...record, headers: record.headers.filter(([name]) => name !== 'x-parallax-run') })),
      );
    }
  }
  return found;
}

test.each(REPLAYER_CRASH_POINTS)('killed at %s and started again, it ends as if it had never been', async (point) => {
  const run = point.replace('replayer.', '');
  expect(await life(run, point)).toEqual([null, 'SIGKILL']);
  const isRowFinished = point === 'replayer.row-finished';
  expect(await readRuns(store, { run })).toMatchObject(
    point === 'replayer.topics-made' || point === 'replayer.plan-committed'
      ? []
      : [{ state: isRowFinished ? 'finished' : 'running' }],
  );
  expect(await life(run)).toEqual([0, null]);
  expect(await contents(run)).toEqual(undisturbed);
  expect(await readRuns(store, { run })).toMatchObject([{ state: 'finished' }]);
});

test('killed whenever its topics have grown, again and again, it feeds every record once', async () => {
  const fed = async () =>
    (await log.topics()).some(({ topic }) => topic === 'answers.replay.rough')
      ? (await log.extents(['orders.in.replay.rough', 'answers.replay.rough'])).reduce((sum, { end }) => sum + end, 0)
      : 0;
  for (let lives = 0; lives < 3; lives++) {
    const before = await fed();
    const child = start('rough');
    const exited = once(child, 'exit');
    await expect.poll(fed, { timeout: 30_000, interval: 1 }).toBeGreaterThan(before);
    child.kill('SIGKILL');
    await exited;
    if ((await fed()) === 2 * IDS) break;
  }
  // 2: everything was fed before the last kill, and a finished run is not begun again.
  expect([0, 2]).toContain((await life('rough'))[0]);
  expect(await contents('rough')).toEqual(undisturbed);
});
