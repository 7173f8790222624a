// What CI makes of its steps' reports: a failure stays one, and a worker of the runner that died excuses only itself.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const RESULT = fileURLToPath(new URL('../.ci/result.mjs', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'parallax-ci-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

type Files = Record<string, readonly ('passed' | 'failed' | 'pending')[]>;
const DEAD = 'Caused by: Error: Worker exited unexpectedly with signal SIGTRAP while running test file a.test.ts';

function report(files: Files): string {
  const testResults = Object.entries(files).map(([name, statuses]) => ({
    name,
    status: statuses.length > 0 && statuses.every((status) => status === 'passed') ? 'passed' : 'failed',
    assertionResults: statuses.map((status) => ({ status })),
  }));
  return JSON.stringify({ testResults });
}

/** The last line and the exit code, of a run and what was run again of it. */
function result(codes: readonly number[], first?: Files, again?: Files): { last: string | undefined; code: number } {
  const work = mkdtempSync(join(root, 'work-'));
  if (first !== undefined) writeFileSync(join(work, 'tests.json'), report(first));
  if (again !== undefined) writeFileSync(join(work, 'again.json'), report(again));
  writeFileSync(join(work, 'tests.log'), again === undefined ? '' : DEAD);
  const { stdout, status } = spawnSync(process.execPath, [RESULT, 'result', work, ...codes.map(String)], {
    encoding: 'utf8',
  });
  if (again !== undefined) expect(stdout).toContain(`NODE DIED in the step "tests":\n${DEAD}`);
  return { last: stdout.trimEnd().split('\n').at(-1), code: status ?? -1 };
}

const OK = { last: '2 passed, 0 failed', code: 0 };

test.each<[string, ReturnType<typeof result>, ReturnType<typeof result>]>([
  ['all passed', result([0, 0, 0], { a: ['passed'], b: ['passed'] }), OK],
  ['one failed', result([0, 1, 0], { a: ['passed'], b: ['failed'] }), { last: '1 passed, 1 failed', code: 1 }],
  ['no report at all', result([0, 1, 0]), { last: '0 passed, 1 failed', code: 1 }],
  ['no test at all', result([0, 0, 0], {}), { last: '0 passed, 1 failed', code: 1 }],
  ['the check failed', result([1, 0, 0], { a: ['passed'] }), { last: '1 passed, 1 failed', code: 1 }],
  ['an error outside every test', result([0, 1, 0], { a: ['passed'] }), { last: '1 passed, 1 failed', code: 1 }],
  ['a file left unfinished', result([0, 1, 0], { a: ['passed', 'pending'] }), { last: '1 passed, 1 failed', code: 1 }],
  [
    'a file that could not be loaded',
    result([0, 1, 0], { a: ['passed'], b: [] }),
    { last: '1 passed, 1 failed', code: 1 },
  ],
  ['unfinished, then passed', result([0, 1, 0], { a: ['pending'], b: ['passed'] }, { a: ['passed'] }), OK],
  [
    'unfinished, then failed',
    result([0, 1, 1], { a: ['pending'], b: ['passed'] }, { a: ['failed'] }),
    { last: '1 passed, 1 failed', code: 1 },
  ],
  [
    'unfinished twice',
    result([0, 1, 1], { a: ['pending'], b: ['passed'] }, { a: ['pending'] }),
    { last: '1 passed, 1 failed', code: 1 },
  ],
  [
    'unfinished, then passed, beside one that failed',
    result([0, 1, 0], { a: ['pending'], b: ['failed'] }, { a: ['passed'] }),
    { last: '1 passed, 1 failed', code: 1 },
  ],
])('%s is told as it is', (_, told, expected) => {
  expect(told).toEqual(expected);
});
