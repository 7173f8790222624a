// The archiver as a process, killed at each of its crash points: every record once, and the same objects as undisturbed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventLog, sameRecord } from '@parallax/core';
import { openArchive, openLog, readArchived, verifyArchive } from '@parallax/platform';
import { type Ended, mixedTraffic, runProcess, type Traffic } from '@parallax/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ARCHIVER_CRASH_POINTS } from './crash-points.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOPICS = ['a', 'b'];
const traffic = mixedTraffic(5, 300);

let folder: string;
let log: EventLog;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-kills-'));
  log = await openLog(`embedded:${folder}/log`);
  for (const topic of TOPICS) await log.ensureTopic({ topic, partitions: 2 });
});
afterAll(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One life of the process that archives under this name, into an archive of its own. */
function life(name: string, crashAt = ''): Promise<Ended> {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `experiment: ${name}\nlegacy: { topic: a }\ncandidate: { topic: b }\n`);
  return runProcess(MAIN, [file, '--until-caught-up'], {
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_ARCHIVE: `file:${folder}/${name}`,
    PARALLAX_CHUNK_RECORDS: '60',
    PARALLAX_CRASH_AT: crashAt,
    PARALLAX_LOG_LEVEL: 'warn',
  });
}

async function append({ legacy, candidate }: Traffic): Promise<void> {
  await log.append('a', legacy);
  await log.append('b', candidate);
}

async function keys(name: string): Promise<string[]> {
  const objects = await Array.fromAsync(openArchive(`file:${folder}/${name}`).list(''));
  return objects.map(({ key }) => key);
}

async function expectAllOnce(name: string): Promise<void> {
  const archive = openArchive(`file:${folder}/${name}`);
  for (const { topic, partition, end } of await log.extents(TOPICS)) {
    const held = (await Array.fromAsync(readArchived(archive, topic, partition))).flat();
    const wanted = await log.read(topic, partition, 0, end);
    expect(held.map(({ offset }) => offset)).toEqual(wanted.map(({ offset }) => offset));
    expect(held.filter((record, index) => !sameRecord(record, wanted[index] ?? record))).toEqual([]);
  }
  const problems: unknown[] = [];
  await verifyArchive(archive, { onProblem: (problem) => problems.push(problem) });
  expect(problems).toEqual([]);
}

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
