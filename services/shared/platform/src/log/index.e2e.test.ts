// Which log an address names, and what is said of addresses and folders that cannot be used.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLog } from './index.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'parallax-address-'));
});
afterAll(() => rm(root, { recursive: true }));

describe('an address of an event log', () => {
  it('embedded:DIR opens the log of that folder, and makes the folder', async () => {
    const directory = join(root, 'deep', 'er');
    const log = await openLog(`embedded:${directory}`);
    expect(log.address).toBe(`embedded:${directory}`);
    expect(await log.topics()).toEqual([]);
    await log.close();
  });

  it('kafka:// with a user in it is told where the user belongs, without its password', async () => {
    const refusal = openLog('kafka://me:secret@broker:9092');
    const cure = expect.stringContaining('PARALLAX_LOG_PASSWORD_FILE');
    await expect(refusal).rejects.toMatchObject({ code: 'bad-address', cure });
    await expect(refusal).rejects.not.toThrow(/secret/);
  });

  it('brokers alone are told how they are addressed', async () => {
    await expect(openLog('one:9092,two:9092')).rejects.toMatchObject({
      cure: expect.stringContaining('kafka://one:9092,two:9092'),
    });
  });

  it('a bare name is told what is allowed, and what it probably means', async () => {
    await expect(openLog('orders')).rejects.toMatchObject({
      message: '"orders" is no address of an event log; allowed are embedded:DIR and kafka://HOST:PORT.',
      cure: expect.stringContaining('embedded:orders'),
    });
  });

  it.each(['', 'embedded:', 'redis://me:secret@host', 'orders'])(
    '%j is refused without its secret',
    async (address) => {
      const refusal = openLog(address);
      await expect(refusal).rejects.toMatchObject({
        code: 'bad-address',
        cure: expect.stringContaining('embedded:DIR'),
      });
      await expect(refusal).rejects.not.toThrow(/secret/);
    },
  );
});

describe('a folder that cannot be an event log', () => {
  it('because it is a file is a fault that says so', async () => {
    const file = join(root, 'file');
    await writeFile(file, 'x');
    await expect(openLog(`embedded:${file}`)).rejects.toMatchObject({ code: 'not-a-folder' });
    await expect(openLog(`embedded:${file}/below`)).rejects.toMatchObject({ code: 'not-a-folder' });
  });

  it('because a folder stands where the file should is a fault that says so', async () => {
    const directory = join(root, 'folder');
    await mkdir(join(directory, 'log.sqlite'), { recursive: true });
    const fault = { code: 'cannot-open', message: expect.stringContaining('log.sqlite') };
    await expect(openLog(`embedded:${directory}`)).rejects.toMatchObject(fault);
  });

  it('because its file is damaged is a fault that says so, and the file is left as it is', async () => {
    const directory = join(root, 'damaged');
    await mkdir(directory);
    await writeFile(join(directory, 'log.sqlite'), 'not a database, but longer than a header has to be'.repeat(9));
    await expect(openLog(`embedded:${directory}`)).rejects.toMatchObject({ code: 'log-corrupt', retryable: false });
  });

  it("because its file is someone else's database is a fault that says so", async () => {
    const directory = join(root, 'foreign');
    await mkdir(directory);
    const path = join(directory, 'log.sqlite');
    const foreign = new DatabaseSync(path);
    foreign.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)');
    foreign.close();
    await expect(openLog(`embedded:${directory}`)).rejects.toMatchObject({ code: 'log-foreign' });
    const after = new DatabaseSync(path);
    expect(after.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'delete' });
    after.close();
  });

  it('because a later Parallax wrote it is a fault that names both layouts', async () => {
    const directory = join(root, 'later');
    await (await openLog(`embedded:${directory}`)).close();
    const later = new DatabaseSync(join(directory, 'log.sqlite'));
    later.exec('PRAGMA user_version = 99');
    later.close();
    const fault = { code: 'log-version', message: expect.stringMatching(/layout 99.*layout 1/) };
    await expect(openLog(`embedded:${directory}`)).rejects.toMatchObject(fault);
  });
});
