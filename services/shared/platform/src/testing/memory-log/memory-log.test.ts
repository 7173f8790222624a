// The memory log against the suite of all event logs, and what is its own: steps, rebalances, zombies, retention.
import type { Batch, ConsumerHandlers, Position } from '@parallax/core';
import { describe, expect, it } from 'vitest';
import { describeEventLog } from '../describe-event-log.ts';
import { type MemoryLog, memoryLog } from './log.ts';

describeEventLog('the memory log', async () => {
  const log = memoryLog({ clock: Date.now });
  return { log, clock: Date.now, exclusiveGroups: true, connect: async () => log.connect(), close: () => log.close() };
});

const value = new TextEncoder().encode('v');
const commit = (offset: number) => [{ topic: 't', partition: 0, offset, metadata: '' }];

function noting(notes: string[], starts: readonly Position[] = []): ConsumerHandlers {
  return {
    async assigned(generation) {
      notes.push(`assigned ${generation}`);
      return starts;
    },
    batch: ({ generation, partition, next }: Batch) => void notes.push(`${generation}: p${partition} to ${next}`),
  };
}

async function filled(log: MemoryLog, partitions = 1, each = 2): Promise<MemoryLog> {
  await log.ensureTopic({ topic: 't', partitions });
  for (let partition = 0; partition < partitions; partition++) {
    await log.append('t', Array(each).fill({ partition, key: null, value }));
  }
  return log;
}

/** Pumps until nothing is ready, letting promises settle in between. */
async function drain(log: MemoryLog): Promise<void> {
  for (let idle = 0; idle < 5; idle = log.pump() ? 0 : idle + 1) await Promise.resolve();
}

describe('a pumped memory log', () => {
  it('does nothing by itself, and one step a pump', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 2);
    const notes: string[] = [];
    await log.consume({ group: 'g', topics: ['t'], batchRecords: 1 }, noting(notes));
    expect(notes).toEqual([]);
    expect(log.pump()).toBe(true);
    expect(notes).toEqual(['assigned 1']);
    await drain(log);
    expect(notes.slice(1).sort()).toEqual(['1: p0 to 1', '1: p0 to 2', '1: p1 to 1', '1: p1 to 2']);
    expect(log.pump()).toBe(false);
  });

  it('lets the caller choose which step comes next', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump', choose: (ready) => ready - 1 }), 2);
    const notes: string[] = [];
    await log.consume({ group: 'g', topics: ['t'], batchRecords: 1 }, noting(notes));
    await drain(log);
    expect(notes).toEqual(['assigned 1', '1: p1 to 1', '1: p1 to 2', '1: p0 to 1', '1: p0 to 2']);
  });

  it('overwrites what it handed out once the handler has returned', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 1);
    const kept: (Uint8Array | null)[] = [];
    const batch = ({ records }: Batch): void => void kept.push(...records.map((record) => record.value));
    await log.consume({ group: 'g', topics: ['t'] }, { assigned: async () => [], batch });
    await drain(log);
    expect(kept).toEqual([new Uint8Array([0xdd])]);
    expect((await log.read('t', 0, 0, 1))[0]?.value).toEqual(value);
  });
});

describe('a rebalance of a memory log', () => {
  it('gives a new generation, assigns again and refuses the old generation', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }));
    const notes: string[] = [];
    const consumption = await log.consume({ group: 'g', topics: ['t'] }, noting(notes));
    await drain(log);
    expect(await consumption.commit(1, commit(1))).toBe('committed');
    log.rebalance('g');
    expect(await consumption.commit(1, commit(2))).toBe('refused');
    await drain(log);
    expect(notes).toEqual(['assigned 1', '1: p0 to 2', 'assigned 2', '2: p0 to 2']);
    expect(await consumption.commit(2, commit(2))).toBe('committed');
  });

  it('during an assignment makes its answer count for nothing', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }));
    const gates = [Promise.withResolvers<Position[]>(), Promise.withResolvers<Position[]>()];
    const batches: Batch[] = [];
    await log.consume(
      { group: 'g', topics: ['t'] },
      {
        assigned: async (generation) => gates[generation - 1]?.promise ?? [],
        batch: (batch) => void batches.push(batch),
      },
    );
    log.pump();
    log.rebalance('g');
    log.pump();
    gates[0]?.resolve([{ topic: 't', partition: 0, offset: 0 }]);
    await drain(log);
    expect(batches).toEqual([]);
    gates[1]?.resolve([{ topic: 't', partition: 0, offset: 1 }]);
    await drain(log);
    expect(batches.map(({ generation, records }) => [generation, records.length])).toEqual([[2, 1]]);
  });
});

describe('a takeover in a memory log', () => {
  it('leaves a zombie that reads on until its commit is refused', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump', groups: 'takeover' }));
    const [old, young]: [string[], string[]] = [[], []];
    const zombie = await log.consume({ group: 'g', topics: ['t'] }, noting(old));
    await drain(log);
    const heir = await log.connect().consume({ group: 'g', topics: ['t'] }, noting(young));
    await log.append('t', [{ key: null, value }]);
    await drain(log);
    expect(old).toEqual(['assigned 1', '1: p0 to 2', '1: p0 to 3']);
    expect(young).toEqual(['assigned 2', '2: p0 to 3']);
    expect(await zombie.commit(1, commit(3))).toBe('refused');
    expect(await zombie.ended).toMatchObject({ code: 'group-overtaken' });
    expect(await heir.commit(2, commit(3))).toBe('committed');
  });
});

