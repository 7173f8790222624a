// Storing, reading back, listing and verifying, over every way objects can lie beside each other.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogRecord, manifestKey, objectKey } from '@parallax/core';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type MemoryArchive, memoryArchive } from '../testing/memory-archive.ts';
import { archivedPartitions, archivedTopics } from './catalog.ts';
import { manifestOf } from './describe-object.ts';
import { openFileArchive } from './file-archive.ts';
import { ObjectEncoder } from './object-encoder.ts';
import type { ArchiveProblem } from './problems.ts';
import { readArchived } from './reader.ts';
import { removeSuperseded, storeObject } from './store-object.ts';
import { listArchive } from './summary.ts';
import { verifyArchive } from './verify.ts';

const topic = 'orders';
const log = Array.from({ length: 60 }, (_, index): LogRecord => {
  // Every seventh offset holds no record.
  const offset = index + Math.floor(index / 6);
  return {
    offset,
    timestamp: 1_000 + (index % 10),
    key: null,
    value: Buffer.from(`value ${offset}`),
    headers: [['n', null]],
  };
});

function build(records: readonly LogRecord[], kind: 'full' | 'tail' = 'full', from = records[0]?.offset ?? 0) {
  const encoder = new ObjectEncoder({ topic, partition: 0, timestampType: 'create' });
  for (const record of records) encoder.add(record);
  const object = encoder.snapshot();
  const name = { kind, topic, partition: 0, first: object.first };
  const key = objectKey(kind === 'tail' ? { ...name, count: object.count } : name);
  return { key, body: object.body, manifest: manifestOf(key, topic, 0, from, object) };
}

const store = (archive: MemoryArchive, { manifest, body }: ReturnType<typeof build>) =>
  storeObject(archive, manifest, body);
const between = (from: number, to: number) => log.filter(({ offset }) => offset >= from && offset < to);

async function offsetsIn(archive: MemoryArchive, options = {}): Promise<number[]> {
  return (await Array.fromAsync(readArchived(archive, topic, 0, options))).flat().map(({ offset }) => offset);
}

async function problemsOf(archive: MemoryArchive): Promise<ArchiveProblem[]> {
  const problems: ArchiveProblem[] = [];
  const { problems: count } = await verifyArchive(archive, { onProblem: (problem) => problems.push(problem) });
  expect(count).toBe(problems.length);
  return problems;
}

describe('reading back', () => {
  test('gives each record once, in order, however objects and tails overlap and whichever manifests are missing', async () => {
    const spans = fc.array(
      fc.record({ from: fc.nat(69), length: fc.integer({ min: 1, max: 30 }), tail: fc.boolean(), bare: fc.boolean() }),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(spans, fc.nat(70), fc.nat(70), async (all, from, to) => {
        const archive = memoryArchive();
        const held = new Set<number>();
        for (const { from: start, length, tail, bare } of all) {
          const records = between(start, start + length);
          if (records.length === 0) continue;
          const object = build(records, tail ? 'tail' : 'full');
          const stored = await store(archive, object);
          if (bare) await archive.remove(manifestKey(object.key));
          if (stored.kind === 'created') for (const { offset } of records) held.add(offset);
        }
        const wanted = (low: number, high: number) =>
          [...held].filter((o) => o >= low && o < high).sort((a, b) => a - b);
        expect(await offsetsIn(archive, { from, to })).toEqual(wanted(from, to));
        const [summary] = await Array.fromAsync(listArchive(archive));
        expect(summary?.records ?? 0).toBe(held.size);
      }),
    );
  });

  test('goes on in the full object when a tail is superseded under the reader', async () => {
    const archive = memoryArchive();
    await store(archive, build(between(0, 10)));
    await store(archive, build(between(10, 20), 'tail'));
    const reading = readArchived(archive, topic, 0);
    const seen = [...((await reading.next()).value ?? [])];
    const full = build(between(10, 40));
    await store(archive, full);
    await removeSuperseded(archive, full, [build(between(10, 20), 'tail').key]);
    for await (const batch of reading) seen.push(...batch);
    expect(seen.map(({ offset }) => offset)).toEqual(between(0, 20).map(({ offset }) => offset));
  });

  test('of an object that is not what its manifest says is a fault before any of its records', async () => {
    const archive = memoryArchive();
    const { key, manifest } = build(between(0, 10));
    await archive.create(key, build(between(0, 12)).body);
    await archive.create(manifestKey(key), new TextEncoder().encode(JSON.stringify(manifest)));
    await expect(offsetsIn(archive)).rejects.toMatchObject({ code: 'archive-object-damaged' });
  });

  test('of a topic that was never archived gives nothing', async () => {
    const archive = memoryArchive();
    expect(await offsetsIn(archive)).toEqual([]);
    expect([await archivedTopics(archive), await archivedPartitions(archive, topic)]).toEqual([[], []]);
  });
});

