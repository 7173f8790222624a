// A retry of dead letters killed at each of its crash points, on a real Kafka and on ClickHouse over HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NewRecord } from '@parallax/core';
import { openLog, openStore } from '@parallax/platform';
import { describeOn, type Ended, runProcess, storeSnapshot } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const POINTS = ['comparator.after-reopened', 'comparator.before-commit', 'comparator.after-deadletters'] as const;

function event(n: number, value: string, hasId: boolean): NewRecord {
  const headers = hasId ? [['correlation-id', Buffer.from(`id-${n}`)] as const] : [];
  return { partition: 0, timestamp: 1_732_320_000_000 + n * 1_000, key: null, value: Buffer.from(value), headers };
}

describeOn(['kafka', 'clickhouse'], 'a retry of dead letters', ({ kafka, clickhouse }) => {
  test('killed at each of its points, it ends as one that was not disturbed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-retry-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const address = `kafka://${kafka.brokers.join(',')}`;
    const at = `http://${clickhouse.user}@${new URL(clickhouse.url).host}/parallax`;
    const log = await openLog(address);
    onTestFinished(() => log.close());
    const store = await openStore(at, { storePassword: clickhouse.password });
    onTestFinished(() => store.close());
    const [legacy, candidate] = ['retry-kills.a', 'retry-kills.b'];
    for (const topic of [legacy, candidate]) await log.ensureTopic({ topic, partitions: 1 });
    const numbers = [0, 1, 2, 3, 4, 5];
    const value = (n: number) => `{"cid":"id-${n}","n":${n}}`;
    await log.append(
      legacy,
      numbers.map((n) => event(n, value(n), true)),
    );
    await log.append(candidate, [
      ...numbers.map((n) => event(n, value(n), n % 2 === 0)),
      event(6, '{"cid":"broken', false),
    ]);

    const parallax = (name: string, correlation: string, args: readonly string[], crashAt = ''): Promise<Ended> => {
      const file = join(folder, `${name}.yaml`);
      writeFileSync(
        file,
        `experiment: retry-kills-${name}
correlation: ${correlation}
legacy: { topic: ${legacy} }
candidate: { topic: ${candidate} }
window: { settle: 50ms, deadline: 300ms, late: 1h, outage: 30s }
`,
      );
      return runProcess(MAIN, [...args, file, ...(args.length === 1 ? ['--until-caught-up'] : [])], {
        ...process.env,
        PARALLAX_LOG: address,
        PARALLAX_STORE: at,
        PARALLAX_STORE_PASSWORD: clickhouse.password,
        PARALLAX_CUT_MS: '50',
        PARALLAX_LOG_LEVEL: 'error',
        PARALLAX_CRASH_AT: crashAt,
      });
    };
    const compare = (name: string) => parallax(name, 'header:correlation-id', ['comparator']);
    const retry = (name: string, crashAt = '') =>
      parallax(name, '{ any: [ header:correlation-id, path:/cid ] }', ['deadletters', 'retry'], crashAt);

    expect(await compare('undisturbed')).toMatchObject({ code: 1, err: '' });
    expect((await retry('undisturbed')).code).toBe(2);
    const undisturbed = await storeSnapshot(store, 'retry-kills-undisturbed');
    expect(undisturbed.ledger).toContain('live default 0 candidate agreed 6');
    expect(await compare('killed')).toMatchObject({ code: 1, err: '' });
    for (const point of POINTS) {
      const { signal, err } = await retry('killed', point);
      expect(signal, `${point} is reached: ${err}`).toBe('SIGKILL');
    }
    expect((await retry('killed')).code).toBe(2);
    expect(await storeSnapshot(store, 'retry-kills-killed')).toEqual(undisturbed);
  });
});
