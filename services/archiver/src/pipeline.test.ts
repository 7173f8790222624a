// The archiver holds every record exactly once, whatever stops it and wherever.
import { type Archive, type LogRecord, sameRecord } from '@parallax/core';
import { readArchived, type TelemetryEvent, verifyArchive } from '@parallax/platform';
import { memoryArchive, recordingTelemetry } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hastyClock, mortal, type SteppingLog, standingClock, steppingLog } from './doubles.ts';
import { type ArchiverOptions, type ArchiverPorts, type Archiving, startArchiver } from './pipeline.ts';

const options = {
  experiment: 'x',
  topics: ['in', 'out'],
  limits: { records: 10, bytes: 100_000 },
} satisfies ArchiverOptions;

async function start(ports: Omit<ArchiverPorts, 'telemetry'>, more: Partial<ArchiverOptions> = {}) {
  const telemetry = recordingTelemetry();
  const archiver = await startArchiver({ clock: hastyClock(), ...ports, telemetry }, { ...options, ...more });
  onTestFinished(() => archiver.stop());
  return { archiver, telemetry };
}

/** Delivers until everything below the present ends is archived. */
async function catchUp(log: SteppingLog, archiver: Archiving, batch = 1_000): Promise<void> {
  let done = false;
  const caught = archiver.caughtUp().finally(() => {
    done = true;
  });
  caught.catch(() => undefined);
  while (!done) {
    log.deliver(batch);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await caught;
}

const fill = (log: SteppingLog, topic: string, count: number, text = 'value') => {
  for (let n = 0; n < count; n++) log.append(topic, 0, `${text} ${n}`);
};

async function archived(archive: Archive, topic: string, partition: number): Promise<LogRecord[]> {
  return (await Array.fromAsync(readArchived(archive, topic, partition))).flat();
}

async function keysOf(archive: Archive, prefix: string): Promise<string[]> {
  return (await Array.fromAsync(archive.list(prefix))).map(({ key }) => key.split('/').at(-1) ?? '');
}

async function expectSame(archive: Archive, log: SteppingLog, topic: string, partition: number): Promise<void> {
  const [held, wanted] = [await archived(archive, topic, partition), log.records(topic, partition)];
  expect(held.map(({ offset }) => offset)).toEqual(wanted.map(({ offset }) => offset));
  expect(held.every((record, index) => sameRecord(record, wanted[index] ?? record))).toBe(true);
}

async function problems(archive: Archive): Promise<string[]> {
  const found: string[] = [];
  await verifyArchive(archive, { onProblem: ({ code, place }) => found.push(`${code} ${place}`) });
  return found;
}

describe('archiving', () => {
  test('two archivers with different codecs agree on what is there, and the reader reads both', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    fill(log, 'in', 25);
    const first = await start({ log, archive }, { codec: 'zstd' });
    await catchUp(log, first.archiver);
    await first.archiver.stop();
    fill(log, 'in', 25);
    const second = await start({ log, archive }, { experiment: 'y', codec: 'deflate' });
    await catchUp(log, second.archiver);
    expect(await keysOf(archive, 'quarantine/')).toEqual([]);
    expect(await problems(archive)).toEqual([]);
    await expectSame(archive, log, 'in', 0);
  });

  test('every topic ends up in chunks and a tail, and only full chunks move the committed offset', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 2 }), memoryArchive()];
    fill(log, 'in', 25);
    log.append('out', 1, 'answer');
    const { archiver } = await start({ log, archive });
    await catchUp(log, archiver);
    expect(await keysOf(archive, 'topics/')).toEqual(['in+0+0000000000.avro', 'in+0+0000000010.avro']);
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000020+5.avro', 'out+1+0000000000+1.avro']);
    expect([log.committed('in', 0), log.committed('out', 1)]).toEqual([20, undefined]);
    expect(archiver.stats()).toMatchObject({ objects: 2, tails: 2, records: 26, unstored: 0, partitions: 3 });
    await expectSame(archive, log, 'in', 0);
    expect(await problems(archive)).toEqual([]);
  });

  test('chunks are the same however the records were delivered', async () => {
    const contents = async (batch: number) => {
      const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
      fill(log, 'in', 47);
      const { archiver } = await start({ log, archive });
      await catchUp(log, archiver, batch);
      const keys = (await Array.fromAsync(archive.list('topics/'))).map(({ key }) => key);
      return Promise.all(keys.map(async (key) => [key, await archive.read(key)]));
    };
    expect(await contents(3)).toEqual(await contents(1_000));
  });

  test('a quiet partition is stored as a tail, once, and a longer tail takes its place', async () => {
    const [log, archive, clock] = [steppingLog({ in: 1, out: 1 }), memoryArchive(), standingClock()];
    const { telemetry } = await start({ log, archive, clock });
    fill(log, 'in', 3);
    log.deliver(10);
    clock.advance(500);
    clock.advance(500);
    await telemetry.seen('object-stored');
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000000+3.avro']);
    fill(log, 'in', 2);
    log.deliver(10);
    for (let n = 0; n < 8; n++) {
      clock.advance(250);
      await Promise.resolve();
    }
    await telemetry.seen('tails-removed');
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000000+5.avro']);
    expect(telemetry.events.filter(({ name }) => name === 'object-stored')).toHaveLength(2);
    expect(log.committed('in', 0)).toBeUndefined();
  });

  test('stopping stores what was read', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    const { archiver } = await start({ log, archive, clock: standingClock() });
    fill(log, 'in', 3);
    log.deliver(10);
    await archiver.stop();
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000000+3.avro']);
    expect(await archiver.ended).toBeUndefined();
  });

  test('a full chunk takes the place of the tails of earlier lives', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    for (const more of [3, 4]) {
      fill(log, 'in', more);
      const { archiver } = await start({ log, archive });
      await catchUp(log, archiver);
      await archiver.stop();
    }
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000000+7.avro']);
    fill(log, 'in', 4);
    const { archiver } = await start({ log, archive });
    await catchUp(log, archiver);
    expect(await keysOf(archive, 'tails/')).toEqual(['in+0+0000000010+1.avro']);
    await expectSame(archive, log, 'in', 0);
  });
});

