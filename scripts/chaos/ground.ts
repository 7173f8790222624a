// Where chaos takes place: three brokers, a store behind a proxy, an archive, and the processes that work on them.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Archive, type DivergenceStore, type EventLog, Fault } from '@parallax/core';
import { openArchive, openLog, openStore } from '@parallax/platform';
import {
  type Ended,
  type FaultProxy,
  faultProxy,
  type ProcessUnderTest,
  type Running,
  type RunningKafka,
  runProcess,
  s3Options,
  startKafka,
  startProcess,
  withoutLitter,
} from '@parallax/platform/testing';

const MAINS = {
  comparator: fileURLToPath(new URL('../../services/comparator/src/main.ts', import.meta.url)),
  archiver: fileURLToPath(new URL('../../services/archiver/src/main.ts', import.meta.url)),
};

export const PARTITIONS = 4;
export const DEADLINE_MS = 5_000;
/** The shortest brokers allow. */
export const SESSION_MS = 6_000;

export type Service = keyof typeof MAINS;

export interface Ground {
  readonly experiment: string;
  readonly topics: { readonly legacy: string; readonly candidate: string };
  readonly kafka: RunningKafka;
  readonly store: DivergenceStore;
  readonly archive: Archive;
  readonly log: EventLog;
  /** In front of the store, for the processes. */
  readonly proxy: FaultProxy;
  start(service: Service): ProcessUnderTest;
  /** Runs a service until it has caught up. */
  finish(service: Service): Promise<Ended>;
  stop(): Promise<void>;
}

export type Shared = Pick<Running, 's3' | 'clickhouse'>;

export async function openGround({ s3, clickhouse }: Shared, env: NodeJS.ProcessEnv): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-chaos-'));
  const stops: (() => Promise<unknown> | unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let next = stops.pop(); next !== undefined; next = stops.pop()) await next();
  };
  try {
    const kafka = await startKafka({ brokers: 3 });
    stops.push(() => kafka.stop());
    const experiment = `chaos-${randomUUID().slice(0, 8)}`;
    const topics = { legacy: `${experiment}.a`, candidate: `${experiment}.b` };
    const address = `kafka://${kafka.brokers.join(',')}`;
    const log = await openLog(address);
    stops.push(() => log.close());
    for (const topic of Object.values(topics)) await log.ensureTopic({ topic, partitions: PARTITIONS });
    const { host } = new URL(clickhouse.url);
    const at = (through: string) => `http://${clickhouse.user}@${through}/parallax`;
    const store = await openStore(at(host), { storePassword: clickhouse.password });
    stops.push(() => store.close());
    await store.migrate();
    const proxy = await faultProxy(host);
    stops.push(() => proxy.stop());
    const place = `s3://${s3.bucket}/${experiment}`;
    const archive = withoutLitter(openArchive(place, s3Options(s3)));
    stops.push(() => archive.close());
    const file = join(folder, 'x.yaml');
    writeFileSync(
      file,
      `experiment: ${experiment}
legacy: { topic: ${topics.legacy} }
candidate: { topic: ${topics.candidate} }
window: { settle: 200ms, deadline: ${DEADLINE_MS / 1_000}s, outage: 10m }
rules: [{ ignore: [/at] }]
`,
    );
    const settings = {
      ...env,
      ...s3.env,
      PARALLAX_LOG: address,
      PARALLAX_LOG_SESSION_MS: String(SESSION_MS),
      PARALLAX_STORE: at(proxy.address),
      PARALLAX_STORE_PASSWORD: clickhouse.password,
      PARALLAX_ARCHIVE: place,
      PARALLAX_CHUNK_RECORDS: '500',
      PARALLAX_CUT_MS: '300',
      PARALLAX_LOG_LEVEL: 'warn',
    };
    const start = (service: Service, ...more: string[]) => startProcess(MAINS[service], [file, ...more], settings);
    return {
      experiment,
      topics,
      kafka,
      store,
      archive,
      log,
      proxy,
      start: (service) => {
        const started = start(service, ...(service === 'comparator' ? ['--from', 'earliest'] : []));
        stops.push(() => started.child.kill('SIGKILL'));
        return started;
      },
      finish: (service) => runProcess(MAINS[service], [file, '--until-caught-up'], settings),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A process that ended by itself, in what it said. */
export function died(service: Service, { code, signal, err }: Ended): Fault {
  return new Fault(`${service} ended by itself (${signal ?? code}): ${err.slice(-2_000)}`, { code: 'chaos-died' });
}
