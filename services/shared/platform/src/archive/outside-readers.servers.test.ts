// Objects written here are read by tools nobody here wrote, with the same counts and the same bytes of every record.
//
// ClickHouse reads them in query/query.e2e.test.ts.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ArchivedRecord, LogRecord } from '@parallax/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { jarsOf } from '../testing/servers/java.ts';
import { ARCHIVE_CODECS } from './codecs.ts';
import { decodeObject } from './object-decoder.ts';
import { ObjectEncoder } from './object-encoder.ts';

const run = promisify(execFile);
const JAVA = fileURLToPath(new URL('./testing/ReadArchive.java', import.meta.url));
const POM = new URL('./testing/pom.xml', import.meta.url);
/** Prints of each object what ReadArchive.java prints. */
const PYTHON = `
import sys, hashlib, fastavro
def hexed(b): return 'null' if b is None else b.hex()
for path in sys.argv[1:]:
    digest, count = hashlib.sha256(), 0
    with open(path, 'rb') as file:
        for r in fastavro.reader(file):
            millis = round(r['timestamp'].timestamp() * 1000)
            parts = [r['topic'], r['partition'], r['offset'], millis, r['timestampType'], hexed(r['key']), hexed(r['value'])]
            parts += [h['name'] + '=' + hexed(h['value']) for h in r['headers']]
            digest.update(('|'.join(map(str, parts)) + '\\n').encode())
            count += 1
    print(count, digest.hexdigest())
`;

const folder = mkdtempSync(join(tmpdir(), 'parallax-outside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = fc.option(fc.uint8Array({ maxLength: 30 }));
const some: fc.Arbitrary<Omit<LogRecord, 'offset'>> = fc.record({
  timestamp: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 6 }), bytes), { maxLength: 3 }),
});

const objects = ARCHIVE_CODECS.map((codec, n) => {
  const timestampType = n === 1 ? ('append' as const) : ('create' as const);
  const encoder = new ObjectEncoder({ topic: 'orders', partition: n, timestampType }, { codec });
  const records = fc.sample(some, { seed: n + 1, numRuns: 2_000 });
  for (const [offset, record] of records.entries()) encoder.add({ ...record, offset: offset * 3 });
  const path = join(folder, `${codec}.avro`);
  const { body } = encoder.snapshot();
  writeFileSync(path, body);
  const read = [...decodeObject(body, path)].flat();
  const digest = createHash('sha256')
    .update(read.map((record) => `${line(record)}\n`).join(''))
    .digest('hex');
  return { codec, path, expected: `${records.length} ${digest}` };
});

function line(record: ArchivedRecord): string {
  const hex = (one: Uint8Array | null) => (one === null ? 'null' : Buffer.from(one).toString('hex'));
  const { topic, partition, offset, timestamp, timestampType, key, value, headers } = record;
  const named = headers.map(([name, content]) => `${name}=${hex(content)}`);
  return [topic, partition, offset, timestamp, timestampType, hex(key), hex(value), ...named].join('|');
}

const expected = objects.map((object) => object.expected);

async function javaJars(): Promise<readonly string[] | undefined> {
  const modules = await run('java', ['--list-modules']).catch(() => undefined);
  return modules?.stdout.includes('jdk.compiler') ? jarsOf('avro', POM, () => undefined) : undefined;
}
const jars = await javaJars();
const python = await run('python3', ['-c', 'import fastavro']).then(
  () => true,
  () => false,
);

describe('objects of every codec', () => {
  if (jars === undefined) {
    const why = 'Apache Avro is called from Java source, and there is no JDK here';
    it('cannot be shown to Apache Avro', { meta: { withoutServers: why } }, ({ skip }) => skip(why));
  } else {
    it('are read by Apache Avro, every record byte for byte', async () => {
      const command = ['-cp', jars.join(':'), JAVA, ...objects.map(({ path }) => path)];
      expect((await run('java', command)).stdout.trim().split('\n')).toEqual(expected);
    });
  }
  if (!python) {
    const why = 'there is no python3 with fastavro here';
    it('cannot be shown to fastavro', { meta: { withoutServers: why } }, ({ skip }) => skip(why));
  } else {
    it('are read by fastavro, every record byte for byte', async () => {
      // It takes a package of its own for zstandard, which is rarely there.
      const read = objects.filter(({ codec }) => codec !== 'zstd');
      const { stdout } = await run('python3', ['-c', PYTHON, ...read.map(({ path }) => path)]);
      expect(stdout.trim().split('\n')).toEqual(read.map((object) => object.expected));
    });
  }
});
