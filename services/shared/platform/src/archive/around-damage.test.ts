// Whoever reads on around damage gets every record that can be read, once, and is told of each place that cannot.
import { manifestKey, objectKey } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MemoryArchive, memoryArchive } from '../testing/memory-archive.ts';
import { manifestOf } from './describe-object.ts';
import { ObjectEncoder } from './object-encoder.ts';
import { listPeriods } from './periods.ts';
import { type ReadArchivedOptions, readArchived } from './reader.ts';
import { storeObject } from './store-object.ts';
import { listArchive } from './summary.ts';

/** Records of the offsets from `first` on, a second apart. `from`: where the log was read from. */
async function stored(archive: MemoryArchive, first: number, count: number, tail = false, from = first) {
  const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
  for (let offset = first; offset < first + count; offset++) {
    encoder.add({ offset, timestamp: offset * 1_000, key: null, value: Uint8Array.of(offset), headers: [] });
  }
  const name = { topic: 't', partition: 0, first };
  const key = objectKey(tail ? { kind: 'tail', ...name, count } : { kind: 'full', ...name });
  const object = encoder.snapshot();
  await storeObject(archive, manifestOf(key, 't', 0, from, object), object.body);
  return key;
}

async function tens(...firsts: readonly number[]) {
  const archive = memoryArchive();
  const keys: string[] = [];
  for (const first of firsts) keys.push(await stored(archive, first, 10));
  return { archive, keys };
}

async function replaced(archive: MemoryArchive, key: string, body: Uint8Array): Promise<void> {
  await archive.remove(key);
  await archive.create(key, body);
}

async function read(archive: MemoryArchive, options: ReadArchivedOptions = {}) {
  const problems: string[] = [];
  const onProblem = ({ code, place }: { readonly code: string; readonly place: string }) =>
    problems.push(`${code} ${place}`);
  const batches = await Array.fromAsync(readArchived(archive, 't', 0, { ...options, onProblem }));
  return { offsets: batches.flat().map(({ offset }) => offset), problems };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => from + n);
const foreign = Buffer.from('Obj\u0001\u0002\u0016avro.schema\u000a"int"\u00000123456789abcdef', 'latin1');

test('an object of another schema is named and left out, of its size or not, with its manifest or without', async () => {
  for (const same of [true, false]) {
    for (const bare of [true, false]) {
      const { archive, keys } = await tens(0, 10, 20);
      const [, key = ''] = keys;
      const size = (await archive.read(key))?.length ?? 0;
      await replaced(archive, key, same ? Buffer.concat([foreign, Buffer.alloc(size - foreign.length)]) : foreign);
      if (bare) await archive.remove(manifestKey(key));
      const { offsets, problems } = await read(archive);
      expect(offsets).toEqual([...range(0, 10), ...range(20, 30)]);
      const code = bare ? 'archive-schema-unknown' : 'archive-object-damaged';
      expect(problems).toEqual([`${code} ${key}`, 'archive-gap t, partition 0, offsets 10 to 19']);
    }
  }
});

test('an object whose manifest is of a newer version is named and left out; listings go on, too', async () => {
  const { archive, keys } = await tens(0, 10);
  const [key = ''] = keys;
  const manifest = Buffer.from((await archive.read(manifestKey(key))) ?? []).toString();
  await replaced(archive, manifestKey(key), Buffer.from(manifest.replace('"version":1', '"version":9')));
  expect(await read(archive)).toEqual({ offsets: range(10, 20), problems: [`archive-manifest-newer ${key}`] });
  const problems: string[] = [];
  const onProblem = ({ code }: { readonly code: string }) => problems.push(code);
  expect(await Array.fromAsync(listArchive(archive, 't', onProblem))).toMatchObject([{ records: 10, first: 10 }]);
  expect(await Array.fromAsync(listPeriods(archive, { onProblem }))).toMatchObject([{ records: 10, first: 10 }]);
  expect(problems).toEqual(['archive-manifest-newer', 'archive-manifest-newer']);
  await expect(Array.fromAsync(listArchive(archive))).rejects.toMatchObject({ code: 'archive-manifest-newer' });
});

test('what another object holds of a damaged one is read from there', async () => {
  const archive = memoryArchive();
  await stored(archive, 0, 6, true);
  const key = await stored(archive, 0, 10);
  await stored(archive, 10, 10);
  const body = Uint8Array.from((await archive.read(key)) ?? []);
  body[body.length - 1] = (body.at(-1) ?? 0) ^ 1;
  await replaced(archive, key, body);
  const { offsets, problems } = await read(archive);
  expect(offsets).toEqual([...range(0, 6), ...range(10, 20)]);
  expect(problems).toEqual([`archive-object-damaged ${key}`, 'archive-gap t, partition 0, offsets 6 to 9']);
});

test('an object that is gone is named by its manifest, and a hole without one by its offsets; what the log skipped is none', async () => {
  const { archive, keys } = await tens(0, 10);
  await archive.remove(keys[1] ?? '');
  await stored(archive, 30, 10);
  await stored(archive, 50, 10, false, 40);
  expect(await read(archive)).toEqual({
    offsets: [...range(0, 10), ...range(30, 40), ...range(50, 60)],
    problems: [`archive-object-missing ${keys[1]}`, 'archive-gap t, partition 0, offsets 10 to 29'],
  });
});

test('of holes, those are told that lie within what is asked for, and were reached', async () => {
  const { archive } = await tens(0, 20, 40);
  expect((await read(archive, { to: 10 })).problems).toEqual([]);
  expect((await read(archive, { from: 15, to: 45 })).problems).toEqual([
    'archive-gap t, partition 0, offsets 15 to 19',
    'archive-gap t, partition 0, offsets 30 to 39',
  ]);
  const early = await read(archive, { skip: ({ earliest }) => earliest >= 12_000 });
  expect(early.problems).toEqual(['archive-gap t, partition 0, offsets 10 to 19']);
  const told: string[] = [];
  for await (const [one] of readArchived(archive, 't', 0, { onProblem: ({ place }) => told.push(place) })) {
    if ((one?.offset ?? 0) >= 20) break;
  }
  expect(told).toEqual(['t, partition 0, offsets 10 to 19']);
});

test('however objects overlap and whichever are damaged, each record of a sound one comes once, in order', async () => {
  const pieces = fc.array(
    fc.record({ first: fc.nat(40), count: fc.integer({ min: 1, max: 15 }), tail: fc.boolean(), cut: fc.boolean() }),
    { maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(pieces, async (all) => {
      const archive = memoryArchive();
      const held = new Map<string, number[]>();
      for (const { first, count, tail, cut } of all) {
        const key = objectKey({
          kind: tail ? 'tail' : 'full',
          topic: 't',
          partition: 0,
          first,
          ...(tail ? { count } : {}),
        });
        if (held.has(key)) continue;
        await stored(archive, first, count, tail);
        held.set(key, cut ? [] : range(first, first + count));
        if (cut) await replaced(archive, key, ((await archive.read(key)) ?? foreign).subarray(0, 60));
      }
      const expected = [...new Set([...held.values()].flat())].sort((a, b) => a - b);
      expect((await read(archive)).offsets).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});
