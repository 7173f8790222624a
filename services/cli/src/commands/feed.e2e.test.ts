// Events of a file become a verdict: feed, topics and comparator as processes.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-feed-'));
  writeFileSync(
    join(folder, 'x.yaml'),
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules:\n  - { tolerance: { path: /total, absolute: 0.5 }, name: cents }\n  - { ignore: /nowhere, name: nobody }\n',
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function parallax(args: readonly string[], input = ''): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8', input });
}

test('what is fed to both sides is listed, compared and archived, and lines that cannot be used are told', () => {
  expect(parallax(['comparator', 'x.yaml'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('has no topic a, b. It has none.'),
  });
  expect(parallax(['feed', 'a', 'none.ndjson', '--create']).stderr).toContain('There is no file none.ndjson');

  const line = (id: string, total: string) => `{"id":"${id}","value":{"total":${total}}}`;
  writeFileSync(join(folder, 'a.ndjson'), [line('o1', '10.10'), line('o2', '12345678901234567890')].join('\n'));
  expect(parallax(['feed', 'a', 'a.ndjson', '--create', '--json'])).toMatchObject({
    status: 0,
    stdout: '{"topic":"a","events":2,"unreadable":0}\n',
  });
  const candidate = `${line('o1', '10.2')}\n{"id":\n${line('o2', '12345678901234567891')}\n`;
  expect(parallax(['feed', 'b', '--create'], candidate)).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/stdin:2: not JSON.*\n2 events appended to b, 1 line left out\./),
  });
  expect(parallax(['topics', '--json']).stdout).toContain('{"topic":"b","partition":0,"start":0,"end":2}');

  const compared = parallax(['comparator', 'x.yaml', '--until-caught-up', '--complete']);
  expect(compared.status, compared.stderr).toBe(1);
  expect(JSON.parse(compared.stdout)).toMatchObject({
    verdict: 'DIVERGING',
    agreed: 1,
    diverged: 1,
    openPairs: 0,
    rules: [
      { name: 'cents', kind: 'tolerance', places: 1, pairs: 1 },
      { name: 'nobody', kind: 'ignore', places: null, pairs: null, remark: 'never-met' },
    ],
  });
  expect(compared.stderr).toContain('1 of 2 rules did nothing');
  const archived = parallax(['archiver', 'x.yaml', '--until-caught-up']);
  expect(archived.status, archived.stderr).toBe(0);
  expect(JSON.parse(archived.stdout)).toMatchObject({ partitions: 2, records: 4, unstored: 0 });
});
