// What a registry answers, what it does not, and what is made of each.
import type { WriterSchema } from '@parallax/core';
import { expect, onTestFinished, test } from 'vitest';
import { registryStub } from '../testing/registry-stub.ts';
import { KnownSchemas } from './known-schemas.ts';
import { Registry } from './registry.ts';
import { NO_ACCESS } from './registry-options.ts';

async function started(login?: Parameters<typeof registryStub>[0]) {
  const stub = await registryStub(login);
  onTestFinished(() => stub.stop());
  return stub;
}

const STRING = '{"type":"string"}';
const id = (number: number) => ({ kind: 'id', id: number }) as const;
const formOf = (schema: WriterSchema | undefined) => (schema?.kind === 'avro' ? schema.schema.form : schema?.kind);

test('a schema is found by its number and by its GUID, and comes with what it refers to', async () => {
  const stub = await started();
  stub.register('sku', { schema: '{"type":"record","name":"a.Sku","fields":[{"name":"s","type":"string"}]}' });
  const item = '{"type":"record","name":"a.Item","fields":[{"name":"sku","type":"Sku"}]}';
  const sku = { name: 'a.Sku', subject: 'sku', version: 1 };
  stub.register('item', { schema: item, references: [sku] });
  const order = '{"type":"record","name":"Order","fields":[{"name":"i","type":"a.Item"},{"name":"k","type":"a.Sku"}]}';
  const references = [sku, { name: 'a.Item', subject: 'item', version: 1 }];
  const number = stub.register('order', { schema: order, references });
  const registry = new Registry(stub.url, NO_ACCESS);
  const found = formOf(await registry.schema(id(number)));
  expect(found).toContain('"sku"');
  const guid = stub.guidOf(number).replaceAll('-', '');
  expect(formOf(await registry.schema({ kind: 'guid', guid }))).toBe(found);
});

test('what is no Avro schema is known to be unreadable, JSON Schema excepted', async () => {
  const stub = await started();
  const registry = new Registry(stub.url, NO_ACCESS);
  const of = (schema: string, schemaType?: string) =>
    registry.schema(id(stub.register('s', schemaType === undefined ? { schema } : { schema, schemaType })));
  expect(await of('syntax = "proto3";', 'PROTOBUF')).toEqual({ kind: 'unreadable' });
  expect(await of('{"type":"nonsense"}')).toEqual({ kind: 'unreadable' });
  expect(await of('{}', 'JSON')).toEqual({ kind: 'json' });
});

test('only its own word that there is no such schema counts as an answer; anything else may pass', async () => {
  const stub = await started();
  const registry = new Registry(stub.url, NO_ACCESS);
  expect(await registry.schema(id(7))).toBeUndefined();
  for (const failure of ['hang up', 500, 503, 429] as const) {
    stub.failure = failure;
    await expect(registry.schema(id(7)), String(failure)).rejects.toMatchObject({
      code: 'registry-unreachable',
      retryable: true,
    });
  }
  stub.failure = undefined;
  const elsewhere = new Registry(`${stub.url}/apis/nowhere`, NO_ACCESS, 50);
  await expect(elsewhere.check()).rejects.toMatchObject({ code: 'registry-unreachable' });
});

test('a login is sent, and a wrong one is told, without the secret', async () => {
  const stub = await started({ basic: 'me:secret' });
  stub.register('s', { schema: STRING });
  const access = { ...NO_ACCESS, registryUser: 'me', registryPassword: 'secret' };
  expect(formOf(await new Registry(stub.url, access).schema(id(1)))).toBeDefined();
  const wrong = new Registry(stub.url, { ...access, registryPassword: 'hunter2' }).check();
  await expect(wrong).rejects.toMatchObject({ code: 'registry-refused', retryable: false });
  await wrong.catch((error: Error) => expect(JSON.stringify([error.message, error])).not.toContain('hunter2'));
  const token = await started({ token: 't-1' });
  await new Registry(token.url, { ...NO_ACCESS, registryToken: 't-1' }).check();
});

test('a schema is asked for once; that there is none, again after a while', async () => {
  const stub = await started();
  stub.register('s', { schema: STRING });
  let now = 0;
  const known = new KnownSchemas(new Registry(stub.url, NO_ACCESS), new Map(), () => now);
  expect(known.isToBeLearned(id(1))).toBe(true);
  await Promise.all([known.learn([id(1), id(2)]), known.learn([id(1), id(2)])]);
  await known.learn([id(1), id(2)]);
  expect(stub.asked).toEqual(['/schemas/ids/1', '/schemas/ids/2']);
  expect(known.find(id(1))?.kind).toBe('avro');
  expect(known.find(id(2))).toBeUndefined();
  stub.register('s', { schema: '"int"' });
  now = 60_000;
  await known.learn([id(2)]);
  expect(known.find(id(2))?.kind).toBe('avro');
});
