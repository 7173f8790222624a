// SIGTERM on real servers: each service stops fetching, flushes, commits, leaves its group and ends with 0; a second signal
// ends it at once.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparatorGroup } from '@parallax/comparator';
import { type EventLog, type NewRecord, SIDES } from '@parallax/core';
import { openLog, openStore } from '@parallax/platform';
import {
  describeOn,
  type FaultProxy,
  faultProxy,
  type ProcessUnderTest,
  startProcess,
} from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';

const MAINS = {
  comparator: fileURLToPath(new URL('../../services/comparator/src/main.ts', import.meta.url)),
  archiver: fileURLToPath(new URL('../../services/archiver/src/main.ts', import.meta.url)),
  standalone: fileURLToPath(new URL('../../services/standalone/src/main.ts', import.meta.url)),
} as const;
type Service = keyof typeof MAINS;
const EVENTS = 200;
const SECOND_SIGNAL = 128 + 15;

/** A sign in what each says that it is in the middle of its work. */
const WORKING: Readonly<Record<Service, string>> = {
  comparator: 'cut-committed',
  archiver: 'object-stored',
  standalone: 'cut-committed',
};

describeOn(['kafka', 's3', 'clickhouse'], 'told to stop', ({ kafka, s3, clickhouse }) => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-signals-'));
  const address = `kafka://${kafka.brokers.join(',')}`;
  const { host } = new URL(clickhouse.url);
  const at = (through: string) => `http://${clickhouse.user}@${through}/parallax`;
  let log: EventLog;
  let proxy: FaultProxy;
  beforeAll(async () => {
    log = await openLog(address);
    proxy = await faultProxy(host);
  });
  afterAll(async () => {
    await proxy?.stop();
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function working(service: Service): Promise<{ name: string; process: ProcessUnderTest; topics: string[] }> {
    const name = `signals-${service}-${randomUUID().slice(0, 8)}`;
    const topics = SIDES.map((side) => `${name}.${side}`);
    for (const topic of topics) {
      await log.ensureTopic({ topic, partitions: 2 });
      await log.append(
        topic,
        Array.from({ length: EVENTS }, (_, n) => event(n)),
      );
    }
    const file = join(folder, `${name}.yaml`);
    const [legacy, candidate] = topics;
    const window = 'window: { settle: 50ms, deadline: 1s, outage: 30s }\n';
    writeFileSync(
      file,
      `experiment: ${name}\nlegacy: { topic: ${legacy} }\ncandidate: { topic: ${candidate} }\n${window}`,
    );
    const process = startProcess(MAINS[service], [file], {
      ...globalThis.process.env,
      ...s3.env,
      PARALLAX_LOG: address,
      PARALLAX_STORE: at(proxy.address),
      PARALLAX_STORE_PASSWORD: clickhouse.password,
      PARALLAX_ARCHIVE: `s3://${s3.bucket}/${name}`,
      PARALLAX_CHUNK_RECORDS: '50',
      PARALLAX_CUT_MS: '100',
      PARALLAX_LOG_LEVEL: 'debug',
    });
    onTestFinished(() => void process.child.kill('SIGKILL'));
    await vi.waitUntil(() => process.err().includes(WORKING[service]), { timeout: 60_000, interval: 20 });
    return { name, process, topics };
  }

  test.each(['comparator', 'archiver', 'standalone'] as const)('%s ends in order', async (service) => {
    const { process } = await working(service);
    process.child.kill('SIGTERM');
    const { code, signal, err } = await process.ended;
    expect([code, signal], err.slice(-1_000)).toEqual([0, null]);
    expect(err).not.toMatch(/"level":"(error|fatal)"/);
  });

  test('comparator has committed what it read, written what it judged, and left its group', async () => {
    const { name, process, topics } = await working('comparator');
    const store = await openStore(at(host), { storePassword: clickhouse.password });
    onTestFinished(() => store.close());
    const sql = 'SELECT count() AS pairs FROM pairs WHERE experiment = {name:String}';
    const judged = async () => Number((await store.query(sql, { name }))[0]?.pairs);
    await vi.waitUntil(async () => (await judged()) === EVENTS, { timeout: 60_000, interval: 50 });
    process.child.kill('SIGTERM');
    expect((await process.ended).code).toBe(0);
    const ends = await log.extents(topics);
    const committed = await log.committed(comparatorGroup(name, 'live'), topics);
    expect(committed.map(({ topic, partition, offset }) => [topic, partition, offset]).sort()).toEqual(
      ends.map(({ topic, partition, end }) => [topic, partition, end]).sort(),
    );
    // Whoever is still a member would have to lose its session before the group may be removed.
    await log.deleteGroup(comparatorGroup(name, 'live'));
    expect(await judged()).toBe(EVENTS);
  });

  test('while the store hangs, comparator leaves the rest to its next start; a second signal ends it at once', async () => {
    for (const signals of [1, 2]) {
      const { process, topics } = await working('comparator');
      const before = proxy.struck();
      await proxy.inject({ kind: 'hang' });
      for (const topic of topics) await log.append(topic, [event(EVENTS)]);
      await proxy.whenStruck(before + 1);
      process.child.kill('SIGTERM');
      if (signals === 2) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        process.child.kill('SIGTERM');
        expect(await process.ended).toMatchObject({ code: SECOND_SIGNAL });
      } else
        expect(await process.ended).toMatchObject({ code: 0, err: expect.stringContaining('left-for-next-start') });
      await proxy.clear();
    }
  });
});

function event(n: number): NewRecord {
  const id = Buffer.from(`id-${n}`);
  return { partition: n % 2, key: null, value: Buffer.from(`{"n":${n}}`), headers: [['correlation-id', id]] };
}
