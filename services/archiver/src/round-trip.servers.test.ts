// Through real Kafka and S3 every byte of a record comes back: keys, values, headers, times and their type.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Archive, ArchivedRecord, Header, NewRecord } from '@parallax/core';
import { listArchive, openArchive, openLog, readArchived, verifyArchive } from '@parallax/platform';
import { describeOn, recordingTelemetry, s3Subject } from '@parallax/platform/testing';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { importTopic } from './importing/import-topic.ts';
import { startArchiver } from './pipeline.ts';

const PARTITIONS = 2;
const limits = { records: 70, bytes: 1_000_000 };

const bytes = fc.option(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(new Uint8Array(0))));
const header: fc.Arbitrary<Header> = fc.tuple(
  fc.oneof(fc.constantFrom('a', 'a', '__proto__', ''), fc.string({ unit: 'grapheme', maxLength: 5 })),
  bytes,
);
const record: fc.Arbitrary<NewRecord & { readonly timestamp: number; readonly headers: readonly Header[] }> = fc.record(
  {
    partition: fc.nat(PARTITIONS - 1),
    timestamp: fc.integer({ min: 1, max: 4_000_000_000_000 }),
    key: bytes,
    value: bytes,
    headers: fc.array(header, { maxLength: 4 }),
  },
);

function plain({ key, value, headers }: Pick<ArchivedRecord, 'key' | 'value' | 'headers'>): string {
  const hex = (one: Uint8Array | null) => (one === null ? null : Buffer.from(one).toString('hex'));
  return JSON.stringify([hex(key), hex(value), headers.map(([name, one]) => [name, hex(one)])]);
}

async function read(archive: Archive, topic: string, partition: number): Promise<ArchivedRecord[]> {
  const batches = await Array.fromAsync(readArchived(archive, topic, partition), (batch) => batch.map(copied));
  return batches.flat();
}

/** Records are views of a block. */
function copied(one: ArchivedRecord): ArchivedRecord {
  const copy = (it: Uint8Array | null) => (it === null ? null : Uint8Array.from(it));
  const headers = one.headers.map(([name, it]) => [name, copy(it)] as const);
  return { ...one, key: copy(one.key), value: copy(one.value), headers };
}

describeOn(['kafka', 's3'], 'a topic of Kafka, archived on S3', ({ kafka, s3 }) => {
  const name = `round-trip-${crypto.randomUUID()}`;

  async function archive(topics: readonly string[], into: Archive, experiment: string): Promise<void> {
    const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
    const archiver = await startArchiver(
      { log, archive: into, telemetry: recordingTelemetry() },
      { experiment, topics, limits },
    );
    await archiver.caughtUp();
    await archiver.stop();
    await log.close();
  }

  test.each(['create', 'append'] as const)(
    'comes back exactly, with times of type %s, and so does what is imported or fed again from it',
    async (timestamps) => {
      const [topic, again] = [`${name}-${timestamps}`, `${name}-${timestamps}-again`];
      const subject = s3Subject(s3);
      onTestFinished(() => subject.dispose());
      const folder = mkdtempSync(join(tmpdir(), 'parallax-round-trip-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
      onTestFinished(() => log.close());
      await log.ensureTopic({ topic, partitions: PARTITIONS, timestamps });
      const written = fc.sample(record, { seed: 11, numRuns: 300 });
      const positions = await log.append(topic, written);

      await archive([topic], subject.archive, `${topic}-x`);
      const problems: string[] = [];
      await verifyArchive(subject.archive, { onProblem: ({ message }) => void problems.push(message) });
      expect(problems).toEqual([]);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const held = await read(subject.archive, topic, partition);
        const sent = written.flatMap((one, n) => {
          const position = positions[n];
          return position?.partition === partition ? [{ ...one, offset: position.offset }] : [];
        });
        expect(held.map(plain)).toEqual(sent.map(plain));
        expect(held.map(({ offset }) => offset)).toEqual(sent.map(({ offset }) => offset));
        expect(new Set(held.map(({ timestampType }) => timestampType))).toEqual(new Set([timestamps]));
        if (timestamps === 'create') {
          expect(held.map(({ timestamp }) => timestamp)).toEqual(sent.map(({ timestamp }) => timestamp));
        }
      }

      const imported = openArchive(`file:${folder}/imported`);
      await importTopic({ log, archive: imported }, topic, { limits });
      expect(await Array.fromAsync(listArchive(imported))).toEqual(await Array.fromAsync(listArchive(subject.archive)));

      await log.ensureTopic({ topic: again, partitions: PARTITIONS, timestamps: 'create' });
      for (let partition = 0; partition < PARTITIONS; partition++) {
        await log.append(again, await read(subject.archive, topic, partition));
      }
      const second = openArchive(`file:${folder}/again`);
      await archive([again], second, `${again}-x`);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        const [one, other] = [await read(subject.archive, topic, partition), await read(second, again, partition)];
        expect(other.map(plain)).toEqual(one.map(plain));
        expect(other.map(({ timestamp }) => timestamp)).toEqual(one.map(({ timestamp }) => timestamp));
      }
    },
  );
});
