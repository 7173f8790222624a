// What befalls two systems and their topics on a real cluster, each time with all that is shown and where every event went:
// a slow candidate, wrong clocks, transactions, lost records, repeats, a side that is silent.
import type { EventLog } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { createTopic, deleteBelow, describeOn, putIn, transactionalProducer } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ids, Scene, type SceneOptions, textOf } from './testing/scene.ts';

/** Of so little traffic nobody would say that a side is out. */
const NO_OUTAGE = 'outage: 1h, maxOutage: 2h';
const HOUR_MS = 3_600_000;
const SKEW_MS = 120_000;

describeOn('kafka', 'on Kafka', ({ kafka: { brokers } }) => {
  let log: EventLog;
  beforeAll(async () => {
    log = await openLog(`kafka://${brokers.join(',')}`);
  });
  afterAll(() => log?.close());

  const scene = (options: Omit<SceneOptions, 'log'>) => new Scene({ log, ...options });

  it('a candidate that reads its input several deadlines late is awaited; without its group it is not', async () => {
    const [name, group] = ['slow-candidate', 'the-slow-candidate'];
    const input = `${name}.in`;
    await log.ensureTopic({ topic: input, partitions: 2 });
    const watched = await scene({
      name,
      window: `deadline: 1s, ${NO_OUTAGE}`,
      candidate: `, group: ${group}`,
      more: `input: { topic: ${input} }`,
    }).open();
    // Three deadlines have passed for the one when this one says missing.
    const blind = scene({ name: `${name}-unseen`, topics: watched.topics, window: `deadline: 3s, ${NO_OUTAGE}` });
    const places = [0, 1].map((partition) => ({ topic: input, partition }));
    const candidate = await log.consume(
      { group, topics: [input] },
      {
        assigned: async () => [],
        batch: ({ generation, partition, records, next }) => {
          // The bytes are lent.
          const answers = records.map(({ value }) => ({ partition, key: null, value: value?.slice() ?? null }));
          const answered = log.append(watched.topics.candidate, answers);
          void answered.then(() =>
            candidate.commit(generation, [{ topic: input, partition, offset: next, metadata: '' }]),
          );
        },
      },
    );
    const received = async (what: readonly string[]) => {
      await log.append(
        input,
        what.map((id, n) => ({ partition: n % 2, key: null, value: Buffer.from(textOf(id)) })),
      );
      await watched.write('legacy', what);
    };
    try {
      const running = [await watched.start(), await blind.start()];
      await received(ids('before', 20));
      for (const each of [watched, blind]) await each.until({ 'before: final match': 20 });
      candidate.pause(places);
      await received(ids('slow', 80));
      await blind.until({ 'before: final match': 20, 'slow: final missing-candidate': 80 });
      expect(watched.shown()).toEqual({ 'before: final match': 20 });
      candidate.resume(places);
      await watched.until({ 'before: final match': 20, 'slow: final match': 80 });
      await blind.until({ 'before: final match': 20, 'slow: revised match': 80 });
      // It has read this one, and does not answer it.
      await watched.write('legacy', ids('never', 2));
      await watched.until({ 'before: final match': 20, 'slow: final match': 80, 'never: final missing-candidate': 2 });
      for (const each of running) await each.stop();
    } finally {
      await candidate.stop();
    }
    expect([watched.ledger('legacy'), watched.ledger('candidate')]).toEqual([
      { agreed: 100, diverged: 2 },
      { agreed: 100 },
    ]);
  });

  it.each([
    ['ahead', SKEW_MS],
    ['behind', -SKEW_MS],
  ])('a candidate whose clock is two deadlines %s is missed nowhere, across a restart too', async (how, skewMs) => {
    const one = await scene({ name: `clock-${how}`, window: `deadline: 1m, ${NO_OUTAGE}` }).open();
    const now = Date.now();
    const answered = { timestamp: now + skewMs };
    const first = await one.start();
    await one.write('legacy', [...ids('soon', 50), ...ids('later', 50)], { timestamp: now });
    await one.write('candidate', ids('soon', 50), answered);
    await one.until({ 'soon: final match': 50 });
    await first.stop();
    const second = await one.start();
    await one.writeBoth(ids('next', 50), answered);
    await one.until({ 'soon: final match': 50, 'next: final match': 50 });
    await one.write('candidate', ids('later', 50), answered);
    await one.until({ 'soon: final match': 50, 'next: final match': 50, 'later: final match': 50 });
    await second.stop();
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([{ agreed: 150 }, { agreed: 150 }]);
  });

  it('what an open transaction holds back is undecided, over a restart too, and its end revises all of it', async () => {
    const one = await scene({ name: 'held-back', partitions: 1, window: `deadline: 1s, ${NO_OUTAGE}` }).open();
    const { begin } = await transactionalProducer(brokers);
    const first = await one.start();
    await one.writeBoth(ids('before', 5));
    await one.until({ 'before: final match': 5 });
    const transaction = await begin();
    await putIn(
      transaction,
      one.topics.candidate,
      ids('inside', 50).map((id) => textOf(id)),
    );
    await one.write('candidate', ids('behind', 20));
    await one.write('legacy', [...ids('inside', 50), ...ids('behind', 20)]);
    const undecided = 'final inconclusive (open-transaction)';
    const heldBack = { 'before: final match': 5, [`inside: ${undecided}`]: 50, [`behind: ${undecided}`]: 20 };
    await one.until(heldBack);
    await first.stop();
    expect(one.ledger('legacy')).toEqual({ agreed: 5, undecided: 70 });
    const second = await one.start();
    await one.write('legacy', ids('again', 5));
    await one.until({ ...heldBack, [`again: ${undecided}`]: 5 });
    await transaction.commit();
    await one.write('candidate', ids('again', 5));
    const revised = { 'inside: revised match': 50, 'behind: revised match': 20, 'again: revised match': 5 };
    await one.until({ 'before: final match': 5, ...revised });
    await second.stop();
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([{ agreed: 80 }, { agreed: 80 }]);
  });

  it('what a transaction took back is not compared, and what it may have answered is undecided', async () => {
    const one = await scene({ name: 'taken-back', partitions: 1, window: `deadline: 1s, ${NO_OUTAGE}` }).open();
    const { begin } = await transactionalProducer(brokers);
    const first = await one.start();
    await one.writeBoth(ids('before', 5));
    await one.until({ 'before: final match': 5 });
    await first.stop();
    const transaction = await begin();
    await putIn(
      transaction,
      one.topics.candidate,
      [...ids('answered', 20), ...ids('taken', 20)].map((id) => textOf(id, 'wrong')),
    );
    await transaction.abort();
    await one.write('candidate', ids('answered', 20));
    await one.write('legacy', [...ids('answered', 20), ...ids('taken', 20)]);
    const second = await one.start();
    await one.until({
      'before: final match': 5,
      'answered: final match': 20,
      'taken: final inconclusive (transaction-aborted)': 20,
    });
    await second.stop();
    expect(one.store.differences()).toEqual([]);
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([{ agreed: 25, undecided: 20 }, { agreed: 25 }]);
  });

  it('an answer that was compacted away before it was read is not missing; one that never was there is', async () => {
    const one = scene({ name: 'compacted-away', partitions: 1, window: `deadline: 1s, ${NO_OUTAGE}` });
    const often = { 'segment.ms': '50', 'min.cleanable.dirty.ratio': '0.001', 'delete.retention.ms': '0' };
    await createTopic(brokers, one.topics.candidate, { 'cleanup.policy': 'compact', ...often });
    await one.open();
    const first = await one.start();
    await one.write('legacy', ids('before', 5));
    await one.write('candidate', ids('before', 5), { key: (id) => id });
    await one.until({ 'before: final match': 5 });
    await first.stop();
    // The newest of each of ten keys remains, and the key is not the id.
    await one.write('candidate', ids('answer', 50), { key: (id) => `of ${id.at(-1)}` });
    const left = async () => {
      const values: string[] = [];
      // One answer is of one segment at most.
      for (let from = 0, last: number | undefined = 0; last !== undefined; from = (last ?? 0) + 1) {
        const records = await log.read(one.topics.candidate, 0, from, 1_000);
        values.push(...records.map(({ value }) => Buffer.from(value ?? []).toString()));
        last = records.at(-1)?.offset;
      }
      return values.filter((value) => value.includes('answer'));
    };
    const kept = ids('answer', 10, 40).map((id) => textOf(id));
    const isCleaned = async () => {
      // Closed segments are cleaned; what is appended closes the one before.
      await one.write('candidate', ids('before', 1), { key: () => 'a repeat' });
      return (await left()).length === kept.length;
    };
    await vi.waitUntil(isCleaned, { timeout: 60_000, interval: 200 });
    expect(await left()).toEqual(kept);
    await one.write('legacy', ids('answer', 50));
    const second = await one.start();
    const judged = {
      'before: final match': 5,
      'answer: final match': 10,
      'answer: final inconclusive (evidence-lost)': 40,
    };
    await one.until(judged);
    // What comes within a deadline of the loss may have been answered by what is lost.
    let never = 0;
    while (one.shown()['never: final missing-candidate'] === undefined) {
      await one.write('legacy', ids('never', 1, never++));
      await expect.poll(() => one.store.pairs().length, { timeout: 60_000, interval: 20 }).toBe(55 + never);
    }
    await second.stop();
    expect(one.shown()).toMatchObject({ ...judged, 'never: final missing-candidate': 1 });
    expect(one.ledger('legacy')).toEqual({ agreed: 15, undecided: 40 + never - 1, diverged: 1 });
    const { duplicate = 0, ...columns } = one.ledger('candidate');
    expect(columns).toEqual({ agreed: 15 });
    expect(duplicate).toBeGreaterThan(0);
  });

  it('records deleted under open events, and before they were read, are lost and counted; nothing is missing', async () => {
    const one = await scene({ name: 'deleted-under', partitions: 1, window: `deadline: 30m, ${NO_OUTAGE}` }).open();
    const first = await one.start();
    await one.writeBoth(ids('before', 5));
    await one.write('candidate', ids('open', 20));
    await one.until({ 'before: final match': 5 });
    await vi.waitUntil(() => first.stats().ledger.default?.candidate.open === 20, { timeout: 60_000, interval: 20 });
    await first.stop();
    expect(one.ledger('candidate')).toEqual({ agreed: 5, open: 20 });
    await one.write('candidate', ids('unread', 10));
    await deleteBelow(brokers, one.topics.candidate, 35);
    await one.writeBoth(ids('kept', 5));
    await one.write('legacy', [...ids('open', 20), ...ids('unread', 10)]);
    const second = await one.start(`deadline: 1s, ${NO_OUTAGE}`);
    await one.until({
      'before: final match': 5,
      'kept: final match': 5,
      'open: final inconclusive (evidence-lost)': 20,
      'unread: final inconclusive (evidence-lost)': 10,
    });
    await second.stop();
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([
      { agreed: 10, undecided: 30 },
      { agreed: 10, lost: 30 },
    ]);
  });

  it.each(['remembers', 'has forgotten'])(
    'repeats, and ids used again after a restart, displace nothing that was judged, where it %s them',
    async (memory) => {
      const name = `used-again-${memory.replace(' ', '-')}`;
      const one = await scene({ name, window: `deadline: 1s, late: 1h, ${NO_OUTAGE}` }).open();
      const then = { timestamp: Date.now() - 3 * HOUR_MS };
      await one.writeBoth([...ids('same', 40)], then);
      await one.write('legacy', ids('other', 10), then);
      await one.write('candidate', ids('other', 10), { ...then, note: 'wrong' });
      const first = await one.start();
      await one.until({ 'same: final match': 40, 'other: final mismatch': 10 });
      await first.stop();
      const before = { pairs: one.store.pairs(), differences: one.store.differences() };
      await one.write('legacy', ids('same', 10));
      await one.write('candidate', ids('same', 10, 10));
      await one.writeBoth(ids('same', 10, 20), { note: 'used again' });
      await one.write('legacy', ids('other', 10), { note: 'used again' });
      const isForgetful = memory === 'has forgotten';
      const second = await one.start(undefined, isForgetful ? { recent: async () => [] } : {});
      await second.caughtUp();
      await second.stop();
      expect({ pairs: one.store.pairs(), differences: one.store.differences() }).toEqual(before);
      expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual(
        // Of those used again on both sides one in 64 is asked for, here one of ten; the older row outranks the newer.
        isForgetful
          ? [
              { agreed: 49, diverged: 10, duplicate: 10, late: 11 },
              { agreed: 49, diverged: 10, duplicate: 10, late: 1 },
            ]
          : [
              { agreed: 40, diverged: 10, duplicate: 10, late: 20 },
              { agreed: 40, diverged: 10, duplicate: 10, late: 10 },
            ],
      );
    },
  );

  it('a side that is silent is one outage in each partition, nothing is missing, and all is judged when it is back', async () => {
    const one = await scene({ name: 'silent', window: 'deadline: 2s, outage: 1s' }).open();
    const first = await one.start();
    await one.writeBoth(ids('before', 10));
    await one.until({ 'before: final match': 10 });
    await one.write('legacy', ids('silent', 60));
    const silent = { 'before: final match': 10, 'silent: provisional missing-candidate (outage)': 60 };
    await one.until(silent);
    const outages = () =>
      one.store
        .outages()
        .map(({ partition, side, ended, events }) => ({ partition, side, isOver: ended !== null, events }))
        .sort((a, b) => a.partition - b.partition);
    const begun = [0, 1].map((partition) => ({ partition, side: 'candidate', isOver: false }));
    expect(outages()).toMatchObject(begun);
    await first.stop();
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([{ agreed: 10, open: 60 }, { agreed: 10 }]);
    const second = await one.start();
    await one.write('candidate', ids('silent', 60));
    await one.writeBoth(ids('after', 10), { timestamp: Date.now() });
    await one.until({ 'before: final match': 10, 'silent: final match': 60, 'after: final match': 10 });
    await second.stop();
    expect(outages()).toEqual(begun.map((outage) => ({ ...outage, isOver: true, events: 30 })));
    expect([one.ledger('legacy'), one.ledger('candidate')]).toEqual([{ agreed: 80 }, { agreed: 80 }]);
  });
});
