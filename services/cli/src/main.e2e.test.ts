// The command as a process: exit codes, streams, and where relative paths point.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

function parallax(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, ...args], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
}

test('help and version are data and a success', () => {
  expect(parallax('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
  const help = parallax('--help');
  expect(help).toMatchObject({ status: 0, stderr: '' });
  expect(help.stdout).toContain('Examples:');
});

test('trouble leaves by 2 and says on stderr what to do, never on stdout', () => {
  const { status, stdout, stderr } = parallax('--bogus');
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toBe("parallax: unknown option '--bogus'\n  Add --help to see what is allowed.\n");
});

test('with --json trouble is one JSON object on stderr', () => {
  const { status, stderr } = parallax('--bogus', '--json');
  expect(status).toBe(2);
  expect(JSON.parse(stderr)).toEqual({
    error: {
      code: 'usage-unknown-option',
      message: "unknown option '--bogus'",
      cure: 'Add --help to see what is allowed.',
    },
  });
});

test('a reader that goes away is no news', async () => {
  const child = spawn(process.execPath, [main, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  await once(child, 'close');
  expect(Buffer.concat(said).toString()).toBe('');
});
