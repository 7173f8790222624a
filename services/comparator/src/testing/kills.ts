// The comparator as a process, killed at each of its crash points: rows, differences and ledger as of one never disturbed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DivergenceStore, EventLog } from '@parallax/core';
import { openLog, openStore } from '@parallax/platform';
import { type Ended, mixedTraffic, runProcess, type StoreSnapshot, storeSnapshot } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPARATOR_CRASH_POINTS } from '../crash-points.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const traffic = mixedTraffic(3, 150);

export interface KillsGround {
  /** Before the names of topics and experiments, where others use the same servers. */
  readonly prefix: string;
  /** Of the processes, with the addresses; `folder` is the test's own. */
  readonly env: (folder: string) => NodeJS.ProcessEnv;
}

/** Registers the tests. */
export function testKills({ prefix, env }: KillsGround): void {
  const topics = { legacy: `${prefix}a`, candidate: `${prefix}b` };
  let folder: string;
  let log: EventLog;
  let store: DivergenceStore;
  let undisturbed: StoreSnapshot;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-kills-'));
    const { PARALLAX_LOG = '', PARALLAX_STORE = '', PARALLAX_STORE_PASSWORD = '' } = env(folder);
    log = await openLog(PARALLAX_LOG);
    for (const topic of Object.values(topics)) await log.ensureTopic({ topic, partitions: 2 });
    // Open as long as the test: an embedded engine outlives the processes that are killed.
    store = await openStore(PARALLAX_STORE, { storePassword: PARALLAX_STORE_PASSWORD });
    await store.migrate();
    await log.append(topics.legacy, traffic.first.legacy);
    await log.append(topics.candidate, traffic.first.candidate);
    expect(await life('undisturbed')).toMatchObject({ code: 1, err: '' });
    undisturbed = await storeSnapshot(store, `${prefix}undisturbed`);
  });
  afterAll(async () => {
    await store?.close();
    await log?.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  /** One life of the process that compares this experiment. */
  function life(name: string, crashAt = ''): Promise<Ended> {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `experiment: ${prefix}${name}
legacy: { topic: ${topics.legacy} }
candidate: { topic: ${topics.candidate} }
window: { settle: 50ms, deadline: 300ms, late: 1h, outage: 30s }
rules: [{ ignore: [/at] }]
`,
    );
    return runProcess(MAIN, [file, '--until-caught-up'], {
      ...env(folder),
      PARALLAX_CRASH_AT: crashAt,
      PARALLAX_CUT_MS: '50',
      PARALLAX_LOG_LEVEL: 'error',
      // Small enough that checkpoints lie beside the commit where that is what is killed.
      PARALLAX_COMMIT_METADATA_BYTES: crashAt.includes('spilled') ? '50' : '4096',
    });
  }

  test('undisturbed, it judges as the traffic was made', () => {
    const count = (outcome: string) => undisturbed.pairs.filter((pair) => pair.includes(` ${outcome} `)).length;
    // What the second half would have brought is missing here.
    expect(count('missing-candidate')).toBeGreaterThanOrEqual(traffic.outcomes['missing-candidate'] ?? 0);
    expect(count('mismatch')).toBeGreaterThan(0);
  });

  test.concurrent.each(COMPARATOR_CRASH_POINTS)('killed at %s it leaves no trace', async (point) => {
    const name = point.replace('comparator.', '');
    const { signal, err } = await life(name, point);
    expect(signal, `it is reached: ${err}`).toBe('SIGKILL');
    expect(await life(name)).toMatchObject({ code: 1, err: '' });
    expect(await storeSnapshot(store, `${prefix}${name}`)).toEqual(undisturbed);
  });
}
