// From two topics of Avro to judged pairs: the file that init writes is used as it is.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaFingerprint } from '@parallax/core';
import { loadExperiment, openLog } from '@parallax/platform';
import { registryStub } from '@parallax/platform/testing';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-init-avro-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ORDERS = 60;
const ORDER =
  '{"type":"record","name":"Order","fields":[{"name":"order","type":"string"},{"name":"trace","type":"string"},{"name":"n","type":"long"}]}';
const environment = {
  ...process.env,
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
  NO_COLOR: '1',
};

function parallax(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { cwd: folder, env: environment }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Every order has an id, and a trace of each side's own; every twentieth is another number at the candidate. */
async function seed(prefix: string, frame: Buffer): Promise<void> {
  const log = await openLog(environment.PARALLAX_LOG);
  const string = (text: string) => Buffer.from([text.length * 2, ...Buffer.from(text)]);
  for (const [topic, isCandidate] of [
    [`${prefix}.priced`, false],
    [`${prefix}.priced.v2`, true],
  ] as const) {
    await log.ensureTopic({ topic, partitions: 2 });
    const records = Array.from({ length: ORDERS }, (_, n) => {
      const number = (isCandidate && n % 20 === 3 ? 1 : 0) + (n % 50);
      return {
        partition: n % 2,
        timestamp: Date.now() - 60_000 + n * 20,
        key: null,
        value: Buffer.concat([frame, string(`order-${n}`), string(crypto.randomUUID()), Buffer.from([number * 2])]),
        headers: [],
      };
    });
    await log.append(topic, records);
  }
  await log.close();
}

test('topics framed by a registry are told of, and read once its address is given', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  await seed('framed', Buffer.from([0, 0, 0, 0, stub.register('order', { schema: ORDER })]));
  const asked = ['init', '--legacy', 'framed.priced', '--candidate', 'framed.priced.v2', '--out', 'framed.yaml'];
  const without = await parallax(...asked);
  expect(without.code).toBe(2);
  expect(without.err).toContain('Give --registry');
  const told = await parallax(...asked, '--registry', stub.url);
  expect(told.code, told.err).toBe(0);
  const { outputs, rules } = await loadExperiment(join(folder, 'framed.yaml'), 'framed.yaml');
  expect(outputs[0]?.legacy).toMatchObject({
    format: 'avro',
    registry: stub.url,
    correlation: [[{ kind: 'path', pointer: ['order'] }]],
  });
  expect(rules).toMatchObject([{ kind: 'ignore', paths: ['/trace'] }]);
  const judged = await parallax('start', 'framed.yaml', '--until-caught-up', '--complete');
  expect(JSON.parse(judged.out), judged.err).toMatchObject({ verdict: 'DIVERGING', pairs: ORDERS });
});

test('single objects are read by schema files, which the file names relative to itself', async () => {
  writeFileSync(join(folder, 'order.avsc'), ORDER);
  await seed('single', Buffer.concat([Buffer.from([0xc3, 1]), Buffer.from(schemaFingerprint(ORDER), 'hex')]));
  const asked = ['init', '--legacy', 'single.priced', '--candidate', 'single.priced.v2', '--out', 'single.yaml'];
  expect((await parallax(...asked)).err).toContain('Give --schemas');
  const told = await parallax(...asked, '--schemas', 'order.avsc');
  expect(told.code, told.err).toBe(0);
  expect(readFileSync(join(folder, 'single.yaml'), 'utf8')).toContain('schemas: [ order.avsc ]');
  expect((await parallax('check', 'single.yaml')).code).toBe(0);
});

test('what a registry does not know is told by reason', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  await seed('other', Buffer.from([0, 0, 0, 0, 9]));
  const told = await parallax(
    'init',
    '--legacy',
    'other.priced',
    '--candidate',
    'other.priced.v2',
    '--registry',
    stub.url,
  );
  expect(told.code).toBe(2);
  expect(told.err).toContain('60 records of other.priced could not be read: schema-unknown');
});

test('ids that stand in Avro keys are found there, by doctor as well, and joined by', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  const key = '{"type":"record","name":"Key","fields":[{"name":"order","type":"string"}]}';
  const price = '{"type":"record","name":"Price","fields":[{"name":"n","type":"int"}]}';
  const frames = [key, price].map((schema, n) =>
    Buffer.from([0, 0, 0, 0, stub.register(`keyed-${n}`, { schema })]),
  ) as [Buffer, Buffer];
  const log = await openLog(environment.PARALLAX_LOG);
  for (const topic of ['keyed.priced', 'keyed.priced.v2']) {
    await log.ensureTopic({ topic, partitions: 2 });
    const records = Array.from({ length: ORDERS }, (_, n) => {
      const id = `order-${n}`;
      return {
        partition: n % 2,
        timestamp: Date.now() - 60_000 + n * 20,
        key: Buffer.concat([frames[0], Buffer.from([id.length * 2]), Buffer.from(id)]),
        value: Buffer.concat([frames[1], Buffer.from([(n % 50) * 2])]),
        headers: [],
      };
    });
    await log.append(topic, records);
  }
  await log.close();
  const asked = ['init', '--legacy', 'keyed.priced', '--candidate', 'keyed.priced.v2', '--registry', stub.url];
  const told = await parallax(...asked, '--out', 'keyed.yaml');
  expect(told.code, told.err).toBe(0);
  const { outputs } = await loadExperiment(join(folder, 'keyed.yaml'), 'keyed.yaml');
  expect(outputs[0]?.candidate.correlation).toEqual([[{ kind: 'key', pointer: ['order'] }]]);
  const judged = await parallax('start', 'keyed.yaml', '--until-caught-up', '--complete');
  expect(JSON.parse(judged.out), judged.err).toMatchObject({ verdict: 'PARITY', pairs: ORDERS });
  const doctor = await parallax('doctor', 'keyed.yaml', '--json');
  expect(doctor.out).toMatch(/sampled ids are on both sides of default, each in the same partition/);
});
