// Records that name schemas: none is read before its schema is known, none is left out because a registry is down.
import { deadLetterTopic, type NewRecord, readDeadLetter } from '@parallax/core';
import { openSchemas } from '@parallax/platform';
import { type RegistryStub, registryStub, TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { expect, onTestFinished, test, vi } from 'vitest';
import { experiment, World } from './testing/world.ts';

const V1 = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"long"}]}';
const V2 = V1.replace('"long"}]', '"long"},{"name":"note","type":["null","string"],"default":null}]');

function file(url: string, legacy = 'avro', correlation = 'path:/id') {
  return experiment(`experiment: x
correlation: ${correlation}
legacy: { topic: a, format: ${legacy} }
candidate: { topic: b, format: avro }
registry: ${url}
window: { settle: 200ms, deadline: 2s, late: 1h }
`);
}

/** Zig-zag, for numbers below 64. */
const avro = (schema: number, id: string, n: number, ...more: number[]) =>
  Buffer.from([0, 0, 0, 0, schema, id.length * 2, ...Buffer.from(id), n * 2, ...more]);
const json = (id: string, n: number) => Buffer.from(JSON.stringify({ n, id }));

function record(place: number, value: Buffer, header?: string): NewRecord {
  const headers = header === undefined ? [] : [['correlation-id', Buffer.from(header)] as const];
  return { partition: place % 2, timestamp: TRAFFIC_BEGINS + place * 10, key: null, value, headers };
}

async function registry(): Promise<RegistryStub> {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  stub.register('v1', { schema: V1 });
  stub.register('v2', { schema: V2 });
  return stub;
}

async function told(world: World, name: string): Promise<void> {
  await vi.waitUntil(() => world.telemetry.events.some((event) => event.name === name), { timeout: 20_000 });
}

const outcomes = (world: World) => world.store.pairs().map(({ id, outcome, reason }) => `${id} ${outcome}${reason}`);

