// Killing a process while it creates objects leaves whole objects only, and nothing that grows.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openFileArchive } from './file-archive.ts';

const BYTES = 4_000_000;
const WRITER = `
import { openFileArchive } from ${JSON.stringify(fileURLToPath(new URL('./file-archive.ts', import.meta.url)))};
const archive = openFileArchive(process.argv[2]);
for (let n = 0; ; n++) {
  const key = 'life' + process.argv[3] + '/' + n;
  process.send({ begun: key });
  await archive.create(key, new Uint8Array(${BYTES}).fill(n % 256));
  process.send({ created: key });
}`;

test('SIGKILL at any moment leaves every announced object whole and no other thing in sight', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-kill-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = join(folder, 'writer.ts');
  writeFileSync(script, WRITER);
  const root = join(folder, 'archive');
  const created: string[] = [];
  for (let life = 0; life < 8; life++) {
    const writer = fork(script, [root, String(life)], { stdio: 'ignore' });
    let begun = 0;
    writer.on('message', (message: { begun?: string; created?: string }) => {
      if (message.created !== undefined) created.push(message.created);
      // Some way into the next object, a little further each life.
      if (message.begun !== undefined && ++begun === 2) setTimeout(() => writer.kill('SIGKILL'), life);
    });
    await once(writer, 'exit');
  }
  const archive = openFileArchive(root);
  const listed = await Array.fromAsync(archive.list(''));
  for (const { key, bytes } of listed) {
    expect(bytes).toBe(BYTES);
    const body = await archive.read(key);
    expect(body?.every((byte) => byte === body[0])).toBe(true);
  }
  expect(listed.map(({ key }) => key)).toEqual(expect.arrayContaining(created));
  expect(created.length).toBeGreaterThanOrEqual(8);
  await archive.create('after', new Uint8Array(1));
  expect(readdirSync(join(root, '.incoming'))).toEqual([]);
});
