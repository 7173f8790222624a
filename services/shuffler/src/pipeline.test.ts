// What a shuffler writes: where each record goes, what it tells of what it never got, and where it goes on.
import {
  Fault,
  type LogRecord,
  type NewRecord,
  type Progress,
  parseExperiment,
  partitionOfKey,
  readShuffled,
  shuffledTopic,
  shufflerGroup,
} from '@parallax/core';
import { systemClock } from '@parallax/platform';
import { type MemoryLog, memoryLog, recordingTelemetry } from '@parallax/platform/testing';
import { describe, expect, test } from 'vitest';
import { type ShufflerOptions, type ShufflerPorts, startShuffler } from './pipeline.ts';

const TARGET = shuffledTopic('x', 'candidate', 'default');
const PACE = { progressMs: 5, commitMs: 5 };

function experiment(candidate = 'b, shuffle: true') {
  const text = `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: ${candidate} }\n`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

class World {
  readonly log: MemoryLog = memoryLog({ clock: () => Date.now() });
  readonly telemetry = recordingTelemetry();

  async open(sources = 2, targets = 3): Promise<this> {
    await this.log.ensureTopic({ topic: 'a', partitions: targets });
    await this.log.ensureTopic({ topic: 'b', partitions: sources });
    return this;
  }

  start(options: Partial<ShufflerOptions> = {}, ports: Partial<ShufflerPorts> = {}) {
    const log = this.log.connect();
    const around = { log, telemetry: this.telemetry, clock: systemClock, ...ports };
    return startShuffler(around, { experiment: experiment(), pace: PACE, ...options });
  }

  async catchUp(options: Partial<ShufflerOptions> = {}): Promise<void> {
    const running = await this.start(options);
    await running.caughtUp();
    await running.stop();
  }

  /** By target partition, in order: events as `partition/offset`, and progress. */
  async written(): Promise<readonly (readonly (string | Progress)[])[]> {
    const all = [];
    for (const { partition, end } of await this.log.extents([TARGET])) {
      const records = await this.log.read(TARGET, partition, 0, end);
      all.push(records.map((record) => told(record)));
    }
    return all;
  }
}

function told(record: LogRecord): string | Progress {
  const read = readShuffled(record, TARGET);
  return read.kind === 'event' ? `${read.partition}/${read.offset}` : read.progress;
}

function event(id: string | undefined, partition: number): NewRecord {
  const headers = id === undefined ? [] : [['correlation-id', Buffer.from(id)] as const];
  return { partition, key: null, value: Buffer.from('1'), headers };
}

const events = (all: readonly (string | Progress)[]) => all.filter((one) => typeof one === 'string');
const progress = (all: readonly (string | Progress)[]) => all.filter((one) => typeof one !== 'string');

test('an id goes to the partition murmur2 gives it, in the order of its source', async () => {
  const world = await new World().open();
  const ids = Array.from({ length: 30 }, (_, i) => `order-${i % 10}`);
  await world.log.append(
    'b',
    ids.map((id) => event(id, 1)),
  );
  await world.catchUp();
  const written = await world.written();
  for (const [partition, all] of written.entries()) {
    const own = ids.flatMap((id, i) => (partitionOfKey(Buffer.from(id), 3) === partition ? [`1/${i}`] : []));
    expect(events(all)).toEqual(own);
    expect(progress(all).at(-1)).toMatchObject({ next: { '1': 30 } });
  }
});

test('what has no id goes where its source partition says, and none is left out', async () => {
  const world = await new World().open(4, 3);
  await world.log.append(
    'b',
    [0, 1, 2, 3, 3].map((partition) => event(undefined, partition)),
  );
  await world.catchUp();
  expect((await world.written()).map((all) => events(all).sort())).toEqual([['0/0', '3/0', '3/1'], ['1/0'], ['2/0']]);
});

test('the next one goes on where the last has told and committed', async () => {
  const world = await new World().open(1, 1);
  await world.log.append('b', [event('1', 0)]);
  await world.catchUp();
  await world.log.append('b', [event('2', 0)]);
  await world.catchUp();
  const [all = []] = await world.written();
  expect(events(all)).toEqual(['0/0', '0/1']);
  expect(await world.log.committed(shufflerGroup('x'), ['b'])).toMatchObject([{ offset: 2 }]);
});

test('where it first began is kept, and told with all progress', async () => {
  const world = await new World().open(1, 1);
  await world.log.append('b', [event('1', 0), event('2', 0)]);
  await world.catchUp({ from: 'now' });
  await world.log.append('b', [event('3', 0)]);
  await world.catchUp();
  const [all = []] = await world.written();
  expect(events(all)).toEqual(['0/2']);
  for (const one of progress(all)) if ('0' in (one as Progress).next) expect(one).toMatchObject({ first: { '0': 2 } });
});

describe('what it never got', () => {
  test('expired before it came: told to all, to be counted by one, before what follows', async () => {
    const world = await new World().open(2, 3);
    await world.catchUp();
    await world.log.append(
      'b',
      Array.from({ length: 20 }, (_, i) => event(`order-${i}`, 1)),
    );
    world.log.expire('b', 1, 6);
    await world.catchUp();
    const written = await world.written();
    for (const [partition, all] of written.entries()) {
      const at = all.findIndex((one) => typeof one !== 'string' && one.struck !== undefined);
      expect(all[at]).toMatchObject({ next: { '1': 6 }, struck: { '1': 'expired' } });
      expect((all[at] as Progress).lost).toEqual(partition === 1 ? { '1': [0, 6] } : undefined);
      expect(events(all.slice(0, at))).toEqual([]);
    }
    expect(written.flatMap((all) => events(all))).toHaveLength(14);
    expect(await world.telemetry.seen('records-expired')).toMatchObject({ level: 'error', counts: { offsets: 6 } });
  });

  test('is told before it is committed: who dies in between tells it again', async () => {
    const world = await new World().open(1, 1);
    const transaction = world.log.begin();
    transaction.append('b', [event('1', 0)]);
    transaction.abort();
    await world.log.append('b', [event('2', 0)]);
    const client = world.log.connect();
    // It says where it begins, then never again.
    await world.start({ pace: { progressMs: 86_400_000, commitMs: 1 } }, { log: client });
    await world.telemetry.seen('records-shuffled');
    await world.telemetry.seen('progress-committed', 4);
    client.crash();
    expect(await world.log.committed(shufflerGroup('x'), ['b'])).toMatchObject([{ offset: 0 }]);
    await world.catchUp();
    const [all = []] = await world.written();
    expect(progress(all)).toContainEqual(expect.objectContaining({ struck: { '0': 'aborted' } }));
  });

  test('taken back by its transaction: told to all', async () => {
    const world = await new World().open(1, 2);
    const transaction = world.log.begin();
    transaction.append('b', [event('1', 0)]);
    transaction.abort();
    await world.log.append('b', [event('2', 0)]);
    await world.catchUp();
    for (const all of await world.written())
      expect(progress(all)).toContainEqual(expect.objectContaining({ struck: { '0': 'aborted' } }));
  });
});

test('a log that does not take records is waited for, and what follows does not overtake', async () => {
  const world = await new World().open(1, 1);
  await world.log.append('b', [event('1', 0), event('2', 0)]);
  let failures = 3;
  const client = world.log.connect();
  const log = new Proxy(client, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (name !== 'append' || typeof member !== 'function')
        return typeof member === 'function' ? member.bind(target) : member;
      return async (...args: unknown[]) => {
        // It is written, and the answer is lost.
        const answer = await member.apply(target, args);
        if (failures-- > 0) throw new Fault('no answer', { code: 'test', retryable: true });
        return answer;
      };
    },
  });
  const running = await world.start({}, { log });
  await running.caughtUp();
  await running.stop();
  const [all = []] = await world.written();
  expect([...new Set(events(all))]).toEqual(['0/0', '0/1']);
  expect(await world.telemetry.seen('log-back')).toMatchObject({ level: 'info' });
});

test('an experiment that shuffles nothing is told so', async () => {
  const world = await new World().open();
  await expect(world.start({ experiment: experiment('b') })).rejects.toMatchObject({ code: 'nothing-to-shuffle' });
});

test('topics that are not there are named', async () => {
  const world = await new World().open();
  await expect(world.start({ experiment: experiment('c, shuffle: true') })).rejects.toMatchObject({
    code: 'topics-absent',
    message: expect.stringContaining('no topic c'),
  });
});

test('a source that ends before what was shuffled of it is refused', async () => {
  const world = await new World().open(1, 1);
  await world.log.append('b', [event('1', 0), event('2', 0)]);
  await world.catchUp();
  world.log.truncate('b', 0, 1);
  const running = await world.start();
  expect(await running.ended).toMatchObject({ code: 'log-truncated' });
});
