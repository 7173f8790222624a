// A comparator over records framed as a real schema registry's serializers frame them.
import { deadLetterTopic, type NewRecord, readDeadLetter, schemaFingerprint } from '@parallax/core';
import { checkRegistries, openLog, openSchemas, systemClock } from '@parallax/platform';
import {
  describeOn,
  memoryStore,
  type RecordingTelemetry,
  type RunningRegistry,
  recordingTelemetry,
  startRegistry,
} from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startComparator } from './start-comparator.ts';
import { experiment } from './testing/world.ts';

const ITEM = { type: 'record', name: 'shop.Item', fields: [{ name: 'sku', type: 'string' }] };
const ORDER = {
  type: 'record',
  name: 'shop.Order',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
    { name: 'item', type: 'shop.Item' },
  ],
};
const NOTE = { name: 'note', type: ['null', 'string'], default: null };
const ORDER_V2 = { ...ORDER, fields: [...ORDER.fields, NOTE] };

describeOn(['registry', 'kafka'], 'a comparator with a real schema registry', ({ kafka }) => {
  let registry: RunningRegistry;
  let ids: { readonly v1: number; readonly v2: number };

  beforeAll(async () => {
    registry = await startRegistry();
    const references = [{ name: 'shop.Item', subject: 'item', version: 1 }];
    await register('item', { schema: JSON.stringify(ITEM) });
    const v1 = await register('order', { schema: JSON.stringify(ORDER), references });
    const v2 = await register('order', { schema: JSON.stringify(ORDER_V2), references });
    ids = { v1, v2 };
  }, 180_000);
  afterAll(() => registry?.stop());

  async function register(subject: string, schema: object): Promise<number> {
    const answer = await fetch(`${registry.url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', ...schema }),
    });
    const body = (await answer.json()) as { readonly id: number };
    expect(answer.status, JSON.stringify(body)).toBe(200);
    return body.id;
  }

  const text = (value: string) => [value.length * 2, ...Buffer.from(value)];
  const value = (id: string, cents: number) => [...text(id), 4, cents >> 8, cents & 255, ...text('sku-1')];
  function avro(schema: number, id: string, cents: number, ...more: number[]): Buffer {
    const frame = Buffer.alloc(5);
    frame.writeUInt32BE(schema, 1);
    return Buffer.concat([frame, Buffer.from([...value(id, cents), ...more])]);
  }
  const json = (id: string, total: number) => Buffer.from(JSON.stringify({ item: { sku: 'sku-1' }, total, id }));

  async function world(legacy: 'json' | 'avro') {
    const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
    onTestFinished(() => log.close());
    const name = `registry-${process.pid}-${Date.now()}`;
    const topics = { legacy: `${name}.a`, candidate: `${name}.b` };
    for (const topic of Object.values(topics)) await log.ensureTopic({ topic, partitions: 1 });
    const telemetry: RecordingTelemetry = recordingTelemetry();
    const store = memoryStore();
    const plan = experiment(`experiment: ${name}
correlation: { any: [ header:id, path:/id ] }
legacy: { topic: ${topics.legacy}, format: ${legacy} }
candidate: { topic: ${topics.candidate}, format: avro }
registry: ${registry.url}
window: { settle: 50ms, deadline: 3s, late: 1h }
`);
    const put = (topic: string, values: readonly (Buffer | { readonly id: string; readonly bytes: Buffer })[]) =>
      log.append(
        topic,
        values.map((given): NewRecord => {
          const { id, bytes } = 'bytes' in given ? given : { id: undefined, bytes: given };
          const headers = id === undefined ? [] : [['id', Buffer.from(id)] as const];
          return { partition: 0, timestamp: Date.now(), key: null, value: bytes, headers };
        }),
      );
    const start = async () =>
      startComparator(
        { log, store, telemetry, clock: systemClock },
        { experiment: plan, run: 'live', from: 'earliest', schemas: await openSchemas(plan, 'x.yaml') },
      );
    const told = (event: string) =>
      vi.waitUntil(() => telemetry.events.some(({ name }) => name === event), { timeout: 60_000 });
    return { log, store, plan, topics, put, start, told };
  }

  test('its numbers, versions and references are read, and it says of itself that it is there', async () => {
    const { plan } = await world('json');
    const schemas = await openSchemas(plan, 'x.yaml');
    await checkRegistries(schemas);
    await schemas.candidate?.learn([{ kind: 'id', id: ids.v2 }]);
    expect(schemas.candidate?.find({ kind: 'id', id: ids.v2 })?.kind).toBe('avro');
    expect(schemaFingerprint(JSON.stringify(ITEM))).toHaveLength(16);
  });

  test('JSON agrees with Avro, a default on one side shows, an unknown number is a dead letter', async () => {
    const { log, store, plan, topics, put, start } = await world('json');
    await put(topics.legacy, [
      json('o1', 12.34),
      json('o2', 12.34),
      json('o3', 12.34),
      { id: 'o4', bytes: json('o4', 1) },
    ]);
    await put(topics.candidate, [
      avro(ids.v1, 'o1', 1_234),
      avro(ids.v1, 'o2', 1_235),
      avro(ids.v2, 'o3', 1_234, 0),
      { id: 'o4', bytes: avro(4_000_000, 'o4', 100) },
    ]);
    const comparator = await start();
    const { ledger } = await comparator.caughtUp();
    await comparator.stop();
    expect(ledger.default?.candidate).toMatchObject({ agreed: 1, diverged: 2, undecodable: 1 });
    const found = store.differences().map(({ id, kind, path, candidate }) => [id, kind, path, candidate]);
    expect(found.sort()).toEqual([
      ['o2', 'changed', '/total', '12.35'],
      ['o3', 'added', '/note', 'null'],
    ]);
    const [letter] = await log.read(deadLetterTopic(plan.name), 0, 0, 10);
    expect(letter && readDeadLetter(letter)).toMatchObject({ reason: 'schema-unknown', code: 'undecodable' });
  }, 60_000);

  test('while it hangs and when it is back: nothing is left out, nothing called missing', async () => {
    const { store, topics, put, start, told } = await world('avro');
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    await put(
      topics.legacy,
      numbers.map((n) => avro(ids.v1, `o${n}`, n)),
    );
    await put(
      topics.candidate,
      numbers.map((n) => avro(ids.v1, `o${n}`, n)),
    );
    await registry.pause();
    const comparator = await start();
    const done = comparator.caughtUp();
    await told('registry-unreachable').finally(() => registry.resume());
    const { ledger } = await done;
    await comparator.stop();
    expect(ledger.default?.legacy).toMatchObject({ agreed: 50, undecodable: 0, lost: 0, open: 0 });
    expect(store.pairs().every(({ outcome }) => outcome === 'match')).toBe(true);
  }, 120_000);
});
