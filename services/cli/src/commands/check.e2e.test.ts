// `parallax check` as a person calls it: what it prints, where, and how it ends.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

function check(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = ['--disable-warning=ExperimentalWarning', MAIN, 'check', ...args];
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      command,
      { cwd: ROOT, env: { ...process.env, PARALLAX_PRIVACY_KEY: KEY } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

/** The file masks an address. */
const KEY = 'a key for tests only';

test('a sound file is told in words', async () => {
  const { code, stdout, stderr } = await check('schemas/examples/valid/order-pricing.yaml');
  expect(code).toBe(0);
  expect(stderr).toBe('schemas/examples/valid/order-pricing.yaml is sound.\n');
  for (const words of [
    'orders.priced.v2, read as json, id from path:/meta/cid',
    'judged once both sides are quiet for 2s',
    '2. numbers at /total the same if they differ by at most 0.005 (rounding to cents)',
    'parity at least 99.9%',
  ]) {
    expect(stdout).toContain(words);
  }
});

test('a file with faults is told all of them, each with its place, and fails', async () => {
  const { code, stdout, stderr } = await check('schemas/examples/invalid/misspelt.yaml');
  expect(code).toBe(2);
  expect(stdout.match(/^schemas\/examples\/invalid\/misspelt\.yaml:\d+:\d+ {2}/gm)).toHaveLength(7);
  expect(stdout).toContain('Did you mean `settle`?');
  expect(stderr).toBe('schemas/examples/invalid/misspelt.yaml: 7 faults.\n');
});

test('a known difference whose day has passed is a fault', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-check-known-'));
  const path = join(folder, 'known.yaml');
  writeFileSync(
    path,
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules:\n  - known: { path: /a, owner: us, ticket: T-1, expires: 2020-01-01 }\n',
  );
  const { code, stdout } = await check(path);
  rmSync(folder, { recursive: true });
  expect(code).toBe(2);
  expect(stdout).toContain(':5:48  2020-01-01 is in the past.');
});

test('with --json programs get the experiment or its faults', async () => {
  const sound = await check('--json', 'schemas/examples/valid/smallest.yaml');
  expect(JSON.parse(sound.stdout)).toMatchObject({ ok: true, experiment: { window: { deadlineMs: 60_000 } } });
  const faulty = await check('--json', 'schemas/examples/invalid/window.yaml');
  expect(faulty.code).toBe(2);
  expect(JSON.parse(faulty.stdout)).toMatchObject({ ok: false, faults: [{ line: 5, key: 'window.settle' }, {}, {}] });
  expect(faulty.stderr).toBe('');
});

test.each([
  ['none.yaml', 'There is no file none.yaml'],
  ['schemas', 'Cannot read schemas: it is a directory'],
])('%s cannot be read and that is said', async (file, says) => {
  const { code, stdout, stderr } = await check(file);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(says);
});

test('a rule that never gets its turn is warned of on stderr, and the file is sound', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-check-test-'));
  const file = join(folder, 'shadowed.yaml');
  writeFileSync(
    file,
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules:\n  - nullish: { path: /a/b, same: [ null, missing ] }\n  - ignore: /a\ntests: [ { legacy: { a: 1 }, candidate: { a: 2 }, outcome: equivalent } ]\n',
  );
  try {
    const { code, stderr } = await check(file);
    expect(code).toBe(0);
    expect(stderr).toContain(
      `${file}:5:5  Rule \`nullish#1\` says nothing: rule \`ignore#2\` of line 6 ignores every place it speaks of.`,
    );
    expect(stderr).toContain('is sound, and its test comes out as it must.\n');
    const { stdout } = await check('--json', file);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, warnings: [{ code: 'shadowed-rule', key: 'rules[0]' }] });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a failing rule test refuses the file', async () => {
  const { code, stdout } = await check('schemas/examples/invalid/failing-tests.yaml');
  expect(code).toBe(2);
  expect(stdout).toContain('mismatch did: /total changed, 1 against 1.006');
});
