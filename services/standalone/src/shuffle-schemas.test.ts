// A side whose ids stand in Avro is shuffled by them: judged as if it had placed its ids as the other side does.
import { World } from '@parallax/comparator/testing';
import { type Experiment, type NewRecord, parseExperiment, partitionOfKey, shuffledTopic } from '@parallax/core';
import { openSchemas } from '@parallax/platform';
import { type RegistryStub, registryStub, TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { startShuffler } from '@parallax/shuffler';
import { expect, onTestFinished, test } from 'vitest';

const SCHEMA = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"long"}]}';
const NUMBERS = Array.from({ length: 40 }, (_, n) => n);
const TARGET = shuffledTopic('x', 'candidate', 'default');

/** Zig-zag, for numbers below 64. */
const avro = (schema: number, id: string, n: number) =>
  Buffer.from([0, 0, 0, 0, schema, id.length * 2, ...Buffer.from(id), n * 2]);

function experiment(url: string): Experiment {
  const text = `experiment: x
correlation: path:/id
legacy: { topic: a }
candidate: { topic: b, format: avro, registry: "${url}", shuffle: true }
window: { settle: 200ms, deadline: 2s, late: 1h }
`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

async function registry(): Promise<RegistryStub> {
  const stub = await registryStub();
  onTestFinished(() => stub.stop());
  stub.register('order', { schema: SCHEMA });
  return stub;
}

/** Legacy by id in JSON; the candidate anywhere, in Avro, one in ten with another number. */
async function write(world: World): Promise<void> {
  const at = (n: number): Pick<NewRecord, 'timestamp' | 'key'> => ({ timestamp: TRAFFIC_BEGINS + n * 10, key: null });
  const id = (n: number) => `o${n}`;
  await world.append(
    'a',
    NUMBERS.map((n) => {
      const value = Buffer.from(JSON.stringify({ n, id: id(n) }));
      return { ...at(n), partition: partitionOfKey(Buffer.from(id(n)), 4), value };
    }),
  );
  await world.append(
    'b',
    NUMBERS.map((n) => ({ ...at(n), partition: n % 6, value: avro(1, id(n), n % 10 === 0 ? n + 1 : n) })),
  );
}

test('while the registry is down nothing is shuffled or called missing; when it is back each id is where it belongs', async () => {
  const stub = await registry();
  stub.failure = 503;
  const world = await new World({ topics: { a: 4, b: 6 } }).open();
  await write(world);
  const options = { experiment: experiment(stub.url) };
  const { telemetry, clock } = world;
  const shuffler = await startShuffler(
    { telemetry, clock, log: world.log.connect() },
    { ...options, schemas: await openSchemas(options.experiment, 'x.yaml') },
  );
  const comparator = await world.start({ ...options, schemas: await openSchemas(options.experiment, 'x.yaml') });
  const done = comparator.caughtUp();
  await telemetry.seen('registry-unreachable', 2);
  expect(shuffler.stats().records).toBe(0);
  expect(world.store.pairs().filter(({ state }) => state !== 'provisional')).toEqual([]);
  stub.failure = undefined;
  const { ledger } = await done;
  await comparator.stop();
  await shuffler.stop();
  expect(ledger.default).toMatchObject({
    legacy: { agreed: 36, diverged: 4 },
    candidate: { agreed: 36, diverged: 4, undecodable: 0, lost: 0 },
  });
});

test('a record whose schema nobody has goes to the dead letters, and what is around it is shuffled', async () => {
  const stub = await registry();
  const world = await new World({ topics: { a: 4, b: 6 } }).open();
  await write(world);
  await world.append('b', [{ partition: 5, timestamp: TRAFFIC_BEGINS, key: null, value: avro(9, 'o1', 1) }]);
  const options = { experiment: experiment(stub.url) };
  const { telemetry, clock } = world;
  const shuffler = await startShuffler(
    { telemetry, clock, log: world.log.connect() },
    { ...options, schemas: await openSchemas(options.experiment, 'x.yaml') },
  );
  const { ledger } = await world.catchUp({
    ...options,
    schemas: await openSchemas(options.experiment, 'x.yaml'),
  });
  await shuffler.stop();
  expect(ledger.default?.candidate).toMatchObject({ agreed: 36, diverged: 4, undecodable: 1, lost: 0 });
  const held = await world.log.extents([TARGET]);
  expect(held).toHaveLength(4);
});

test('a registry that refuses us ends the shuffler with the cure', async () => {
  const stub = await registryStub({ token: 'right' });
  onTestFinished(() => stub.stop());
  const world = await new World({ topics: { a: 4, b: 6 } }).open();
  await write(world);
  const plan = experiment(stub.url);
  const shuffler = await startShuffler(
    { telemetry: world.telemetry, clock: world.clock, log: world.log.connect() },
    { experiment: plan, schemas: await openSchemas(plan, 'x.yaml') },
  );
  expect(await shuffler.ended).toMatchObject({ code: 'registry-refused' });
});
