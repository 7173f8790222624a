// The shuffle on a real cluster: what is refused without it is judged right with it, though the shuffler is killed at each
// of its steps, or away.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Comparing, startComparator } from '@parallax/comparator';
import { type EventLog, type Experiment, type NewRecord, partitionOfKey } from '@parallax/core';
import { openLog } from '@parallax/platform';
import {
  describeOn,
  type MemoryStore,
  memoryStore,
  mixedTraffic,
  type ProcessUnderTest,
  type RecordingTelemetry,
  recordingTelemetry,
  startProcess,
} from '@parallax/platform/testing';
import { SHUFFLER_CRASH_POINTS } from '@parallax/shuffler';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { byCrc, experiment, judged, oracleOf } from './testing/shuffle-oracle.ts';

const SHUFFLER = join(dirname(createRequire(import.meta.url).resolve('@parallax/shuffler')), 'main.ts');
const traffic = mixedTraffic(21, 400);

describeOn('kafka', 'a shuffle on Kafka', ({ kafka }) => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-shuffle-'));
  const address = `kafka://${kafka.brokers.join(',')}`;
  let log: EventLog;
  beforeAll(async () => {
    log = await openLog(address);
  });
  afterAll(async () => {
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Legacy by Java's partitioner, the candidate by librdkafka's, with as many partitions as it is given. */
  async function topics(name: string, candidate = 6): Promise<void> {
    await log.ensureTopic({ topic: `${name}.a`, partitions: 4 });
    await log.ensureTopic({ topic: `${name}.b`, partitions: candidate });
  }

  async function write(name: string, legacy: readonly NewRecord[], candidate: readonly NewRecord[]): Promise<void> {
    await log.append(`${name}.a`, legacy);
    await log.append(`${name}.b`, candidate);
  }

  function comparator(of: Experiment, store: MemoryStore, telemetry: RecordingTelemetry): Promise<Comparing> {
    return startComparator({ log, store, telemetry }, { experiment: of, run: 'live', from: 'earliest' });
  }

  function shuffler(name: string, crashAt = ''): ProcessUnderTest {
    const file = join(folder, `${name}.yaml`);
    writeFileSync(
      file,
      `experiment: ${name}\nlegacy: { topic: ${name}.a }\ncandidate: { topic: ${name}.b, shuffle: true }\n`,
    );
    const env = {
      PARALLAX_LOG: address,
      PARALLAX_LOG_LEVEL: 'debug',
      PARALLAX_CRASH_AT: crashAt,
      PARALLAX_LOG_SESSION_MS: '6000',
    };
    const started = startProcess(SHUFFLER, [file], { ...process.env, ...env });
    onTestFinished(() => void started.child.kill('SIGKILL'));
    return started;
  }

  test('partitions that differ, and partitioners that do, halt with the advice to shuffle', async () => {
    await topics('shuffle-advised');
    const [store, telemetry] = [memoryStore(), recordingTelemetry()];
    await expect(comparator(experiment([], 'shuffle-advised'), store, telemetry)).rejects.toMatchObject({
      code: 'partition-counts-differ',
      cure: expect.stringContaining('candidate: { shuffle: true }'),
    });
    await topics('shuffle-advised-too', 4);
    await write('shuffle-advised-too', traffic.first.legacy, byCrc(traffic.first.candidate, 4));
    const halted = await comparator(experiment([], 'shuffle-advised-too'), store, telemetry);
    expect(await halted.ended).toMatchObject({
      code: 'split-id',
      cure: expect.stringContaining('candidate: { shuffle: true }'),
    });
    expect(store.pairs().filter(({ outcome }) => outcome.startsWith('missing'))).toEqual([]);
  });

  test('killed at each of its steps while events come, it leaves no trace', async () => {
    const name = 'shuffle-killed';
    const of = experiment(['candidate'], name);
    await topics(name);
    const [store, telemetry] = [memoryStore(), recordingTelemetry()];
    for (const half of [traffic.first, traffic.second]) {
      const points = SHUFFLER_CRASH_POINTS.filter((_, i) => i % 2 === (half === traffic.first ? 0 : 1));
      for (const [i, point] of points.entries()) {
        const part = (all: readonly NewRecord[]) =>
          all.slice(Math.floor((i * all.length) / points.length), Math.floor(((i + 1) * all.length) / points.length));
        await write(name, part(half.legacy), byCrc(part(half.candidate), 6));
        expect(await shuffler(name, point).ended, point).toMatchObject({ signal: 'SIGKILL' });
      }
      const last = shuffler(name);
      const running = await comparator(of, store, telemetry);
      await running.caughtUp();
      await running.stop();
      last.child.kill('SIGTERM');
      expect(await last.ended).toMatchObject({ code: 0, signal: null });
    }
    expect(judged(store)).toEqual(await oracleOf(traffic));
  });

  test('two share a source without keys, one of them is killed while it writes: all is judged right', async () => {
    const name = 'shuffle-shared';
    await topics(name);
    const [store, telemetry] = [memoryStore(), recordingTelemetry()];
    const members = [shuffler(name), shuffler(name)];
    let killed = -1;
    const running = await comparator(experiment(['candidate'], name), store, telemetry);
    const scattered = (records: readonly NewRecord[]) =>
      records.map((record, i) => ({ ...record, partition: (i * 7) % 6 }));
    for (const [i, half] of [traffic.first, traffic.second].entries()) {
      await write(name, half.legacy, scattered(half.candidate));
      if (i === 0) {
        // Whichever was first: it may have shuffled all there was before the other had joined.
        const busy = () => members.findIndex((member) => member.err().includes('"records-shuffled"'));
        await expect.poll(busy, { timeout: 30_000, interval: 5 }).toBeGreaterThanOrEqual(0);
        killed = busy();
        members[killed]?.child.kill('SIGKILL');
      }
      await running.caughtUp();
    }
    await running.stop();
    const other = members[1 - killed];
    other?.child.kill('SIGTERM');
    expect(await other?.ended).toMatchObject({ code: 0 });
    expect(judged(store, false)).toEqual(await oracleOf(traffic, false));
  });

  test('while it is away nothing is missing; when it is back all is judged', async () => {
    const name = 'shuffle-away';
    await topics(name);
    const [store, telemetry] = [memoryStore(), recordingTelemetry()];
    const events = (from: number): NewRecord[] =>
      Array.from({ length: 200 }, (_, i) => {
        const id = Buffer.from(`order-${from + i}`);
        return { key: id, value: Buffer.from('1'), headers: [['correlation-id', id]] };
      });
    await write(name, events(0), byCrc(events(0), 6));
    const first = shuffler(name);
    const running = await comparator(experiment(['candidate'], name), store, telemetry);
    await running.caughtUp();
    expect(store.pairs()).toHaveLength(200);
    first.child.kill('SIGKILL');
    await first.ended;
    await write(name, events(1000), byCrc(events(1000), 6));
    await telemetry.seen('shuffle-behind');
    expect(store.pairs().filter(({ outcome }) => outcome !== 'match')).toEqual([]);
    const second = shuffler(name);
    await running.caughtUp();
    await running.stop();
    expect(store.pairs().map(({ outcome, was }) => `${outcome} ${was}`)).toEqual(Array(400).fill('match '));
    expect(telemetry.events.filter(({ name: event }) => event.startsWith('outage'))).toEqual([]);
    second.child.kill('SIGTERM');
    await second.ended;
    const infos = await log.topics();
    const target = infos.find(({ topic }) => topic === `parallax.${name}.shuffle.candidate.default`);
    expect(target).toMatchObject({ partitions: 4, timestamps: 'create' });
    for (let partition = 0; partition < 4; partition++) {
      const records = await log.read(target?.topic ?? '', partition, 0, 10_000);
      for (const { key } of records) if (key !== null) expect(partitionOfKey(key, 4)).toBe(partition);
    }
  });
});
