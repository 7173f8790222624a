// What an experiment masks is in nothing its commands print and in no row, from the comparator to explain; an id that is
// masked is found by whoever has the key.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NewRecord } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { type Ended, runProcess } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-privacy-'));
const FILE = join(folder, 'experiment.yaml');
const KEY_FILE = join(folder, 'key');

function parallax(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runProcess(MAIN, args, {
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_STORE: `chdb:${folder}/store`,
    PARALLAX_LOG_LEVEL: 'debug',
    PARALLAX_PRIVACY_KEY_FILE: KEY_FILE,
    ...more,
  });
}

function event(id: string, value: string): NewRecord {
  return {
    timestamp: 1_732_320_000_000,
    key: null,
    value: Buffer.from(value),
    headers: [['correlation-id', Buffer.from(id)]],
  };
}

beforeAll(async () => {
  writeFileSync(KEY_FILE, 'a key that nobody else has\n');
  writeFileSync(
    FILE,
    `experiment: orders
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 50ms, deadline: 300ms }
privacy: { default: drop, /total: keep, /who: hmac, id: hmac }
`,
  );
  await using log = Object.assign(await openLog(`embedded:${folder}/log`), {
    async [Symbol.asyncDispose]() {
      await log.close();
    },
  });
  for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 1 });
  await log.append('a', [
    event('SECRET-1', '{"total":1,"who":{"SECRET-name":"SECRET-a"},"note":"SECRET-x"}'),
    event('SECRET-2', '{"total":2,"who":"SECRET-torn'),
    { ...event('', '{"who":"SECRET-b"}'), headers: [] },
  ]);
  await log.append('b', [
    event('SECRET-1', '{"total":3,"who":{"SECRET-name":"SECRET-c"},"note":"SECRET-y"}'),
    event('SECRET-2', '{"total":2,"who":"SECRET-d"}'),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));

test('no command prints it, no row holds it, and the id finds its pair through the file', async () => {
  const refused = await parallax(['comparator', FILE, '--until-caught-up'], { PARALLAX_PRIVACY_KEY_FILE: '' });
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('PARALLAX_PRIVACY_KEY')]);
  const checked = await parallax(['check', FILE], { PARALLAX_PRIVACY_KEY_FILE: '' });
  expect([checked.code, checked.err]).toEqual([2, expect.stringContaining('PARALLAX_PRIVACY_KEY')]);
  const said: string[] = [];
  const says = async (...args: string[]) => {
    const { out, err } = await parallax(args);
    said.push(out, err);
    return out;
  };
  await says('comparator', FILE, '--until-caught-up');
  expect(await says('explain', 'SECRET-1', '--experiment', FILE)).toMatch(/\/total[\s\S]*hmac:[0-9a-f]{32}/);
  expect(await says('sql', '--json', 'SELECT * FROM differences')).toContain('"path":"/note"');
  expect(await says('sql', '--json', 'SELECT * FROM pairs')).toContain('"id":"hmac:');
  await says('signatures', FILE);
  await says('verdict', FILE);
  expect(await says('deadletters', 'ls', FILE)).toContain('no-id');
  expect(await says('check', FILE)).toContain('/who as a keyed hash');
  expect(said.filter((text) => text.includes('SECRET'))).toEqual([]);
  expect(said.filter((text) => text.includes('nobody else'))).toEqual([]);
});
