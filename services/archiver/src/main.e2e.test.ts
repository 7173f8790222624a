// The archiver as a process: killed at any moment it loses and doubles nothing; a signal ends it in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventLog, sameRecord } from '@parallax/core';
import { openArchive, openLog, readArchived, verifyArchive } from '@parallax/platform';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOPICS = ['orders.in', 'answers', 'answers.v2'];

let folder: string;
let log: EventLog;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-archiver-'));
  writeFileSync(
    join(folder, 'x.yaml'),
    'experiment: x\ninput: { topic: orders.in }\nlegacy: { topic: answers }\ncandidate: { topic: answers.v2 }\n',
  );
  log = await openLog(`embedded:${folder}/log`);
  for (const topic of TOPICS) await log.ensureTopic({ topic, partitions: 2 });
});
afterEach(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function archiver(...more: string[]): { process: ChildProcess; out: () => string; err: () => string } {
  const env = {
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_ARCHIVE: `file:${folder}/archive`,
    PARALLAX_CHUNK_RECORDS: '100',
    PARALLAX_TAIL_QUIET_MS: '20',
    PARALLAX_LOG_LEVEL: 'debug',
  };
  const child = spawn(process.execPath, [MAIN, `${folder}/x.yaml`, ...more], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return { process: child, out: () => out, err: () => err };
}

async function append(count: number, from: number): Promise<void> {
  for (const topic of TOPICS) {
    const records = Array.from({ length: count }, (_, n) => ({
      partition: n % 2,
      timestamp: 1_732_320_000_000 + from + n,
      key: Buffer.from(`k${n}`),
      value: n % 9 === 0 ? null : Buffer.from(`${topic} ${from + n}`),
      headers: [['id', Buffer.from(String(from + n))]] as const,
    }));
    await log.append(topic, records);
  }
}

async function expectArchivedOnce(): Promise<void> {
  const archive = openArchive(`file:${folder}/archive`);
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

test('killed while it stores, again and again, it leaves every record once', async () => {
  for (let life = 0; life < 5; life++) {
    await append(400, life * 400);
    const running = archiver();
    const lines = () => running.err().split('object-stored').length - 1;
    await expect.poll(lines, { timeout: 30_000, interval: 1 }).toBeGreaterThan(life * 3);
    running.process.kill('SIGKILL');
    await once(running.process, 'exit');
  }
  const last = archiver('--until-caught-up');
  const [code] = await once(last.process, 'exit');
  expect(code).toBe(0);
  expect(JSON.parse(last.out())).toMatchObject({ partitions: 6, unstored: 0, conflicts: 0 });
  await expectArchivedOnce();
});

test('SIGTERM stores what was read and ends with 0, without a warning', async () => {
  await append(50, 0);
  const running = archiver();
  await expect.poll(running.err, { timeout: 30_000, interval: 5 }).toContain('object-stored');
  running.process.kill('SIGTERM');
  expect(await once(running.process, 'exit')).toEqual([0, null]);
  const levels = running
    .err()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).level);
  expect(new Set(levels)).toEqual(new Set(['debug', 'info']));
});
