// A shell command as a build: it is told its settings, ends with everything it started, and its end is explained.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { shellBuild } from './build.ts';

const directory = mkdtempSync(join(tmpdir(), 'parallax-build-'));
const settings = { log: 'embedded:l', run: 'r', input: 'in', outputs: { price: 'p', 'e-mail': 'm' }, group: 'g' };
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function command(text: string) {
  const lines: string[] = [];
  const said = Promise.withResolvers<string>();
  const onLine = (line: string) => {
    lines.push(line);
    said.resolve(line);
  };
  const start = shellBuild({ command: text, directory, environment: process.env, onLine });
  return { lines, said: said.promise, build: start(settings) };
}

/** What has ended and is not yet collected by its parent counts as gone. */
const isAlive = (pid: number) => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.trim().startsWith('Z');
};

test('it is told where to read, where to answer and in which group', async () => {
  const { lines, build } = command('env | grep ^PARALLAX_ | sort');
  expect(await (await build).ended).toBeUndefined();
  expect(lines).toEqual(
    expect.arrayContaining([
      'PARALLAX_GROUP=g',
      'PARALLAX_INPUT=in',
      'PARALLAX_LOG=embedded:l',
      'PARALLAX_OUTPUT=p',
      'PARALLAX_OUTPUT_E_MAIL=m',
      'PARALLAX_OUTPUT_PRICE=p',
      'PARALLAX_RUN=r',
    ]),
  );
});

test('one that dies is told with its exit code and last lines', async () => {
  const { build } = command('for n in 1 2 3; do echo line $n; done; exit 7');
  const error = await (await build).ended;
  expect(error?.message).toMatch(/exit code 7[\s\S]*line 1\n\s+line 2\n\s+line 3/);
});

test('stopping ends what it started, too', async () => {
  const { said, build } = command("sh -c 'echo $$; exec sleep 1000' & wait");
  const pid = Number(await said);
  expect(isAlive(pid)).toBe(true);
  const running = await build;
  await running.stop();
  expect(await running.ended).toBeUndefined();
  await expect.poll(() => isAlive(pid)).toBe(false);
});

test('it ends when the process that started it is killed', async () => {
  const script = `
    import { shellBuild } from ${JSON.stringify(import.meta.resolve('./build.ts'))};
    const onLine = (line) => console.log(line);
    const start = shellBuild({ command: 'echo $$; exec sleep 1000', directory: '.', environment: process.env, onLine });
    await start(${JSON.stringify(settings)});
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: directory });
  const pid = Number(String((await once(parent.stdout, 'data'))[0]));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
});
