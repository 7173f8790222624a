// Every codec gives the same records back, bounds what a block may unpack to, and leaves the records' digest alone.
import { zstdCompressSync } from 'node:zlib';
import { Fault, type LogRecord } from '@parallax/core';
import { expect, test } from 'vitest';
import { ARCHIVE_CODECS, type ArchiveCodec } from './codecs.ts';
import { inspectObject, manifestOf } from './describe-object.ts';
import { decodeObject } from './object-decoder.ts';
import { ObjectEncoder } from './object-encoder.ts';

const SCOPE = { topic: 't', partition: 0, timestampType: 'create' } as const;
const KEY = 'topics/t/partition=0/t+0+0000000000.avro';
const bytes = (text: string) => new TextEncoder().encode(text);

function records(count: number, value: (n: number) => Uint8Array | null): LogRecord[] {
  return Array.from({ length: count }, (_, offset) => ({
    offset,
    timestamp: 5,
    key: null,
    value: value(offset),
    headers: [],
  }));
}

function encoded(codec: ArchiveCodec, all: readonly LogRecord[]) {
  const encoder = new ObjectEncoder(SCOPE, { codec });
  for (const record of all) encoder.add(record);
  return encoder.snapshot();
}

const ORDINARY = records(3_000, (n) => bytes(`{"order":${n},"text":"${'x'.repeat(n % 200)}"}`));

test.each(ARCHIVE_CODECS)('what is written with %s is read again, over several blocks', (codec) => {
  const { body } = encoded(codec, ORDINARY);
  const read = [...decodeObject(body, KEY)].flat();
  expect(read.length).toBe(3_000);
  expect(read.every(({ value }, n) => Buffer.compare(value ?? bytes(''), ORDINARY[n]?.value ?? bytes('')) === 0)).toBe(
    true,
  );
});

test('the digest of the records is that of no codec, so that archivers with different ones agree', () => {
  const digests = ARCHIVE_CODECS.map((codec) => encoded(codec, ORDINARY));
  expect(new Set(digests.map((object) => object.records)).size).toBe(1);
  expect(new Set(digests.map((object) => object.sha256)).size).toBe(ARCHIVE_CODECS.length);
});

test.each(ARCHIVE_CODECS)('a block of %s that unpacks to more than is allowed is refused', (codec) => {
  const { body } = encoded(
    codec,
    records(1, () => new Uint8Array(200_000)),
  );
  const read = () => [...decodeObject(body, KEY, { maxBlockBytes: 100_000 })];
  expect(read).toThrow(expect.objectContaining({ code: 'archive-block-too-large' }));
  expect(read).toThrow(Fault);
});

test.each(ARCHIVE_CODECS)('whatever bit of an object of %s is flipped, it is no other object', (codec) => {
  const { body, records: digest } = encoded(
    codec,
    records(20, (n) => bytes(`order ${n}`)),
  );
  for (let bit = 0; bit < body.length * 8; bit += 7) {
    const copy = Uint8Array.from(body);
    const at = bit >>> 3;
    copy[at] = (copy[at] ?? 0) ^ (1 << (bit & 7));
    try {
      expect(inspectObject(KEY, copy).records).toBe(digest);
    } catch (error) {
      expect(error).toBeInstanceOf(Fault);
    }
  }
});

test('a compressed bomb within a block is stopped where the limit is', () => {
  const { body } = encoded(
    'zstd',
    records(1, () => bytes('x')),
  );
  const bomb = zstdCompressSync(new Uint8Array(64 * 1024 * 1024));
  const sync = body.subarray(-16);
  expect(bomb.length).toBeLessThan(100_000);
  const end = Buffer.from(body).indexOf(sync) + 16;
  const forged = Buffer.concat([body.subarray(0, end), Buffer.of(2), varint(bomb.length), bomb, sync]);
  expect(() => [...decodeObject(forged, KEY, { maxBlockBytes: 1 << 20 })]).toThrow('unpacks to more than');
});

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Buffer.from([...out, rest]);
}

test('the manifest names the schemas of keys and values: numbers of frames, and GUIDs of headers', () => {
  const framed = Uint8Array.of(0, 0, 0, 1, 2, 9);
  const guid = Uint8Array.of(1, ...new Uint8Array(16).fill(0xab));
  const encoder = new ObjectEncoder(SCOPE);
  const base = { timestamp: 1, headers: [] };
  encoder.add({ ...base, offset: 0, key: Uint8Array.of(0, 0, 0, 0, 7, 1), value: framed });
  encoder.add({ ...base, offset: 1, key: null, value: bytes('{}'), headers: [['__value_schema_id', guid]] });
  const object = encoder.snapshot();
  const manifest = manifestOf(KEY, 't', 0, 0, object);
  expect(manifest.schemas).toEqual({ ids: [7, 258], guids: ['ab'.repeat(16)] });
  expect(inspectObject(KEY, object.body)).toEqual(manifest);
});

test('no more schemas than a hundred are named, and that there are more is said', () => {
  const encoder = new ObjectEncoder(SCOPE);
  for (let n = 0; n < 300; n++) {
    const value = Uint8Array.of(0, 0, 0, n >> 8, n & 255);
    encoder.add({ offset: n, timestamp: 1, key: null, value, headers: [] });
  }
  const { schemas } = encoder.snapshot();
  expect(schemas?.ids.length).toBe(100);
  expect(schemas?.more).toBe(true);
});
