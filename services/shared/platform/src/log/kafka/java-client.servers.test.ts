// What Kafka's own client writes is read here, and what is written here it reads: in every compression.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { EventLog, Header, LogRecord, NewRecord } from '@parallax/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOn } from '../../testing/index.ts';
import { jarsOf } from '../../testing/servers/java.ts';
import type { Compression } from './codecs.ts';
import { openKafkaLog } from './log.ts';

const SOURCE = fileURLToPath(new URL('./testing/JavaClient.java', import.meta.url));
const POM = new URL('../../testing/servers/kafka/pom.xml', import.meta.url);
const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const satisfies readonly Compression[];
const COUNT = 2_000;

/** Runs from its source, which takes the compiler of a JDK; undefined where there is only a runtime, or none. */
async function javaClient(): Promise<((...args: readonly string[]) => Promise<string>) | undefined> {
  const run = promisify(execFile);
  const modules = await run('java', ['--list-modules']).catch(() => undefined);
  if (modules === undefined || !modules.stdout.includes('jdk.compiler')) return undefined;
  const jars = await jarsOf('kafka', POM, () => {});
  return async (...args) => {
    const command = ['-XX:TieredStopAtLevel=1', '-cp', jars.join(':'), SOURCE, ...args];
    return (await run('java', command, { maxBuffer: 64 * 1024 * 1024 })).stdout;
  };
}

const java = await javaClient();

describeOn('kafka', "beside Kafka's own client", ({ kafka }) => {
  const brokers = kafka.brokers.join(',');
  let log: EventLog;
  beforeAll(async () => {
    log = await openKafkaLog(`kafka://${brokers}`);
  });
  afterAll(() => log?.close());

  if (java === undefined) {
    const why = 'its client is compiled from its source, and there is no JDK here';
    it('cannot be shown', { meta: { withoutServers: why } }, ({ skip }) => skip(why));
    return;
  }

  it.each(COMPRESSIONS)('what it packs with %s is read byte for byte', async (compression) => {
    const topic = `java-writes-${compression}-${crypto.randomUUID()}`;
    await log.ensureTopic({ topic, partitions: 1 });
    await java('produce', brokers, topic, compression, String(COUNT));
    const records: LogRecord[] = [];
    // A fetch may bring less than was asked for.
    for (let more: readonly LogRecord[] = []; records.length < COUNT; records.push(...more)) {
      more = await log.read(topic, 0, records.length, COUNT);
      if (more.length === 0) break;
    }
    expect(records.length).toBe(COUNT);
    const text = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString());
    const read = records.map(({ offset, key, value, headers }) => {
      return [offset, text(key), text(value), headers.map(([name, content]) => [name, text(content)])];
    });
    const written = Array.from({ length: COUNT }, (_, i) => {
      const headers = [
        ['h', String(i)],
        ['h', null],
        ['1', 'x'],
      ];
      return [i, `k-${i}`, `v-${i}${'.'.repeat(400)}`, headers];
    });
    expect(read).toEqual(written);
  });

  it.each(COMPRESSIONS)('what is packed with %s here it reads, checksums and all', async (compression) => {
    const topic = `java-reads-${compression}-${crypto.randomUUID()}`;
    const writer = await openKafkaLog(`kafka://${brokers}`, { compression });
    await writer.ensureTopic({ topic, partitions: 1 });
    const headers: readonly Header[] = [
      ['z', Buffer.from('1')],
      ['1', null],
      ['z', Buffer.alloc(0)],
    ];
    const records: NewRecord[] = Array.from({ length: COUNT }, (_, i) => ({
      partition: 0,
      timestamp: i % 2 === 0 ? 0 : 1_700_000_000_000 + i,
      key: i % 3 === 0 ? null : Buffer.from(`k${i}`),
      value: i % 5 === 0 ? null : Buffer.alloc(i % 700, i),
      headers: i % 4 === 0 ? headers : [],
    }));
    await writer.append(topic, records);
    await writer.close();
    const lines = (await java('consume', brokers, topic)).trimEnd().split('\n');
    const hex = (bytes: Uint8Array | null) => (bytes === null ? 'null' : Buffer.from(bytes).toString('hex'));
    const expected = records.map(({ timestamp, key, value, headers: own = [] }, offset) => {
      return [offset, timestamp, hex(key), hex(value), ...own.map(([name, content]) => `${name}=${hex(content)}`)].join(
        ' ',
      );
    });
    expect(lines).toEqual(expected);
  });
});
