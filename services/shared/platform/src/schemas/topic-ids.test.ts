// Ids beside what is compared: schemas that only keys name are asked for, too.
import { type Correlated, parseSource, type Source } from '@parallax/core';
import { expect, onTestFinished, test } from 'vitest';
import { registryStub } from '../testing/registry-stub.ts';
import { KnownSchemas } from './known-schemas.ts';
import { Registry } from './registry.ts';
import { NO_ACCESS } from './registry-options.ts';
import { TopicIds } from './topic-ids.ts';

const KEY = '{"type":"record","name":"Key","fields":[{"name":"id","type":"string"}]}';
const LIMITS = { openBytes: 1, differencesPerPair: 1, payloadBytes: 1_000, depth: 10 };

async function idOf(source: string, format: 'json' | 'avro', keyFormat?: 'avro'): Promise<Correlated> {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  const schema = stub.register('key', { schema: KEY });
  const correlation = [[parseSource(source) as Source]];
  const plan = { correlation, format, ...(keyFormat === undefined ? {} : { keyFormat }) };
  const ids = new TopicIds(plan, new KnownSchemas(new Registry(stub.url, NO_ACCESS)), LIMITS);
  const key = Uint8Array.of(0, 0, 0, 0, schema, 6, ...Buffer.from('o-1'));
  const record = { key, value: Buffer.from('{"id":"v"}'), headers: [] };
  await ids.learn([record]);
  return ids.correlate(record);
}

test('ids in Avro keys are found beside JSON values and Avro ones; keys are left alone where no id is in them', async () => {
  const found = { kind: 'id', id: 'o-1' };
  expect(await idOf('key:/id', 'json', 'avro')).toEqual(found);
  expect(await idOf('key:/id', 'avro')).toEqual(found);
  expect(await idOf('key', 'json')).toMatchObject({ kind: 'id', id: expect.stringContaining('\u0000') });
  expect(await idOf('path:/id', 'json', 'avro')).toEqual({ kind: 'id', id: 'v' });
});
