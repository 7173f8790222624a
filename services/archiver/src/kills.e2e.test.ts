// The archiver as a process, killed at each of its crash points: every record once, and the same objects as undisturbed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventLog, sameRecord } from '@parallax/core';
import { openArchive, openLog, readArchived, verifyArchive } from '@parallax/platform';
import { type Ended, mixedTraffic, runProcess, type Traffic } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARCHIVER_CRASH_POINTS } from './crash-points.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOPICS = ['a', 'b'];
const traffic = mixedTraffic(5, 300);
/** Two cores: more at once only wait for each other. */
const AT_ONCE = 3;

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

test('killed at any crash point, twice, it leaves every record once, in the objects of one never disturbed', async () => {
  const cases = ARCHIVER_CRASH_POINTS.map((point, i) => ({ point, name: `killed-${i}`, deaths: 0 }));
  const each = async (work: (one: (typeof cases)[number]) => Promise<void>) => {
    const left = [...cases];
    const worker = async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  };
  const kill = async (one: (typeof cases)[number]) => {
    const { signal, code, err } = await life(one.name, one.point);
    if (signal === 'SIGKILL') one.deaths++;
    else expect([code, err], one.point).toEqual([0, '']);
  };
  await append(traffic.first);
  expect(await life('undisturbed')).toMatchObject({ code: 0, err: '' });
  await each(kill);

  await append(traffic.second);
  expect(await life('undisturbed')).toMatchObject({ code: 0, err: '' });
  const expected = await keys('undisturbed');
  await each(async (one) => {
    await kill(one);
    expect(await life(one.name), one.point).toMatchObject({ code: 0, err: '' });
    await expectAllOnce(one.name);
    expect(await keys(one.name), one.point).toEqual(expected);
  });
  // Tails are superseded in the second half only.
  expect(cases.filter(({ deaths }) => deaths === 0).map(({ point }) => point)).toEqual([]);
});
