// noise of topics that hold Avro: counted in the store and from objects of the archive, with rules suggested from samples.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ObjectEncoder, openLog } from '@parallax/platform';
import { type RegistryStub, registryStub } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-noise-avro-'));
const ORDER =
  '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},{"name":"city","type":"string"}]}';
const START = Date.parse('2026-01-31T12:00:00Z');
const ORDERS = 60;
const environment = {
  ...process.env,
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
  NO_COLOR: '1',
};

function long(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value) * 2n;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** Whoever publishes stamps some milliseconds after the order's time. */
function order(schema: number, n: number, lateMs: number): Buffer {
  const id = `o${n}`;
  return Buffer.concat([
    Buffer.from([0, 0, 0, 0, schema, id.length * 2]),
    Buffer.from(id),
    long(START + n * 1_000 + lateMs),
    Buffer.from([8, ...Buffer.from('Bern')]),
  ]);
}

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
  const schema = stub.register('order', { schema: ORDER });
  const log = await openLog(environment.PARALLAX_LOG);
  for (const [topic, lateMs] of [
    ['prices', () => 0],
    ['prices.twin', (n: number) => (n * 7) % 50],
    ['prices.v2', (n: number) => (n * 11) % 50],
  ] as const) {
    await log.ensureTopic({ topic, partitions: 1 });
    const records = Array.from({ length: ORDERS }, (_, n) => ({
      partition: 0,
      timestamp: START + n * 1_000,
      key: null,
      value: order(schema, n, lateMs(n)),
      headers: [],
    }));
    await log.append(topic, records);
    const object = new ObjectEncoder({ topic, partition: 0, timestampType: 'create' });
    for (const [offset, record] of records.entries()) object.add({ ...record, offset });
    writeFileSync(join(folder, `${topic}.avro`), object.snapshot().body);
  }
  await log.close();
  writeFileSync(
    join(folder, 'orders.yaml'),
    `experiment: orders
correlation: path:/id
format: avro
registry: "${stub.url}"
legacy: { topic: prices }
candidate: { topic: prices.v2 }
twin: { topic: prices.twin }
window: { settle: 100ms, deadline: 1s, late: 1h }
`,
  );
});
afterAll(async () => {
  await stub.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  readonly aaPairs: number;
  readonly abPairs: number;
  readonly rates: readonly { readonly pattern: string; readonly verdict: string }[];
  readonly suggestions: readonly { readonly rule: object; readonly hides: number }[];
}

async function shown(...args: string[]): Promise<Shown> {
  const { code, out, err } = await parallax('noise', 'orders.yaml', ...args, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

function expectStamps({ aaPairs, abPairs, rates, suggestions }: Shown): void {
  expect({ aaPairs, abPairs }).toEqual({ aaPairs: ORDERS, abPairs: ORDERS });
  expect(rates.map(({ pattern, verdict }) => `${pattern} ${verdict}`)).toEqual(['/at noise']);
  expect(suggestions).toMatchObject([{ rule: { time: { path: '/at' } } }]);
  expect(suggestions[0]?.hides).toBeGreaterThan(50);
}

test('rules are suggested from Avro in the log', async () => {
  const started = await parallax('start', 'orders.yaml', '--until-caught-up', '--complete');
  expect(started.code, started.err).toBe(1);
  expectStamps(await shown());
});

test('objects of the archive tell the same', async () => {
  const given = ['--legacy', 'prices.avro', '--twin', 'prices.twin.avro', '--candidate', 'prices.v2.avro'];
  expectStamps(await shown(...given));
});

test('while its registry is down nothing is measured', async () => {
  stub.failure = 503;
  expect(await parallax('noise', 'orders.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('The schema registry'),
  });
});
