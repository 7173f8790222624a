// What waits to be an object takes no more memory than its budget, and is the same from a file as from memory.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogRecord } from '@parallax/core';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { ObjectEncoder } from './object-encoder.ts';
import { BlockRoom, PackedBlocks } from './packed-blocks.ts';
import { Packer } from './packing.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'parallax-room-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const filled = (bytes: number, by: number) => new Uint8Array(bytes).fill(by);

function record(offset: number, value: Uint8Array): LogRecord {
  return { offset, timestamp: 5, key: null, value, headers: [] };
}

test('blocks come back as they were, and never more than the budget and one block is in memory', () => {
  const step = fc.record({ object: fc.nat(3), bytes: fc.nat(5_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.nat(8_000), (steps, budget) => {
      const room = new BlockRoom(budget, folder());
      const objects = [0, 1, 2, 3].map(() => new PackedBlocks(room));
      const kept = steps.map(({ object, bytes }, n) => {
        const block = objects[object]?.keep(filled(bytes, n));
        expect(room.bytes).toBeLessThanOrEqual(budget);
        return { object, block, bytes, n };
      });
      for (const { object, block, bytes, n } of kept) {
        const to = new Uint8Array(bytes + 2);
        if (block !== undefined) objects[object]?.copy(block, to, 1);
        expect(Buffer.compare(to, Buffer.from([0, ...filled(bytes, n), 0]))).toBe(0);
      }
      for (const one of objects) one.letGo();
      expect(room.bytes).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('an object from a file is the object from memory, its cuts on the way too', async () => {
  const room = new BlockRoom(1, folder());
  const filed = new ObjectEncoder(
    { topic: 't', partition: 0, timestampType: 'create' },
    { packer: new Packer(1 << 20, room) },
  );
  const plain = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
  const cuts = [];
  for (let n = 0; n < 12; n++) {
    const value = Uint8Array.from({ length: 50_000 }, (_, at) => Math.imul(at ^ n, 0x9e3779b1) >>> 17);
    for (const one of [filed, plain]) one.add(record(n, value));
    if (n % 4 === 1) cuts.push({ later: filed.cut(), here: plain.snapshot() });
  }
  for (const { later, here } of cuts) for (let times = 0; times < 2; times++) expect(await later()).toEqual(here);
  expect(await filed.seal()).toEqual(plain.snapshot());
  expect(room.bytes).toBe(0);
});

test('the files have no names: nothing is left of a process that is killed', () => {
  const place = folder();
  const blocks = new PackedBlocks(new BlockRoom(10, place));
  blocks.keep(filled(100, 1));
  expect(readdirSync(place)).toEqual([]);
});

test('a folder that takes nothing is a fault that names it and says what to do, and what was kept is still there', () => {
  const place = join(folder(), 'gone');
  const room = new BlockRoom(100, place);
  const blocks = new PackedBlocks(room);
  const first = blocks.keep(filled(100, 7));
  expect(() => blocks.keep(filled(50, 8))).toThrow(
    expect.objectContaining({
      code: 'archiver-space',
      message: expect.stringContaining(place),
      cure: expect.stringContaining('TMPDIR'),
    }),
  );
  const to = new Uint8Array(100);
  blocks.copy(first, to, 0);
  expect(to.every((byte) => byte === 7)).toBe(true);
});
