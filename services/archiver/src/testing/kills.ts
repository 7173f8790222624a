// The archiver as a process, killed at each of its crash points: every record once, and the same objects as undisturbed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Archive, type EventLog, sameRecord } from '@parallax/core';
import { openLog, readArchived, verifyArchive } from '@parallax/platform';
import { type Ended, mixedTraffic, runProcess, type Traffic } from '@parallax/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVER_CRASH_POINTS } from '../crash-points.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const traffic = mixedTraffic(5, 300);

export interface KillsGround {
  /** Before the names of topics and experiments, where others use the same servers. */
  readonly prefix: string;
  /** Address of the log; `folder` is the test's own. */
  readonly log: (folder: string) => string;
  /** Of the archive with this name. */
  readonly archive: (folder: string, name: string) => string;
  readonly open: (address: string) => Archive;
  /** Of the processes, beside the addresses. */
  readonly env: NodeJS.ProcessEnv;
}

/** Registers the tests. */
export function testKills(ground: KillsGround): void {
  const topics = [`${ground.prefix}a`, `${ground.prefix}b`];
  const [legacyTopic = '', candidateTopic = ''] = topics;
  let folder: string;
  let log: EventLog;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-kills-'));
    log = await openLog(ground.log(folder));
    for (const topic of topics) await log.ensureTopic({ topic, partitions: 2 });
  });
  afterAll(async () => {
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** One life of the process that archives under this name, into an archive of its own. */
  function life(name: string, crashAt = ''): Promise<Ended> {
    const file = join(folder, `${name}.yaml`);
    const sides = `legacy: { topic: ${legacyTopic} }\ncandidate: { topic: ${candidateTopic} }\n`;
    writeFileSync(file, `experiment: ${ground.prefix}${name}\n${sides}`);
    return runProcess(MAIN, [file, '--until-caught-up'], {
      ...ground.env,
      PARALLAX_LOG: ground.log(folder),
      PARALLAX_ARCHIVE: ground.archive(folder, name),
      PARALLAX_CHUNK_RECORDS: '60',
      PARALLAX_CRASH_AT: crashAt,
      PARALLAX_LOG_LEVEL: 'warn',
    });
  }

  async function append({ legacy, candidate }: Traffic): Promise<void> {
    await log.append(legacyTopic, legacy);
    await log.append(candidateTopic, candidate);
  }

  async function within<T>(name: string, work: (archive: Archive) => Promise<T>): Promise<T> {
    const archive = ground.open(ground.archive(folder, name));
    try {
      return await work(archive);
    } finally {
      await archive.close();
    }
  }

  const keys = (name: string) =>
    within(name, async (archive) => (await Array.fromAsync(archive.list(''))).map(({ key }) => key));

  const expectAllOnce = (name: string) =>
    within(name, async (archive) => {
      for (const { topic, partition, end } of await log.extents(topics)) {
        const held = (await Array.fromAsync(readArchived(archive, topic, partition))).flat();
        const wanted = await log.read(topic, partition, 0, end);
        expect(held.map(({ offset }) => offset)).toEqual(wanted.map(({ offset }) => offset));
        expect(held.filter((record, index) => !sameRecord(record, wanted[index] ?? record))).toEqual([]);
      }
      const problems: unknown[] = [];
      await verifyArchive(archive, { onProblem: (problem) => problems.push(problem) });
      expect(problems).toEqual([]);
    });

  const deaths = new Map<string, number>();
  const nameOf = (point: string) => point.replace('archiver.', '');

  async function kill(point: string): Promise<void> {
    const { signal, code, err } = await life(nameOf(point), point);
    if (signal === 'SIGKILL') deaths.set(point, (deaths.get(point) ?? 0) + 1);
    else expect([code, err], point).toEqual([0, '']);
  }

  describe('killed twice', () => {
    let expected: string[];
    beforeAll(async () => {
      await append(traffic.first);
      await Promise.all([life('undisturbed'), ...ARCHIVER_CRASH_POINTS.map(kill)]);
      await append(traffic.second);
      expect(await life('undisturbed')).toMatchObject({ code: 0, err: '' });
      await expectAllOnce('undisturbed');
      expected = await keys('undisturbed');
    });

    test.concurrent.each(ARCHIVER_CRASH_POINTS)(
      'at %s, it leaves every record once, in the objects of one never disturbed',
      async (point) => {
        await kill(point);
        const name = nameOf(point);
        expect(await life(name)).toMatchObject({ code: 0, err: '' });
        await expectAllOnce(name);
        expect(await keys(name)).toEqual(expected);
        // Tails are superseded in the second half only.
        expect(deaths.get(point), 'it is reached').toBeGreaterThan(0);
      },
    );
  });
}
