// Ids, and what inputs are chosen by, are found in Avro: exactly the answers of what is fed are fed.
import type { LogRecord } from '@parallax/core';
import { openSchemas } from '@parallax/platform';
import { memoryArchive, memoryLog, memoryStore, recordingTelemetry, registryStub } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { experimentOf, hastyClock, keepRecords, START } from './doubles.ts';
import { startReplay } from './pipeline.ts';
import { previewReplay } from './preview.ts';
import type { ReplayOptions } from './replaying.ts';

const ORDER =
  '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"kind","type":"string"}]}';
const PRICE = '{"type":"record","name":"Price","fields":[{"name":"n","type":"long"},{"name":"id","type":"string"}]}';

const string = (text: string) => [text.length * 2, ...Buffer.from(text)];
const framed = (schema: number, ...rest: readonly number[]) => Buffer.from([0, 0, 0, 0, schema, ...rest]);
const records = (values: readonly Buffer[]): readonly LogRecord[] =>
  values.map((value, offset) => ({ offset, timestamp: START + offset, key: null, value, headers: [] }));

async function world() {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  const [order, price] = [stub.register('order', { schema: ORDER }), stub.register('price', { schema: PRICE })];
  const experiment = experimentOf(`
experiment: orders
correlation: path:/id
type: path:/kind
format: avro
registry: "${stub.url}"
input: { topic: orders.in }
legacy: { topic: prices }
candidate: { topic: prices.v2 }
`);
  const [log, archive, telemetry] = [memoryLog({ clock: () => START }), memoryArchive(), recordingTelemetry()];
  const store = memoryStore();
  const kinds = ['a', 'b', 'a', 'b', 'a', 'a'];
  const inputs = kinds.map((kind, n) => framed(order, ...string(`o${n}`), ...string(kind)));
  await keepRecords(archive, 'orders.in', 0, records(inputs));
  const answers = [...kinds.keys(), 7].map((n) => framed(price, n * 2, ...string(`o${n}`)));
  await keepRecords(archive, 'prices', 0, records(answers));
  const start = async (options: Partial<ReplayOptions> = {}) => {
    const schemas = await openSchemas(experiment, 'x.yaml');
    const ports = { log, archive, store, telemetry, clock: hastyClock() };
    return startReplay(ports, { experiment, schemas, run: 'r', pace: 'flat-out', ...options });
  };
  const fed = async (topic: string) => {
    const found = (await log.read(topic, 0, 0, 100)).map(
      ({ value }) => /o\d/.exec(String(Buffer.from(value ?? [])))?.[0],
    );
    return found;
  };
  return { stub, experiment, archive, telemetry, start, fed };
}

test('what was answered to other inputs is left out', async () => {
  const { start, fed } = await world();
  const report = await (await start()).done;
  expect(report).toMatchObject({ inputs: { fed: 6, ids: 6, withoutId: 0 }, outputs: { fed: 6, notSelected: 1 } });
  expect(await fed('prices.replay.r')).toEqual(['o0', 'o1', 'o2', 'o3', 'o4', 'o5']);
});

test('inputs are chosen by a type that stands in their payloads', async () => {
  const { start, fed, archive, experiment } = await world();
  const choice = { types: ['b'] };
  const asked = {
    experiment,
    run: 'r',
    pace: 'flat-out',
    choice,
    schemas: await openSchemas(experiment, 'x.yaml'),
  } as const;
  expect(await previewReplay(archive, asked)).toMatchObject({ inputs: 2, ids: 2 });
  await (await start({ choice })).done;
  expect(await fed('orders.in.replay.r')).toEqual(['o1', 'o3']);
  expect(await fed('prices.replay.r')).toEqual(['o1', 'o3']);
});

test('a registry that is down is waited for, and nothing is fed, left out or fed twice meanwhile', async () => {
  const { stub, start, fed, telemetry } = await world();
  stub.failure = 503;
  const replaying = await start();
  await telemetry.seen('replay-unavailable', 3);
  expect(await fed('orders.in.replay.r')).toEqual([]);
  stub.failure = undefined;
  expect(await replaying.done).toMatchObject({ inputs: { fed: 6, ids: 6 }, outputs: { fed: 6, notSelected: 1 } });
});
