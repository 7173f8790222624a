// `parallax compare` on objects of the archive whose records are Avro, by schema files and by a registry.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schemaFingerprint } from '@parallax/core';
import { ObjectEncoder } from '@parallax/platform';
import { registryStub } from '@parallax/platform/testing';
import { afterAll, expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-compare-avro-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"long"}]}';
/** An id of one letter, a number below 64. */
const value = (id: string, n: number) => Buffer.from([2, id.charCodeAt(0), n * 2]);
const single = (id: string, n: number) =>
  Buffer.concat([Buffer.from([0xc3, 1]), Buffer.from(schemaFingerprint(ORDER), 'hex'), value(id, n)]);
const framed = (schema: number, id: string, n: number) =>
  Buffer.concat([Buffer.from([0, 0, 0, 0, schema]), value(id, n)]);

function object(name: string, values: readonly Buffer[], keys: readonly Buffer[] = []): void {
  const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
  values.forEach((bytes, offset) => {
    encoder.add({ offset, timestamp: 1, key: keys[offset] ?? null, value: bytes, headers: [] });
  });
  writeFileSync(join(folder, name), encoder.snapshot().body);
}

function compared(): Promise<{ code: number; lines: readonly Record<string, unknown>[]; stderr: string }> {
  const args = [MAIN, 'compare', 'legacy', 'candidate', '--experiment', 'x.yaml', '--json'];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ code: error === null ? 0 : Number(error.code), lines: lines.map((line) => JSON.parse(line)), stderr });
    });
  });
}

const experiment = (more: string) =>
  writeFileSync(
    join(folder, 'x.yaml'),
    `experiment: x\ncorrelation: path:/id\nlegacy: { topic: a }\ncandidate: { topic: b, format: avro }\n${more}\n`,
  );
const NDJSON = ['a', 'b'].map((id, n) => JSON.stringify({ timestamp: 1, value: { n, id } })).join('\n');
const outcomes = (lines: readonly Record<string, unknown>[]) =>
  lines.flatMap(({ id, outcome }) => (id ? [[id, outcome]] : []));

test('single objects are read by schema files beside the experiment, and lines as JSON', async () => {
  experiment('schemas: [ order.avsc ]');
  writeFileSync(join(folder, 'order.avsc'), ORDER);
  writeFileSync(join(folder, 'legacy'), NDJSON);
  object('candidate', [single('a', 0), single('b', 2)]);
  const { code, lines } = await compared();
  expect(outcomes(lines)).toEqual([
    ['a', 'match'],
    ['b', 'mismatch'],
  ]);
  expect(code).toBe(1);
});

test('what a registry knows is asked for before anything is compared; what it does not know is undecodable', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  const id = stub.register('order', { schema: ORDER });
  experiment(`registry: ${stub.url}`);
  writeFileSync(join(folder, 'legacy'), NDJSON);
  object('candidate', [framed(id, 'a', 0), framed(77, 'b', 1)]);
  const { code, lines, stderr } = await compared();
  expect(outcomes(lines)[0]).toEqual(['a', 'match']);
  expect(stderr).toContain('schema-unknown');
  expect(code).not.toBe(0);
});

test('ids stand in Avro keys of objects, by a registry, and in keys of lines, by a schema file', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  const schema = stub.register('key', { schema: ORDER });
  writeFileSync(join(folder, 'key.avsc'), ORDER);
  writeFileSync(
    join(folder, 'x.yaml'),
    `experiment: x\ncorrelation: key:/id\nkeyFormat: avro\nlegacy: { topic: a, schemas: [ key.avsc ] }\ncandidate: { topic: b, registry: "${stub.url}" }\n`,
  );
  const line = (id: string, n: number) =>
    JSON.stringify({ timestamp: 1, value: n, key: { base64: single(id, 0).toString('base64') } });
  writeFileSync(join(folder, 'legacy'), [line('a', 1), line('b', 2)].join('\n'));
  const keys = [framed(schema, 'a', 5), framed(schema, 'b', 5), framed(77, 'c', 5)];
  object('candidate', [Buffer.from('1'), Buffer.from('3'), Buffer.from('4')], keys);
  const { lines, stderr } = await compared();
  expect(outcomes(lines)).toEqual([
    ['a', 'match'],
    ['b', 'mismatch'],
  ]);
  expect(stderr).toContain('schema-unknown');
});

test('a registry that is down ends it with the cure, and nothing is compared', async () => {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  stub.failure = 503;
  experiment(`registry: ${stub.url}`);
  writeFileSync(join(folder, 'legacy'), NDJSON);
  object('candidate', [framed(1, 'a', 0)]);
  const { code, lines, stderr } = await compared();
  expect({ code, lines }).toEqual({ code: 2, lines: [] });
  expect(stderr).toContain('The schema registry');
});
