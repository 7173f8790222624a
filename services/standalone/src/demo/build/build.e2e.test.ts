import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@parallax/platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FaultPlan } from '../faults.ts';
import { inputRecord } from '../feeder.ts';
import { isUsage } from './usage.ts';

const [INPUT, OUTPUT] = ['documents', 'documents.rendered'];
const DOCUMENTS = Array.from({ length: 60 }, (_, index) => `document-${index}.md`);

let folder = '';
let log: Awaited<ReturnType<typeof openLog>>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
  log = await openLog(`embedded:${join(folder, 'log')}`);
  await log.ensureTopic({ topic: INPUT, partitions: 2 });
  const markdown = '# Title\n\nSome *text*.\n'.repeat(50);
  await log.append(
    INPUT,
    DOCUMENTS.map((path) => inputRecord(path, markdown)),
  );
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await log.close();
  rmSync(folder, { recursive: true });
});

function start(build: string, env: NodeJS.ProcessEnv = {}) {
  const settings = { PARALLAX_INPUT: INPUT, PARALLAX_OUTPUT: OUTPUT, PARALLAX_GROUP: 'renderer', ...env };
  const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), ['--build', build], {
    env: { ...process.env, PARALLAX_LOG: log.address, ...settings },
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(String(chunk)));
  const exited = once(child, 'exit').then(([code, signal]) => code ?? signal);
  /** Resolves at the first usage report at which the condition holds. */
  const until = (condition: (documents: number) => boolean | Promise<boolean>) =>
    new Promise<void>((resolve, reject) => {
      child.on('message', async (message) => {
        if (isUsage(message) && (await Promise.resolve(condition(message.documents)).catch(reject))) resolve();
      });
    });
  return { child, exited, until, said };
}

async function answers(): Promise<string[]> {
  const keys: string[] = [];
  for (const { partition, end } of await log.extents([OUTPUT])) {
    for (let next = 0; next < end; ) {
      const records = await log.read(OUTPUT, partition, next, 1_000);
      keys.push(...records.map(({ key }) => Buffer.from(key ?? []).toString()));
      next = (records.at(-1)?.offset ?? end) + 1;
    }
  }
  return keys.sort();
}

test('a healthy build answers every document, says nothing, and ends with 0 on SIGTERM', async () => {
  const build = start('b');
  await build.until((documents) => documents === DOCUMENTS.length);
  build.child.kill('SIGTERM');
  expect(await build.exited).toBe(0);
  expect(await answers()).toEqual(DOCUMENTS.toSorted());
  expect(build.said).toEqual([]);
});

test('a build killed in the middle and started again answers every document exactly once', async () => {
  // The held back document keeps the committed position low: most answers are published but not committed.
  const plan: FaultPlan = {
    seed: 1,
    faults: [{ kind: 'late', side: 'legacy', document: 'document-3.md', delayMs: 600_000 }],
  };
  const faults = join(folder, 'faults.json');
  writeFileSync(faults, JSON.stringify(plan));
  const doomed = start('legacy', { PARALLAX_DEMO_FAULTS: faults });
  await doomed.until((documents) => documents >= 20);
  doomed.child.kill('SIGKILL');
  expect(await doomed.exited).toBe('SIGKILL');

  const again = start('legacy');
  await again.until(allCommitted);
  again.child.kill('SIGTERM');
  expect(await again.exited).toBe(0);
  expect(await answers()).toEqual(DOCUMENTS.toSorted());
});

async function allCommitted(): Promise<boolean> {
  const committed = await log.committed('renderer', [INPUT]);
  return committed.reduce((sum, { offset }) => sum + offset, 0) === DOCUMENTS.length;
}

test('a build that lacks its settings names all of them and ends with 2', async () => {
  const build = start('c', { PARALLAX_OUTPUT: '', PARALLAX_GROUP: '' });
  expect(await build.exited).toBe(2);
  expect(build.said.join('')).toMatch(/'--build c'.*--build legacy\|a\|b; PARALLAX_OUTPUT is not set; PARALLAX_GROUP/);
});