describe('trouble', () => {
  test('an archive that is away holds the partition, is told once as a warning, and loses nothing', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    archive.down = true;
    const { archiver, telemetry } = await start({ log, archive });
    fill(log, 'in', 100);
    log.deliver(30);
    await telemetry.seen('archive-unavailable', 5);
    expect(log.isPaused('in', 0)).toBe(true);
    expect(log.committed('in', 0)).toBeUndefined();
    archive.down = false;
    await catchUp(log, archiver);
    const warned = ({ name, level }: TelemetryEvent) => name === 'archive-unavailable' && level === 'warn';
    expect(telemetry.events.filter(warned)).toHaveLength(1);
    expect(log.committed('in', 0)).toBe(100);
    await expectSame(archive, log, 'in', 0);
  });

  test('stopping while the archive is away ends, says what is left, and the next start goes on', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    archive.down = true;
    const first = await start({ log, archive });
    fill(log, 'in', 14);
    log.deliver(100);
    await first.archiver.stop();
    expect(first.telemetry.events.map(({ name }) => name)).toContain('left-for-next-start');
    archive.down = false;
    const second = await start({ log, archive });
    await catchUp(log, second.archiver);
    await expectSame(archive, log, 'in', 0);
  });

  test('a fault that does not pass ends the archiver with it', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    const broken = { ...archive, create: () => Promise.reject(new TypeError('broken')) };
    const { archiver } = await start({ log, archive: broken });
    fill(log, 'in', 10);
    await expect(catchUp(log, archiver)).rejects.toThrow('broken');
    expect(await archiver.ended).toBeInstanceOf(TypeError);
    expect(log.committed('in', 0)).toBeUndefined();
  });

  test('a log that breaks off ends the archiver with its error', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    const { archiver } = await start({ log, archive });
    log.breakOff(new Error('log gone'));
    expect(String(await archiver.ended)).toBe('Error: log gone');
  });

  test('a topic that does not exist is refused by name', async () => {
    await expect(start({ log: steppingLog({ in: 1 }), archive: memoryArchive() })).rejects.toThrow('no topic out');
  });

  test('a topic created anew is set aside beside its former life, loudly, and nothing is replaced', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    fill(log, 'in', 12);
    const before = await start({ log, archive });
    await catchUp(log, before.archiver);
    await before.archiver.stop();
    const former = await archived(archive, 'in', 0);
    log.recreate('in');
    fill(log, 'in', 9, 'new life');
    const { archiver, telemetry } = await start({ log, archive });
    await catchUp(log, archiver);
    fill(log, 'in', 1, 'new life');
    await catchUp(log, archiver);
    const told = telemetry.events.filter(({ level }) => level === 'warn' || level === 'error');
    expect(told.map(({ name }) => name)).toEqual(['log-restarted', 'object-conflict']);
    expect((await archived(archive, 'in', 0)).slice(0, 10)).toEqual(former.slice(0, 10));
    expect(await keysOf(archive, 'quarantine/')).toEqual(['in+0+0000000000.avro']);
    expect(log.committed('in', 0)).toBe(10);
  });

  test('records that expired before they were archived in full are told, and the tail that has them stays', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    fill(log, 'in', 14);
    const before = await start({ log, archive });
    await catchUp(log, before.archiver);
    await before.archiver.stop();
    log.expire('in', 0, 12);
    fill(log, 'in', 20);
    const { archiver, telemetry } = await start({ log, archive });
    await catchUp(log, archiver);
    expect(await telemetry.seen('records-expired')).toMatchObject({ level: 'error', fields: { from: 10, to: 12 } });
    const offsets = (await archived(archive, 'in', 0)).map(({ offset }) => offset);
    expect(offsets).toEqual(Array.from({ length: 34 }, (_, offset) => offset));
    expect(await problems(archive)).toEqual([]);
  });

  test('an archiver with other limits goes on where the objects there end', async () => {
    const [log, archive] = [steppingLog({ in: 1, out: 1 }), memoryArchive()];
    const other = steppingLog({ in: 1, out: 1 });
    for (const each of [log, other]) fill(each, 'in', 31);
    const former = await start({ log: other, archive }, { limits: { records: 7, bytes: 100_000 } });
    await catchUp(other, former.archiver);
    await former.archiver.stop();
    const { archiver } = await start({ log, archive });
    await catchUp(log, archiver);
    expect(await keysOf(archive, 'topics/')).toEqual(['00', '07', '14', '21'].map((n) => `in+0+00000000${n}.avro`));
    expect(log.committed('in', 0)).toBe(28);
    await expectSame(archive, log, 'in', 0);
    expect(await problems(archive)).toEqual([]);
  });
});

