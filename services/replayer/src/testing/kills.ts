// The replayer as a process: killed at any moment it feeds nothing twice and leaves nothing out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Archive, DivergenceStore, EventLog, LogRecord } from '@parallax/core';
import { openLog, openStore, readRuns } from '@parallax/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REPLAYER_CRASH_POINTS } from '../crash-points.ts';
import { keep, type Recorded } from '../doubles.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const IDS = 3_000;

export interface KillsGround {
  /** Before the names of topics, experiments and runs, where others use the same servers. */
  readonly prefix: string;
  readonly open: (address: string) => Archive;
  /** Of the processes, with the addresses; `folder` is the test's own. */
  readonly env: (folder: string) => NodeJS.ProcessEnv;
}

/** Registers the tests. */
export function testKills({ prefix, open, env }: KillsGround): void {
  const [input, answers] = [`${prefix}orders.in`, `${prefix}answers`];
  let folder: string;
  let log: EventLog;
  let store: DivergenceStore;
  let undisturbed: ReadonlyMap<string, readonly LogRecord[]>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-replayer-'));
    const sides = `legacy: { topic: ${answers} }\ncandidate: { topic: ${answers}.v2 }\n`;
    writeFileSync(
      join(folder, 'x.yaml'),
      `experiment: ${prefix}x\ncorrelation: [header:id]\ninput: { topic: ${input} }\n${sides}`,
    );
    const { PARALLAX_LOG = '', PARALLAX_STORE = '', PARALLAX_STORE_PASSWORD = '', PARALLAX_ARCHIVE = '' } = env(folder);
    log = await openLog(PARALLAX_LOG);
    // Open in this process, so that a replayer that is killed does not leave an engine to be started anew.
    store = await openStore(PARALLAX_STORE, { storePassword: PARALLAX_STORE_PASSWORD });
    await store.migrate();
    const archive = open(PARALLAX_ARCHIVE);
    const asked: Recorded[] = [...Array(IDS).keys()].map((n) => ({ partition: n % 2, at: n, id: `o-${n}` }));
    await keep(archive, input, asked, 500);
    await keep(archive, answers, [...asked, { partition: 0, at: 5, id: 'nobody asked' }], 700);
    await archive.close();
    expect(await life(runOf('calm'))).toEqual([0, null]);
    undisturbed = await contents(runOf('calm'));
  });
  afterAll(async () => {
    await store?.close();
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const runOf = (name: string) => `${prefix}${name}`;

  function start(run: string, crashAt = '') {
    const settings = { ...env(folder), PARALLAX_CRASH_AT: crashAt };
    return spawn(process.execPath, [MAIN, `${folder}/x.yaml`, '--run', run], { env: settings, stdio: 'ignore' });
  }

  const life = (run: string, crashAt = ''): Promise<unknown[]> => once(start(run, crashAt), 'exit');

  /** By topic without the run's name; what names the run is left out, too. */
  async function contents(run: string): Promise<ReadonlyMap<string, readonly LogRecord[]>> {
    const found = new Map<string, readonly LogRecord[]>();
    for (const topic of [input, answers]) {
      for (const { partition, end } of await log.extents([`${topic}.replay.${run}`])) {
        const records: LogRecord[] = [];
        for (let next = 0; next < end; next = (records.at(-1)?.offset ?? end) + 1) {
          const more = await log.read(`${topic}.replay.${run}`, partition, next, end);
          if (more.length === 0) break;
          records.push(...more);
        }
        const withoutRun = records.map((record) => ({
          ...record,
          headers: record.headers.filter(([name]) => name !== 'x-parallax-run'),
        }));
        found.set(`${topic}/${partition}`, withoutRun);
      }
    }
    return found;
  }

  test.each(REPLAYER_CRASH_POINTS)('killed at %s and started again, it ends as if it had never been', async (point) => {
    const run = runOf(point.replace('replayer.', ''));
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
    const run = runOf('rough');
    const fed = async () =>
      (await log.topics()).some(({ topic }) => topic === `${answers}.replay.${run}`)
        ? (await log.extents([`${input}.replay.${run}`, `${answers}.replay.${run}`])).reduce(
            (sum, { end }) => sum + end,
            0,
          )
        : 0;
    for (let lives = 0; lives < 3; lives++) {
      const before = await fed();
      const child = start(run);
      const exited = once(child, 'exit');
      await expect.poll(fed, { timeout: 30_000, interval: 1 }).toBeGreaterThan(before);
      child.kill('SIGKILL');
      await exited;
      if ((await fed()) === 2 * IDS) break;
    }
    // 2: everything was fed before the last kill, and a finished run is not begun again.
    expect([0, 2]).toContain((await life(run))[0]);
    expect(await contents(run)).toEqual(undisturbed);
  });
}