describe('storing where something is already', () => {
  test('the same records are not stored twice, and a missing manifest is made up for', async () => {
    const archive = memoryArchive();
    const object = build(between(0, 10), 'full', 0);
    await archive.create(object.key, object.body);
    expect(await store(archive, object)).toEqual({ kind: 'exists', last: 9 });
    expect(await problemsOf(archive)).toEqual([]);
  });

  test.each([5, 20])(
    'an object that ends elsewhere but agrees is kept, and its end is told (offset %i)',
    async (end) => {
      const archive = memoryArchive();
      const there = build(between(0, end));
      await store(archive, there);
      expect(await store(archive, build(between(0, 10)))).toEqual({ kind: 'exists', last: there.manifest.last });
    },
  );

  test('records compacted away since are no contradiction', async () => {
    const archive = memoryArchive();
    await store(archive, build(between(0, 20)));
    const compacted = build(between(0, 20).filter(({ offset }) => offset % 3 === 0));
    expect((await store(archive, compacted)).kind).toBe('exists');
  });

  test('other records are set aside, nothing is replaced, and verify names it', async () => {
    const archive = memoryArchive();
    await store(archive, build(between(0, 10)));
    const other = build(between(0, 10).map((record) => ({ ...record, value: Buffer.from('another life') })));
    const stored = await store(archive, other);
    expect(stored).toMatchObject({ kind: 'conflict', why: 'offset 0 differs' });
    expect(stored).toEqual(await store(archive, other));
    expect(await archive.read(stored.kind === 'conflict' ? stored.quarantine : '')).toEqual(new Uint8Array(other.body));
    expect(await problemsOf(archive)).toMatchObject([{ code: 'archive-quarantined' }]);
    expect(await offsetsIn(archive)).toEqual(between(0, 10).map(({ offset }) => offset));
  });

  test('a damaged object does not pass for ours', async () => {
    const archive = memoryArchive();
    const object = build(between(0, 10));
    await archive.create(object.key, object.body.subarray(0, 300));
    expect(await store(archive, object)).toMatchObject({ kind: 'conflict', why: expect.stringContaining('damaged') });
  });
});

describe('superseding tails', () => {
  test('only those whose every record the new object holds go', async () => {
    const archive = memoryArchive();
    const inside = build(between(0, 8), 'tail');
    const beyond = build(between(10, 40), 'tail');
    const contradicting = build(
      between(2, 5).map((record) => ({ ...record, timestamp: 7 })),
      'tail',
    );
    const bare = build(between(12, 15), 'tail');
    for (const tail of [inside, beyond, contradicting, bare]) await store(archive, tail);
    await archive.remove(manifestKey(bare.key));
    const full = build(between(0, 20));
    await store(archive, full);
    const keys = [inside, beyond, contradicting, bare].map(({ key }) => key);
    expect(await removeSuperseded(archive, full, keys)).toEqual([inside.key, bare.key]);
    expect(await archive.read(manifestKey(inside.key))).toBeUndefined();
    expect(await problemsOf(archive)).toMatchObject([
      { code: 'archive-overlap', place: 'orders, partition 0, offset 2' },
    ]);
  });
});

