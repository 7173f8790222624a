// What is read again after a restart.
import type { EventLog, NewRecord } from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { experiment, World } from './testing/world.ts';

const PAIRS = 25_000;
const PATIENT = experiment(
  'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nwindow: { settle: 1ms, deadline: 2h }\n',
);

function records(ids: readonly string[]): NewRecord[] {
  return ids.map((id) => ({
    partition: 0,
    key: null,
    timestamp: TRAFFIC_BEGINS,
    value: Buffer.from('1'),
    headers: [['correlation-id', Buffer.from(id)]],
  }));
}

/** The same log; `read` counts the records that are delivered of topic a. */
function counted(log: EventLog): { log: EventLog; read: () => number } {
  let read = 0;
  const consume: EventLog['consume'] = (options, handlers) =>
    log.consume(options, {
      ...handlers,
      batch: (batch) => {
        if (batch.topic === 'a') read += batch.records.length;
        handlers.batch(batch);
      },
    });
  return {
    log: new Proxy(log, { get: (target, name) => (name === 'consume' ? consume : boundTo(target, name)) }),
    read: () => read,
  };
}

function boundTo(target: EventLog, name: string | symbol): unknown {
  const member: unknown = Reflect.get(target, name);
  return typeof member === 'function' ? member.bind(target) : member;
}

/** One process, until so many legacy events have been judged. */
async function until(world: World, agreed: number, log: EventLog = world.log.connect()): Promise<void> {
  const comparator = await world.start({ experiment: PATIENT }, { log });
  while ((comparator.stats().ledger.default?.legacy.agreed ?? 0) < agreed) {
    const seen = world.telemetry.events.filter(({ name }) => name === 'cut-committed').length;
    await world.telemetry.seen('cut-committed', seen + 1);
  }
  await comparator.stop();
}

test('one old event that is open does not make a restart read all that was judged after it', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const ids = Array.from({ length: PAIRS }, (_, i) => `id-${i}`);
  await world.append('a', records(['old', ...ids]));
  await world.append('b', records(ids));
  await until(world, PAIRS);
  await world.append('b', records(['old']));
  const { log, read } = counted(world.log.connect());
  await until(world, PAIRS + 1, log);
  expect(read()).toBeLessThan(PAIRS / 2);
  expect(world.store.pairs().find(({ id }) => id === 'old')?.outcome).toBe('match');
  expect(world.store.pairs().length).toBe(PAIRS + 1);
});
