// Puts that fail while blocks of other chunks are packed, and many partitions with little room: order and records stay.
import { type Archive, Fault, sameRecord } from '@parallax/core';
import { BlockRoom, Packer, readArchived, verifyArchive } from '@parallax/platform';
import { memoryArchive, recordingTelemetry } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { hastyClock, steppingLog } from './doubles.ts';
import { startArchiver } from './pipeline.ts';

const PARTITIONS = 12;

/** Of each object and manifest the first two puts fail, the second after it took effect. */
function failing(archive: Archive, puts: string[]): Archive {
  const tries = new Map<string, number>();
  return {
    ...archive,
    async create(key, body) {
      const nth = (tries.get(key) ?? 0) + 1;
      tries.set(key, nth);
      await new Promise((resolve) => setImmediate(resolve));
      const broken = new Fault(`${key} broke off`, { code: 'archive-unavailable', retryable: true });
      if (nth === 1) throw broken;
      const answer = await archive.create(key, body);
      if (nth === 2) throw broken;
      if (key.startsWith('topics/')) puts.push(key);
      return answer;
    },
  };
}

test('puts that fail while others are packed are tried again, in order, and nothing is lost or twice', async () => {
  const [log, archive, puts] = [steppingLog({ in: PARTITIONS }), memoryArchive(), [] as string[]];
  const noise = (n: number) => Array.from({ length: 700 }, (_, at) => Math.imul(at ^ n, 0x9e3779b1) >>> 3).join(' ');
  for (let n = 0; n < 100; n++) for (let p = 0; p < PARTITIONS; p++) log.append('in', p, noise(n * PARTITIONS + p));
  const archiver = await startArchiver(
    { log, archive: failing(archive, puts), telemetry: recordingTelemetry(), clock: hastyClock() },
    {
      experiment: 'x',
      topics: ['in'],
      limits: { records: 30, bytes: 1 << 30 },
      packer: new Packer(1 << 20, new BlockRoom(200_000)),
    },
  );
  onTestFinished(() => archiver.stop());
  let isDone = false;
  const caught = archiver.caughtUp().finally(() => {
    isDone = true;
  });
  caught.catch(() => undefined);
  while (!isDone) {
    log.deliver(7);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await caught).toMatchObject({ unstored: 0, conflicts: 0 });
  const problems: string[] = [];
  await verifyArchive(archive, { onProblem: ({ message }) => void problems.push(message) });
  expect(problems).toEqual([]);
  for (let p = 0; p < PARTITIONS; p++) {
    const held = (await Array.fromAsync(readArchived(archive, 'in', p))).flat();
    const wanted = log.records('in', p);
    expect(held.length).toBe(wanted.length);
    expect(held.every((record, at) => sameRecord(record, wanted[at] ?? record))).toBe(true);
    const own = puts.filter((key) => key.includes(`/partition=${p}/`));
    expect(own).toEqual([...own].sort());
    expect(log.committed('in', p)).toBe(90);
  }
});
