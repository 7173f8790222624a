// A replay of topics whose ids stand in Avro: inputs, recorded answers and a build's answers, each by its own schema.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import { openArchive, openLog } from '@parallax/platform';
import { type RegistryStub, recordingTelemetry, registryStub } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-replay-avro-'));
const environment = {
  ...process.env,
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
  NO_COLOR: '1',
};
const ORDERS = 40;
const START = Date.parse('2026-01-31T12:00:00Z');
const ORDER = '{"type":"record","name":"Order","fields":[{"name":"order","type":"string"},{"name":"n","type":"long"}]}';
/** The build has a field more than legacy had. */
const PRICE = '{"type":"record","name":"Price","fields":[{"name":"n","type":"long"},{"name":"order","type":"string"}]}';
const PRICE_V2 = PRICE.replace('"string"}]}', '"string"},{"name":"note","type":["null","string"],"default":null}]}');

/** Numbers of the schemas in the registry, as they are registered below. Answers o7 with another number. */
const BUILD = `
import { openLog } from ${JSON.stringify(import.meta.resolve('@parallax/platform'))};
const { PARALLAX_LOG, PARALLAX_INPUT, PARALLAX_OUTPUT_DEFAULT, PARALLAX_GROUP } = process.env;
const log = await openLog(PARALLAX_LOG);
let consumption;
let work = Promise.resolve();
const handlers = {
  assigned: async () => [],
  batch({ generation, topic, partition, records, next }) {
    const answers = records.map(({ value }) => {
      const id = value.slice(6, 6 + value[5] / 2);
      const n = value[6 + id.length] + (String.fromCharCode(...id) === 'o7' ? 2 : 0);
      return { partition, key: null, value: Buffer.from([0, 0, 0, 0, 3, n, id.length * 2, ...id, 0]), headers: [] };
    });
    work = work.then(async () => {
      await log.append(PARALLAX_OUTPUT_DEFAULT, answers);
      await consumption.commit(generation, [{ topic, partition, offset: next, metadata: '' }]);
    });
  },
};
consumption = await log.consume({ group: PARALLAX_GROUP, topics: [PARALLAX_INPUT] }, handlers);
process.on('SIGTERM', async () => {
  await work;
  await log.close();
  process.exit(0);
});
`;

function parallax(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env: environment }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

let stub: RegistryStub;
beforeAll(async () => {
  stub = await registryStub();
  const [order, price] = [stub.register('order', { schema: ORDER }), stub.register('price', { schema: PRICE })];
  expect(stub.register('price', { schema: PRICE_V2 })).toBe(3);
  writeFileSync(join(folder, 'build.mts'), BUILD);
  writeFileSync(
    join(folder, 'orders.yaml'),
    `experiment: orders
correlation: path:/order
format: avro
registry: "${stub.url}"
input: { topic: orders.in }
legacy: { topic: prices }
candidate: { topic: prices.v2 }
window: { settle: 100ms, deadline: 1s, late: 1h }
rules: [ { ignore: /note } ]
`,
  );
  const log = await openLog(environment.PARALLAX_LOG);
  const topics = ['orders.in', 'prices', 'prices.v2'];
  for (const topic of topics) await log.ensureTopic({ topic, partitions: 2 });
  const record = (n: number, value: readonly number[]) => {
    return { partition: n % 2, timestamp: START + n * 10, key: null, headers: [], value: Buffer.from(value) };
  };
  const id = (n: number) => [`o${n}`.length * 2, ...Buffer.from(`o${n}`)];
  const numbers = Array.from({ length: ORDERS }, (_, n) => n);
  await log.append(
    'orders.in',
    numbers.map((n) => record(n, [0, 0, 0, 0, order, ...id(n), n * 2])),
  );
  await log.append(
    'prices',
    [...numbers, 50].map((n) => record(n, [0, 0, 0, 0, price, n * 2, ...id(n)])),
  );
  const archive = openArchive(environment.PARALLAX_ARCHIVE);
  const archiver = await startArchiver(
    { log, archive, telemetry: recordingTelemetry() },
    { experiment: 'orders', topics, limits: { records: 16, bytes: 1e6 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
  await log.close();
});
afterAll(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a dry run counts ids, and names a registry that is down', async () => {
  const dry = ['replay', 'orders.yaml', '--run', 'dry', '--dry-run'];
  expect((await parallax(...dry)).out).toContain(`${ORDERS} inputs with ${ORDERS} ids`);
  stub.failure = 503;
  expect(await parallax(...dry)).toMatchObject({ code: 2, err: expect.stringContaining('The schema registry') });
  stub.failure = undefined;
});

test('exactly the recorded answers are fed, and the build is judged by what both mean', async () => {
  const exec = `${process.execPath} ${folder}/build.mts`;
  const { code, out, err } = await parallax('replay', 'orders.yaml', '--run', 'b', '--exec', exec, '--json');
  expect(code, err).toBe(1);
  const { verdict, replay } = JSON.parse(out);
  expect(verdict).toMatchObject({ verdict: 'DIVERGING', pairs: ORDERS });
  expect(replay).toMatchObject({ inputs: { fed: ORDERS, withoutId: 0 }, outputs: { fed: ORDERS, notSelected: 1 } });
  const explained = await parallax('explain', 'o7', '--run', 'b');
  expect(explained.out).toMatch(/\/n +changed +legacy 7 +candidate 8/);
});

test('one id is found in the archive', async () => {
  const { out, err } = await parallax('archive', 'cat', 'prices', '--id', 'o7', '--experiment', 'orders.yaml');
  expect(out.trim().split('\n'), err).toHaveLength(1);
  expect(JSON.parse(out)).toMatchObject({ partition: 1, offset: 3 });
});
