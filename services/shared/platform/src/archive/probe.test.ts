// What the probe finds in a folder.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { probeArchive } from './probe.ts';
import { unfinishedUploads } from './unfinished.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parallax-probe-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder meets every need, and nothing is left in it', async () => {
  const findings = await probeArchive(`file:${folder}/archive`);
  expect(findings.map(({ need, met }) => [need, met])).toEqual(
    ['create', 'read', 'list', 'refuse', 'race', 'remove'].map((need) => [need, true]),
  );
  const files = readdirSync(`${folder}/archive`, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(files).toEqual([]);
  expect(await unfinishedUploads(`file:${folder}/archive`)).toEqual([]);
});

test('what a place refuses is told with its cure, and the rest is asked all the same', async () => {
  writeFileSync(join(folder, 'file'), 'in the way');
  const findings = await probeArchive(`file:${folder}/file`);
  expect(findings).toContainEqual(
    expect.objectContaining({ need: 'create', met: false, code: 'archive-not-a-folder', cure: expect.any(String) }),
  );
  expect(findings.map(({ need }) => need)).toEqual(['create', 'read', 'list', 'refuse', 'race', 'remove']);
});
