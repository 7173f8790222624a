// The engine process reports why it cannot start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { lockFile } from '../../lifecycle/os-lock.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Makes `import('chdb')` fail as it does where the package is not installed. */
const WITHOUT_CHDB = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve(name, context, next) {
    if (name === 'chdb') throw new Error("Cannot find package 'chdb'");
    return next(name, context);
  } });`)}`;

async function firstReport(directory: string, ...nodeArgs: string[]): Promise<unknown> {
  const child = spawn(process.execPath, [...nodeArgs, MAIN, directory], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [report] = await once(child, 'message');
  await ended;
  return report;
}

const directory = () => mkdtempSync(join(tmpdir(), 'parallax-main-'));

test("without the engine's library it says that it is missing", async () => {
  expect(await firstReport(directory(), '--import', WITHOUT_CHDB)).toMatchObject({ kind: 'failed', code: 'missing' });
});

test('a directory that another engine has is locked, until that one is gone', async () => {
  const taken = directory();
  const unlock = lockFile(join(taken, 'lock.sqlite'));
  expect(unlock).toBeDefined();
  expect(await firstReport(taken)).toEqual({ kind: 'locked' });
  unlock?.();
  expect(lockFile(join(taken, 'lock.sqlite'))).toBeDefined();
});

test('started by hand it says how it is started', async () => {
  const child = spawn(process.execPath, [MAIN], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = once(child.stderr, 'data');
  expect((await once(child, 'exit'))[0]).toBe(2);
  expect(String((await said)[0])).toContain('started by Parallax');
});
