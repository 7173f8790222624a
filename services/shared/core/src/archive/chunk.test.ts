// Where chunks end depends on the records alone.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogRecord } from '../ports/log.ts';
import { type Chunk, type ChunkLimits, grow, isFull, rawBytes } from './chunk.ts';

const limits: ChunkLimits = { records: 10, bytes: 400 };

function cut(records: readonly LogRecord[]): Chunk[] {
  const chunks: Chunk[] = [];
  let open: Chunk | undefined;
  for (const record of records) {
    open = grow(open, record);
    if (!isFull(open, limits)) continue;
    chunks.push(open);
    open = undefined;
  }
  return chunks;
}

const partition = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: -1, max: 120 }) }), {
    maxLength: 200,
  })
  .map((steps) => {
    let offset = 0;
    return steps.map(({ gap, size }): LogRecord => {
      offset += gap;
      const value = size < 0 ? null : new Uint8Array(size);
      return { offset, timestamp: 0, key: null, value, headers: [] };
    });
  });

test('an archiver that starts again at any chunk cuts the rest alike', () => {
  fc.assert(
    fc.property(partition, fc.nat(), (records, pick) => {
      const chunks = cut(records);
      const from = chunks[pick % Math.max(1, chunks.length)]?.first ?? 0;
      expect(cut(records.filter((record) => record.offset >= from))).toEqual(
        chunks.filter(({ first }) => first >= from),
      );
    }),
  );
});

test('a chunk ends with the record that reaches a limit, and records without content end chunks too', () => {
  fc.assert(
    fc.property(partition, (records) => {
      for (const chunk of cut(records)) {
        const own = records.filter(({ offset }) => offset >= chunk.first && offset <= chunk.last);
        expect(chunk.records).toBe(own.length);
        expect(chunk.bytes).toBe(own.reduce((sum, record) => sum + rawBytes(record), 0));
        const before = chunk.bytes - rawBytes(own.at(-1)!);
        expect(before < limits.bytes && own.length <= limits.records).toBe(true);
      }
    }),
  );
});

test('headers count by their UTF-8 bytes', () => {
  const bare = { key: null, value: null, headers: [] };
  expect(rawBytes({ ...bare, headers: [['é', new Uint8Array(3)]] }) - rawBytes(bare)).toBe(5);
});