describe('a crash of a client of a memory log', () => {
  it('silences its consumers and frees their groups, and the log stays', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }));
    const doomed = log.connect();
    const [before, after]: [string[], string[]] = [[], []];
    const consumption = await doomed.consume({ group: 'g', topics: ['t'] }, noting(before));
    log.pump();
    doomed.crash();
    await log.consume({ group: 'g', topics: ['t'] }, noting(after));
    await drain(log);
    expect(before).toEqual(['assigned 1']);
    expect(await consumption.commit(1, commit(1))).toBe('refused');
    expect(after).toEqual(['assigned 2', '2: p0 to 2']);
  });
});

describe('retention of a memory log', () => {
  it('moves the start and takes what lies below', async () => {
    const log = await filled(memoryLog({ clock: () => 0 }), 1, 5);
    log.expire('t', 0, 3);
    expect(await log.extents(['t'])).toEqual([{ topic: 't', partition: 0, start: 3, end: 5, offset: 5 }]);
    expect((await log.read('t', 0, 0, 10)).map(({ offset }) => offset)).toEqual([3, 4]);
  });

  it.each([3, 5])('ends a consumer that was to read what is gone, up to %i of 5, and skips nothing', async (before) => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 5);
    const batches: Batch[] = [];
    const { ended } = await log.consume(
      { group: 'g', topics: ['t'] },
      { assigned: async () => [{ topic: 't', partition: 0, offset: 1 }], batch: (batch) => void batches.push(batch) },
    );
    log.expire('t', 0, before);
    await drain(log);
    const message = expect.stringContaining(`begins at ${before}, after the position 1`);
    expect(await ended).toMatchObject({ code: 'offset-out-of-range', message });
    expect(batches).toEqual([]);
  });

  it('is followed by a consumer that nobody gave a position', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 5);
    const notes: string[] = [];
    await log.consume({ group: 'g', topics: ['t'] }, noting(notes));
    log.expire('t', 0, 3);
    await drain(log);
    expect(notes).toEqual(['assigned 1', '1: p0 to 5']);
  });
});

describeEventLog('the memory log with shared groups', async () => {
  const log = memoryLog({ clock: Date.now, groups: 'shared' });
  return { log, clock: Date.now, exclusiveGroups: false, connect: async () => log.connect(), close: () => log.close() };
});

describe('transactions of a memory log', () => {
  it('hold back what follows them, and their end takes an offset', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 1);
    const transaction = log.begin();
    transaction.append('t', [{ partition: 0, key: null, value }]);
    await log.append('t', [{ partition: 0, key: null, value }]);
    const notes: string[] = [];
    await log.consume({ group: 'g', topics: ['t'] }, noting(notes));
    await drain(log);
    expect(notes).toEqual(['assigned 1', '1: p0 to 1']);
    expect(await log.extents(['t'])).toMatchObject([{ end: 3 }]);
    transaction.commit();
    await drain(log);
    expect(notes.slice(2)).toEqual(['1: p0 to 4']);
    expect((await log.read('t', 0, 0, 9)).map(({ offset }) => offset)).toEqual([0, 1, 2]);
  });

  it('that are aborted were never there, but are told as skipped', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 1);
    const transaction = log.begin();
    transaction.append('t', [{ partition: 0, key: null, value }]);
    transaction.abort();
    const batches: Batch[] = [];
    await log.consume(
      { group: 'g', topics: ['t'] },
      { assigned: async () => [], batch: (batch) => void batches.push(batch) },
    );
    await drain(log);
    expect(batches.map(({ records, next, aborted, markers }) => [records.length, next, aborted, markers])).toEqual([
      [1, 3, 1, 1],
    ]);
  });
});

it('a batch tells in which epoch of its leader it was written, which an election raises', async () => {
  const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump' }), 1, 3);
  const epochs: string[] = [];
  await log.consume(
    { group: 'g', topics: ['t'] },
    {
      assigned: async () => [],
      batch: ({ next, epoch }) => void epochs.push(`up to ${next}: ${epoch}`),
    },
  );
  await drain(log);
  log.elect('t', 0);
  await log.append('t', [{ partition: 0, key: null, value: null }]);
  await drain(log);
  log.truncate('t', 0, 2);
  await log.append(
    't',
    Array.from({ length: 4 }, () => ({ partition: 0, key: null, value: null })),
  );
  await drain(log);
  expect(epochs).toEqual(['up to 3: 0', 'up to 4: 1', 'up to 6: 2']);
});

describe('a shared group', () => {
  it('gives each member the same partitions of all topics, and goes on without one that has stopped', async () => {
    const log = await filled(memoryLog({ clock: () => 0, delivery: 'pump', groups: 'shared' }), 4, 1);
    const [one, two] = [[] as string[], [] as string[]];
    const first = log.connect();
    const stopped = await first.consume({ group: 'g', topics: ['t'] }, noting(one));
    await log.consume({ group: 'g', topics: ['t'] }, noting(two));
    await drain(log);
    expect([one.sort(), two.sort()]).toEqual([
      ['2: p0 to 1', '2: p2 to 1', 'assigned 2'],
      ['2: p1 to 1', '2: p3 to 1', 'assigned 2'],
    ]);
    first.suspend(true);
    await drain(log);
    expect(two).toContain('3: p0 to 1');
    first.awake();
    expect(await stopped.commit(2, commit(1))).toBe('refused');
    await drain(log);
    expect([one, two].map((notes) => notes.includes('assigned 4'))).toEqual([true, true]);
  });
});