describe('crashes', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 15 }), skip: fc.nat(2) }),
    fc.record({ kind: fc.constant('deliver' as const), count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ kind: fc.constant('pass' as const), count: fc.integer({ min: 1, max: 12 }) }),
  );
  const life = fc.record({
    steps: fc.array(step, { maxLength: 12 }),
    fatal: fc.integer({ min: 1, max: 14 }),
    takesEffect: fc.boolean(),
  });

  test('any number of lives, each dying at any write, leave every record once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(life, { maxLength: 5 }), async (lives) => {
        const [log, archive] = [steppingLog({ in: 2, out: 1 }), memoryArchive()];
        for (const { steps, fatal, takesEffect } of lives) {
          // Abandoned, not stopped.
          const process = mortal(archive, fatal, takesEffect);
          await startArchiver({ log, ...process, telemetry: recordingTelemetry() }, options);
          for (const { kind, count, ...rest } of steps) {
            for (let n = 0; n < count; n++) {
              if (kind === 'append')
                log.append(n % 3 === 0 ? 'out' : 'in', n % 3 === 2 ? 1 : 0, `v${n}`, 'skip' in rest ? rest.skip : 0);
              if (kind === 'pass') await new Promise((resolve) => setImmediate(resolve));
            }
            if (kind === 'deliver') log.deliver(count);
          }
          process.kill();
        }
        const { archiver } = await start({ log, archive });
        await catchUp(log, archiver);
        await archiver.stop();
        for (const [topic, partition] of [
          ['in', 0],
          ['in', 1],
          ['out', 0],
        ] as const) {
          await expectSame(archive, log, topic, partition);
        }
        expect(await problems(archive)).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