describe('verifying', () => {
  test('a sound archive has no problems, offsets the log has skipped included', async () => {
    const archive = memoryArchive();
    await store(archive, build(between(0, 6)));
    await store(archive, build(between(6, 30), 'full', 6));
    await store(archive, build(between(30, 40), 'tail', 30));
    expect(await problemsOf(archive)).toEqual([]);
    expect(await verifyArchive(archive, { onProblem: () => undefined })).toMatchObject({
      objects: 3,
      records: 35,
      problems: 0,
    });
  });

  test('a manifest of a newer build is named as that, and the rest goes on', async () => {
    const archive = memoryArchive();
    const [newer, known] = [build(between(0, 6)), build(between(6, 12), 'full', 6)];
    await archive.create(newer.key, newer.body);
    const told = JSON.stringify({ ...newer.manifest, version: 2, more: true });
    await archive.create(manifestKey(newer.key), new TextEncoder().encode(told));
    await store(archive, known);
    const problems = await problemsOf(archive);
    expect(problems.map(({ code, place }) => [code, place])).toEqual([['archive-manifest-newer', newer.key]]);
    expect(problems[0]?.cure).toContain('A newer build wrote it');
  });

  test('every kind of harm is named with its place', async () => {
    const archive = memoryArchive();
    const [whole, bare, cut, lost, moved] = [
      build(between(0, 7)),
      build(between(7, 14)),
      build(between(14, 21)),
      build(between(21, 28)),
      build(between(50, 56)),
    ];
    for (const object of [whole, bare, cut, lost]) await store(archive, object);
    await archive.remove(manifestKey(bare.key));
    await archive.remove(cut.key);
    await archive.create(cut.key, cut.body.subarray(0, -3));
    await archive.remove(lost.key);
    const movedTo = objectKey({ kind: 'full', topic, partition: 0, first: 51 });
    await archive.create(movedTo, moved.body);
    await store(archive, build(between(40, 50), 'full', 40));
    await archive.create('topics/orders/readme.txt', moved.body);
    await archive.create('manifests/x', moved.body);
    const problems = await problemsOf(archive);
    expect(problems.map(({ code, place }) => [code, place]).sort()).toEqual(
      [
        ['archive-manifest-missing', bare.key],
        ['archive-object-damaged', cut.key],
        ['archive-object-missing', lost.key],
        ['archive-object-misplaced', movedTo],
        ['archive-stray', 'topics/orders/readme.txt'],
        ['archive-stray', 'manifests/x'],
        // Offset 6 holds no record, which only the manifest that is missing could tell.
        ['archive-gap', 'orders, partition 0, offsets 6 to 6'],
        ['archive-gap', 'orders, partition 0, offsets 13 to 39'],
      ].sort(),
    );
    expect(problems.every(({ cure, message }) => cure !== '' && message !== '')).toBe(true);
  });

  test('each object is read once', async () => {
    const archive = memoryArchive();
    const objects = [build(between(0, 6)), build(between(6, 30), 'full', 6)];
    for (const object of objects) await store(archive, object);
    const read: string[] = [];
    const counting: MemoryArchive = {
      ...archive,
      read(key) {
        read.push(key);
        return archive.read(key);
      },
    };
    expect(await problemsOf(counting)).toEqual([]);
    expect(read.filter((key) => key.startsWith('topics/')).sort()).toEqual(objects.map(({ key }) => key).sort());
  });

  test('what is no file where an object should be is named, here and by whoever reads on, and the rest goes on', async () => {
    const path = mkdtempSync(join(tmpdir(), 'parallax-archive-'));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    const archive = openFileArchive(path);
    const [replaced, sound] = [build(between(0, 6)), build(between(6, 12), 'full', 6)];
    for (const { manifest, body } of [replaced, sound]) await storeObject(archive, manifest, body);
    await archive.remove(replaced.key);
    mkdirSync(join(path, replaced.key));
    const found: ArchiveProblem[] = [];
    const onProblem = (problem: ArchiveProblem) => found.push(problem);
    expect(await verifyArchive(archive, { onProblem })).toMatchObject({ records: sound.manifest.count, problems: 1 });
    expect((await Array.fromAsync(readArchived(archive, topic, 0, { onProblem }))).flat()).toHaveLength(
      sound.manifest.count,
    );
    const named = ['archive-object-damaged', replaced.key];
    expect(found.map(({ code, place }) => [code, place])).toEqual([named, named]);
  });

  test('an archive that is away is a fault, not a finding', async () => {
    const archive = memoryArchive();
    archive.down = true;
    await expect(problemsOf(archive)).rejects.toMatchObject({ code: 'archive-unavailable', retryable: true });
  });
});
