// Experiment files on disk: what cannot be read is told by name, what is wrong in it all at once.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadExperiment } from './experiment-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'experiment-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('a sound file gives its experiment', async () => {
  const path = await written('sound.yaml', 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n');
  expect((await loadExperiment(path)).name).toBe('x');
});

test('a file with faults is refused with all of them', async () => {
  const path = await written('faults.yaml', 'experimnt: x\nlegacy: { topic: a }\n');
  const fault = await loadExperiment(path, 'mine.yaml').catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: 'experiment-invalid' });
  for (const told of ['2 faults', 'mine.yaml:1:1  `experimnt`', '`candidate` is missing']) {
    expect(String(fault)).toContain(told);
  }
});

test('an absent file and a file in the way of its folder are not found', async () => {
  await expect(loadExperiment(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'experiment-not-found' });
  const file = await written('file', '');
  await expect(loadExperiment(join(file, 'x.yaml'))).rejects.toMatchObject({ code: 'experiment-not-found' });
});

test.each([
  ['a directory', () => Promise.resolve(folder), 'is a directory'],
  ['a binary file', () => written('binary', Uint8Array.of(0xff, 0xfe)), 'is not UTF-8'],
  ['a huge file', () => written('huge', ' '.repeat(5_000_000)), '5000000 bytes'],
])('%s is not read', async (_, path, says) => {
  await expect(loadExperiment(await path())).rejects.toMatchObject({
    code: 'experiment-unreadable',
    message: expect.stringContaining(says),
  });
});

test('an empty file is told to be empty', async () => {
  await expect(loadExperiment(await written('empty.yaml', ''))).rejects.toThrow('The file is empty.');
});
