// The install before every script: only when it is needed, quiet when npm is noisy, and clear when it fails.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const script = fileURLToPath(new URL('./prepare.mjs', import.meta.url));

// Stands in for npm: warns, then leaves what npm leaves at the end of an install.
const NPM = `
const { mkdirSync, writeFileSync } = require('node:fs');
console.error('npm warn EBADENGINE noise');
mkdirSync('node_modules/thing', { recursive: true });
writeFileSync('node_modules/thing/package.json', '{}');
writeFileSync('node_modules/thing/data', Buffer.alloc(3e6));
writeFileSync('node_modules/.package-lock.json', '{}');
writeFileSync('called-with', process.argv[2]);
`;
const FAILING_NPM = `console.error('npm error code E404\\nnpm error nothing there'); process.exit(7);`;

interface Checkout {
  readonly folder: string;
  prepare(): { status: number | null; stdout: string; stderr: string };
}

function checkout(npm: string): Checkout {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-prepare-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'scripts'));
  cpSync(script, join(folder, 'scripts/prepare.mjs'));
  writeFileSync(join(folder, 'package-lock.json'), '{"lock": 1}');
  const fake = join(folder, 'npm.cjs');
  writeFileSync(fake, npm);
  const env = { ...process.env, npm_execpath: fake };
  return {
    folder,
    prepare: () => spawnSync(process.execPath, [join(folder, 'scripts/prepare.mjs')], { encoding: 'utf8', env }),
  };
}

function age(file: string, seconds: number): void {
  const time = Date.now() / 1000 + seconds;
  utimesSync(file, time, time);
}

test('a fresh clone is installed, with its size, and without the noise of npm', () => {
  const { prepare, folder } = checkout(NPM);
  const { status, stdout, stderr } = prepare();
  expect(status).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^installed 1 packages, 3 MB in \d+ s$/m);
  expect(stderr).not.toContain('npm warn');
  expect(existsSync(join(folder, 'node_modules/.cache/install.json'))).toBe(true);
});

test('what is current is left alone without a word', () => {
  const { prepare, folder } = checkout(NPM);
  prepare();
  rmSync(join(folder, 'called-with'));
  expect(prepare()).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(existsSync(join(folder, 'called-with'))).toBe(false);
});

test('a lock file that was only touched installs nothing, a changed one does', () => {
  const { prepare, folder } = checkout(NPM);
  prepare();
  const lock = join(folder, 'package-lock.json');
  age(lock, 60);
  expect(prepare().stderr).toBe('');
  writeFileSync(lock, '{"lock": 2}');
  age(lock, 60);
  expect(prepare().stderr).toContain('installed');
});

test('a failed install shows what npm said and leaves by its code', () => {
  const { status, stderr } = checkout(FAILING_NPM).prepare();
  expect(status).toBe(7);
  expect(stderr).toContain('npm error nothing there');
  expect(stderr).toContain('Usual causes');
});
