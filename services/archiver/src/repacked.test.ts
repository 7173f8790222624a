// An archive that was begun by a build that compressed otherwise is gone on with: what is compared are records, not bytes.
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Archive, manifestKey } from '@parallax/core';
import { Packer, verifyArchive } from '@parallax/platform';
import { memoryArchive, recordingTelemetry } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { hastyClock, type SteppingLog, steppingLog } from './doubles.ts';
import { startArchiver } from './pipeline.ts';

const SYNC_BYTES = 16;

/** The same records in the same blocks, deflated at another level. */
function repacked(body: Uint8Array, level: number): Uint8Array {
  const all = Buffer.from(body);
  const sync = all.subarray(-SYNC_BYTES);
  const parts: Buffer[] = [];
  let at = all.indexOf(sync) + SYNC_BYTES;
  parts.push(all.subarray(0, at));
  const long = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = all[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 1;
    }
  };
  while (at < all.length) {
    const start = at;
    long();
    const count = all.subarray(start, at);
    const length = long();
    const packed = deflateRawSync(inflateRawSync(all.subarray(at, at + length)), { level });
    at += length + SYNC_BYTES;
    const size: number[] = [];
    let rest = packed.length * 2;
    for (; rest > 127; rest >>>= 7) size.push((rest & 127) | 128);
    parts.push(count, Buffer.from([...size, rest]), packed, sync);
  }
  return Buffer.concat(parts);
}

async function archiveAll(log: SteppingLog, archive: Archive, experiment: string) {
  const archiver = await startArchiver(
    { log, archive, telemetry: recordingTelemetry(), clock: hastyClock() },
    { experiment, topics: ['in'], limits: { records: 40, bytes: 1 << 20 }, packer: new Packer() },
  );
  onTestFinished(() => archiver.stop());
  const caught = archiver.caughtUp();
  log.deliver(1_000);
  const stats = await caught;
  await archiver.stop();
  return stats;
}

test.each([0, 6])('an archive begun at level %i is gone on with, and nothing of it is set aside', async (level) => {
  const [log, archive] = [steppingLog({ in: 1 }), memoryArchive()];
  const text = (n: number) => `{"order":${n},"of":"${'a customer '.repeat(n % 40)}"}`;
  for (let n = 0; n < 100; n++) log.append('in', 0, text(n));
  await archiveAll(log, archive, 'old');
  const before = await Array.fromAsync(archive.list('topics/'));
  expect(before.length).toBe(2);
  for (const { key } of [...before, ...(await Array.fromAsync(archive.list('tails/')))]) {
    const body = await archive.read(key);
    if (body === undefined) throw new Error(`no ${key}`);
    const other = repacked(body, level);
    expect(Buffer.compare(other, body)).not.toBe(0);
    const manifest = JSON.parse(String(Buffer.from((await archive.read(manifestKey(key))) ?? [])));
    manifest.bytes = other.length;
    manifest.sha256 = createHash('sha256').update(other).digest('hex');
    await archive.remove(manifestKey(key));
    await archive.remove(key);
    await archive.create(key, other);
    await archive.create(manifestKey(key), Buffer.from(JSON.stringify(manifest)));
  }
  for (let n = 100; n < 130; n++) log.append('in', 0, text(n));
  const stats = await archiveAll(log, archive, 'new');
  expect(stats).toMatchObject({ conflicts: 0, objects: 1, unstored: 0 });
  const problems: string[] = [];
  const found = await verifyArchive(archive, { onProblem: ({ message }) => void problems.push(message) });
  expect([found.records, problems]).toEqual([130, []]);
  const tails = await Array.fromAsync(archive.list('tails/'));
  expect(tails.map(({ key }) => key.split('/').at(-1))).toEqual(['in+0+0000000120+10.avro']);
});