test('JSON is compared with Avro, ids and all; a field with a default that one side lacks is a difference', async () => {
  const stub = await registry();
  const world = await new World().open();
  await world.append(
    'a',
    [0, 1, 2, 3].map((n) => record(n, json(`o${n}`, n))),
  );
  await world.append('b', [
    record(0, avro(1, 'o0', 0)),
    record(1, avro(1, 'o1', 9)),
    record(2, avro(2, 'o2', 2, 0)),
    record(3, avro(1, 'o3', 3)),
  ]);
  const options = { experiment: file(stub.url, 'json') };
  await world.catchUp({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  expect(outcomes(world).sort()).toEqual(['o0 match', 'o1 mismatch', 'o2 mismatch', 'o3 match']);
  const found = world.store.differences().map(({ id, kind, path }) => `${id} ${kind} ${path}`);
  expect(found.sort()).toEqual(['o1 changed /n', 'o2 added /note']);
});

test('while the registry is down nothing is judged, lost, or called missing; when it is back all is', async () => {
  const stub = await registry();
  stub.failure = 503;
  const world = await new World().open();
  const values = Array.from({ length: 20 }, (_, n) => n);
  await world.append(
    'a',
    values.map((n) => record(n, json(`o${n}`, n))),
  );
  await world.append(
    'b',
    values.map((n) => record(n, avro((n % 2) + 1, `o${n}`, n, ...(n % 2 === 1 ? [0] : [])))),
  );
  const options = { experiment: file(stub.url, 'json') };
  const comparator = await world.start({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  const done = comparator.caughtUp();
  await told(world, 'registry-unreachable');
  expect(world.store.pairs().filter(({ state }) => state !== 'provisional')).toEqual([]);
  stub.failure = undefined;
  const { ledger } = await done;
  await comparator.stop();
  expect(outcomes(world).filter((text) => text.endsWith(' match'))).toHaveLength(10);
  expect(outcomes(world).filter((text) => text.endsWith(' mismatch'))).toHaveLength(10);
  expect(ledger.default?.candidate).toMatchObject({ agreed: 10, diverged: 10, undecodable: 0, lost: 0, open: 0 });
  await told(world, 'registry-back');
});

test('stopped while it waits for a registry it ends in order, and the next process goes on there', async () => {
  const stub = await registry();
  stub.failure = 'hang up';
  const world = await new World().open();
  const values = [0, 1, 2, 3];
  await world.append(
    'a',
    values.map((n) => record(n, json(`o${n}`, n))),
  );
  await world.append(
    'b',
    values.map((n) => record(n, avro(1, `o${n}`, n))),
  );
  const options = { experiment: file(stub.url, 'json') };
  const comparator = await world.start({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  await told(world, 'registry-unreachable');
  await comparator.stop();
  expect(await comparator.ended).toBeUndefined();
  stub.failure = undefined;
  const { ledger } = await world.catchUp({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  expect(ledger.default).toMatchObject({ legacy: { agreed: 4, open: 0 }, candidate: { agreed: 4, open: 0, lost: 0 } });
});

test('a schema nobody knows, and a frame that is none, go to the dead letters by name, wherever the id stands', async () => {
  const stub = await registry();
  const world = await new World().open();
  const values = [avro(1, 'o0', 0), avro(9, 'o1', 1), json('o2', 2), avro(1, 'o3', 3).subarray(0, 3), avro(1, 'o4', 4)];
  await world.append(
    'a',
    values.map((_, n) => record(n, avro(1, `o${n}`, n), `o${n}`)),
  );
  await world.append(
    'b',
    values.map((value, n) => record(n, value, `o${n}`)),
  );
  const options = { experiment: file(stub.url, 'avro', 'header:correlation-id') };
  const { ledger } = await world.catchUp({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  expect(ledger.default?.candidate).toMatchObject({ agreed: 2, undecodable: 3 });
  const letters = (await world.log.read(deadLetterTopic('x'), 0, 0, 10)).map((letter) => readDeadLetter(letter));
  expect(letters.map((letter) => letter?.reason).sort()).toEqual(['not-framed', 'schema-unknown', 'truncated']);
  expect(letters.find((letter) => letter?.reason === 'schema-unknown')?.value).toEqual(
    Uint8Array.from(avro(9, 'o1', 1)),
  );
});

test('ids in Avro keys meet ids in text; a key nobody can read goes to the dead letters, by name', async () => {
  const stub = await registry();
  stub.register('key', { schema: '"string"' });
  stub.failure = 503;
  const world = await new World().open();
  const key = (schema: number, id: string) => Buffer.from([0, 0, 0, 0, schema, id.length * 2, ...Buffer.from(id)]);
  const keys = [key(3, 'o0'), key(3, 'o1'), key(9, 'o2'), key(3, 'o3').subarray(0, 6)];
  const value = (n: number) => Buffer.from(`{"n":${n}}`);
  await world.append(
    'a',
    keys.map((_, n) => ({ ...record(n, value(n)), key: Buffer.from(`o${n}`) })),
  );
  await world.append(
    'b',
    keys.map((bytes, n) => ({ ...record(n, value(n === 1 ? 7 : n)), key: bytes })),
  );
  const plan = experiment(`experiment: x
correlation: key
legacy: { topic: a }
candidate: { topic: b, keyFormat: avro, registry: "${stub.url}" }
window: { settle: 200ms, deadline: 2s, late: 1h }
`);
  const comparator = await world.start({ experiment: plan, schemas: await openSchemas(plan, 'x.yaml') });
  const done = comparator.caughtUp();
  await told(world, 'registry-unreachable');
  stub.failure = undefined;
  const { ledger } = await done;
  await comparator.stop();
  expect(ledger.default?.candidate).toMatchObject({ agreed: 1, diverged: 1, undecodable: 2 });
  expect(outcomes(world)).toEqual(expect.arrayContaining(['o0 match', 'o1 mismatch']));
  const letters = (await world.log.read(deadLetterTopic('x'), 0, 0, 10)).map((letter) => readDeadLetter(letter));
  expect(letters.map((letter) => letter?.reason).sort()).toEqual(['schema-unknown', 'truncated']);
});

test('a CloudEvent in headers is compared with one in its payload, by data and by id', async () => {
  const world = await new World().open();
  const values = [0, 1, 2];
  const binary = (n: number): NewRecord => {
    const headers = {
      ce_specversion: '1.0',
      ce_id: `e${n}`,
      ce_source: '/a',
      ce_type: 't',
      'content-type': 'application/json',
    };
    const bytes = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)] as const);
    return { ...record(n, Buffer.from(`{"n":${n}}`)), headers: bytes };
  };
  const structured = (n: number) =>
    Buffer.from(
      JSON.stringify({ data: { n: n === 1 ? 7 : n }, specversion: '1.0', id: `e${n}`, source: '/b', type: 't' }),
    );
  await world.append('a', values.map(binary));
  await world.append(
    'b',
    values.map((n) => record(n, structured(n))),
  );
  const plan = experiment(`experiment: x
correlation: ce_id
format: cloudevents
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 200ms, deadline: 2s, late: 1h }
`);
  await world.catchUp({ experiment: plan, schemas: await openSchemas(plan, 'x.yaml') });
  expect(outcomes(world).sort()).toEqual(['e0 match', 'e1 mismatch', 'e2 match']);
  expect(world.store.differences().map(({ path }) => path)).toEqual(['/n']);
});

test('equal bytes under one number of two registries are not taken for equal', async () => {
  const [one, other] = [await registry(), await registryStub()];
  onTestFinished(() => other.stop());
  other.register('x', { schema: V1.replace('"n"', '"m"') });
  const world = await new World().open();
  await world.append('a', [record(0, avro(1, 'o0', 5))]);
  await world.append('b', [record(0, avro(1, 'o0', 5))]);
  const plan = experiment(`experiment: x
correlation: path:/id
legacy: { topic: a, format: avro, registry: "${one.url}" }
candidate: { topic: b, format: avro, registry: "${other.url}" }
window: { settle: 200ms, deadline: 2s, late: 1h }
`);
  await world.catchUp({ experiment: plan, schemas: await openSchemas(plan, 'x.yaml') });
  expect(outcomes(world)).toEqual(['o0 mismatch']);
});

test('keys are compared by the schemas they name, which are asked for, too', async () => {
  const [one, other] = [await registry(), await registryStub()];
  onTestFinished(() => other.stop());
  one.register('key', { schema: '"string"' });
  other.register('key', { schema: '"string"' });
  other.register('value', { schema: V1 });
  const world = await new World().open();
  const key = (schema: number, text: string) =>
    Buffer.from([0, 0, 0, 0, schema, text.length * 2, ...Buffer.from(text)]);
  await world.append(
    'a',
    [0, 1].map((n) => ({ ...record(n, avro(1, `o${n}`, n)), key: key(3, 'k') })),
  );
  await world.append(
    'b',
    [0, 1].map((n) => ({ ...record(n, avro(2, `o${n}`, n)), key: key(1, n === 1 ? 'l' : 'k') })),
  );
  const plan = experiment(`experiment: x
correlation: path:/id
legacy: { topic: a, format: avro, registry: "${one.url}" }
candidate: { topic: b, format: avro, registry: "${other.url}" }
compare: { key: true }
window: { settle: 200ms, deadline: 2s, late: 1h }
`);
  await world.catchUp({ experiment: plan, schemas: await openSchemas(plan, 'x.yaml') });
  expect(outcomes(world).sort()).toEqual(['o0 match', 'o1 mismatch']);
  expect(world.store.differences().map(({ path, legacy, candidate }) => [path, legacy, candidate])).toEqual([
    ['key:', '"k"', '"l"'],
  ]);
});

test('a value that ends too early under a known schema is undecided by name', async () => {
  const stub = await registry();
  const world = await new World().open();
  await world.append('a', [record(0, avro(1, 'o0', 0), 'o0')]);
  await world.append('b', [record(0, avro(1, 'o0', 0).subarray(0, 7), 'o0')]);
  const options = { experiment: file(stub.url, 'avro', 'header:correlation-id') };
  await world.catchUp({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  expect(outcomes(world)).toEqual(['o0 inconclusivetruncated']);
});

test('a registry that refuses us ends the comparison with the cure', async () => {
  const stub = await registryStub({ token: 'right' });
  onTestFinished(() => stub.stop());
  const world = await new World().open();
  await world.append('b', [record(0, avro(1, 'o0', 0))]);
  const options = { experiment: file(stub.url, 'json') };
  await expect(
    world.catchUp({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') }),
  ).rejects.toMatchObject({ code: 'registry-refused', cure: expect.stringContaining('PARALLAX_REGISTRY_TOKEN') });
});
