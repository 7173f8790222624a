// A group of several members on a real Kafka: who owns what, and who may still commit.
import { fileURLToPath } from 'node:url';
import type { EventLog } from '@parallax/core';
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { describeOn, type ProcessUnderTest, startProcess } from '../../../testing/index.ts';
import { type Recorder, record } from '../../../testing/log-conformance/recorder.ts';
import { fresh, freshTopic, numbered } from '../../../testing/log-conformance/subject.ts';
import { openKafkaLog } from '../log.ts';

const CHILD = fileURLToPath(new URL('./testing/consumer-child.ts', import.meta.url));
/** The shortest the brokers allow. */
const SESSION_MS = 6_000;
const WAIT = { timeout: 90_000, interval: 50 };

describeOn('kafka', 'a group of Kafka', ({ kafka: { brokers } }) => {
  const address = `kafka://${brokers.join(',')}`;
  const timing = { sessionMs: SESSION_MS, heartbeatMs: 300 };
  let log: EventLog;
  beforeAll(async () => {
    log = await openKafkaLog(address, { timing });
  });
  afterAll(() => log?.close());

  async function filledTopic(): Promise<string> {
    const topic = await freshTopic(log, 2);
    for (const partition of [0, 1]) await log.append(topic, numbered(10, partition));
    return topic;
  }

  /** By topic, what a member owns at present. */
  function owned(member: Recorder, topic: string): readonly number[] {
    const places = member.assignments.at(-1)?.partitions ?? [];
    return places.filter((place) => place.topic === topic).map(({ partition }) => partition);
  }

  function settled(members: readonly Recorder[], topics: Readonly<Record<string, number>>): Promise<true> {
    return vi.waitUntil(() => {
      const isOne = new Set(members.map(({ generation }) => generation)).size === 1;
      return (
        (isOne &&
          Object.entries(topics).every(([topic, count]) => {
            return members.flatMap((member) => owned(member, topic)).length === count;
          })) ||
        undefined
      );
    }, WAIT) as Promise<true>;
  }

  test('shares its partitions out side by side while members come and go, and reads every record', async () => {
    const [group, legacy, candidate] = [fresh('group'), await freshTopic(log, 7), await freshTopic(log, 5)];
    const topics = { [legacy]: 7, [candidate]: 5 };
    const join = () => {
      return record(
        log,
        { group, topics: [legacy, candidate], batchRecords: 10 },
        {
          batch({ generation, topic, partition, next }, { consumption }) {
            void consumption.commit(generation, [{ topic, partition, offset: next, metadata: '' }]);
          },
        },
      );
    };
    const write = async () => {
      for (const [topic, count] of Object.entries(topics)) {
        for (let partition = 0; partition < count; partition++) await log.append(topic, numbered(30, partition));
      }
    };
    const members = [await join()];
    await settled(members, topics);
    await write();
    const alone = members[0] === undefined ? [] : owned(members[0], legacy);
    members.push(await join(), await join());
    await settled(members, topics);
    await write();
    const sizes = members.map((member) => owned(member, legacy).length).sort();
    expect(sizes).toEqual([2, 2, 3]);
    for (const member of members) {
      expect(owned(member, candidate)).toEqual(owned(member, legacy).filter((number) => number < 5));
    }
    expect(alone).toEqual(expect.arrayContaining([...owned(members[0] as Recorder, legacy)]));
    const before = members.map((member) => owned(member, legacy));
    const [leaving] = members.splice(1, 1);
    await leaving?.consumption.stop();
    await settled(members, topics);
    await write();
    for (const [index, member] of members.entries()) {
      expect(owned(member, legacy)).toEqual(expect.arrayContaining([...(before[index === 0 ? 0 : 2] ?? [])]));
      expect(owned(member, candidate)).toEqual(owned(member, legacy).filter((number) => number < 5));
    }
    const everybody = [...members, ...(leaving === undefined ? [] : [leaving])];
    for (const [topic, count] of Object.entries(topics)) {
      for (let partition = 0; partition < count; partition++) {
        await vi.waitUntil(() => everybody.some((member) => member.of(topic, partition).at(-1)?.next === 90), WAIT);
        const seen = new Set(
          everybody.flatMap((member) => member.records(topic, partition).map(({ offset }) => offset)),
        );
        expect(seen.size).toBe(90);
      }
    }
  });

  test('refuses a commit of the generation before, from who was in it and from who was not', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const first = await record(log, { group, topics: [topic] });
    await settled([first], { [topic]: 2 });
    const old = first.generation;
    const offsets = (offset: number) => [0, 1].map((partition) => ({ topic, partition, offset, metadata: '' }));
    expect(await first.consumption.commit(old, offsets(1))).toBe('committed');
    const second = await record(log, { group, topics: [topic] });
    await settled([first, second], { [topic]: 2 });
    expect(first.generation).toBeGreaterThan(old);
    for (const { consumption } of [first, second]) {
      expect(await consumption.commit(old, offsets(2).slice(0, 1))).toBe('refused');
    }
    const [mine] = owned(second, topic);
    const foreign = offsets(3).filter(({ partition }) => partition !== mine);
    await expect(second.consumption.commit(second.generation, foreign)).rejects.toMatchObject({ code: 'not-owned' });
    expect(await log.committed(group, [topic])).toEqual(offsets(1));
  });

  test('goes on without a member that is stopped, which joins again when it wakes, its old commits refused', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const child = consumerChild(address, group, topic);
    await child.until(/generation \d+ 2\n/);
    const staying = await record(log, { group, topics: [topic] });
    await settledWith(staying, topic, 1);
    await child.until(new RegExp(`committed ${staying.generation}\n`));
    const old = staying.generation;
    child.signal('SIGSTOP');
    await settledWith(staying, topic, 2);
    expect(staying.generation).toBeGreaterThan(old);
    const mine = [0, 1].map((partition) => ({ topic, partition, offset: 7, metadata: 'mine' }));
    expect(await staying.consumption.commit(staying.generation, mine)).toBe('committed');
    const alone = staying.generation;
    child.signal('SIGCONT');
    await child.until(new RegExp(`refused ${old}\n`));
    await settledWith(staying, topic, 1);
    expect(staying.generation).toBeGreaterThan(alone);
    await child.until(new RegExp(`generation ${staying.generation} 1\n`));
    const after = await log.committed(group, [topic]);
    expect(after.map(({ metadata }) => metadata)).not.toContain(`child ${old}`);
    expect(child.out()).not.toMatch('ended');
  });

  test('loses a member that is killed within its session, and one that stops while it waits to join at once', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const child = consumerChild(address, group, topic);
    await child.until(/generation \d+ 2\n/);
    child.signal('SIGSTOP');
    // The group waits for the one that is stopped; whoever comes meanwhile waits with it.
    const waiting = await record(log, { group, topics: [topic] });
    await vi.waitUntil(() => isRebalancing(brokers, group), WAIT);
    await waiting.consumption.stop();
    expect(waiting.assignments).toEqual([]);
    child.signal('SIGKILL');
    const next = await record(log, { group, topics: [topic] });
    await settledWith(next, topic, 2);
    expect(waiting.assignments).toEqual([]);
  });

  test('does not wait for the session of a member that was killed on this machine', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    // Longer than this test may take.
    const child = consumerChild(address, group, topic, { sessionMs: 600_000 });
    await child.until(/generation \d+ 2\n/);
    child.signal('SIGKILL');
    await child.ended;
    const next = await record(log, { group, topics: [topic] });
    await settledWith(next, topic, 2);
    await next.untilCursor(topic, 0, 10);
  });

  test('shares out the partitions that a topic is given later', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const watchful = await openKafkaLog(address, { timing: { metadataMs: 500, heartbeatMs: 300 } });
    onTestFinished(() => watchful.close());
    const member = await record(watchful, { group, topics: [topic] });
    await settledWith(member, topic, 2);
    await administer(brokers, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] }));
    await settledWith(member, topic, 5);
  });

  test('keeps a member whose handlers are at work all the time', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const busy = await record(
      log,
      { group, topics: [topic], batchRecords: 1 },
      {
        batch() {
          const until = performance.now() + SESSION_MS / 15;
          while (performance.now() < until);
        },
      },
    );
    // All of it takes longer than a session.
    for (const partition of [0, 1]) await busy.untilCursor(topic, partition, 10);
    expect(busy.assignments).toHaveLength(1);
    expect(await busy.consumption.commit(busy.generation, [])).toBe('committed');
  });

  test('that members of another kind have joined is not joined, and says why', async () => {
    const [group, topic] = [fresh('group'), await filledTopic()];
    const kafka = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
    const foreign = kafka.consumer({ groupId: group });
    onTestFinished(() => foreign.disconnect());
    await foreign.connect();
    await foreign.subscribe({ topic });
    const { promise: joined, resolve } = Promise.withResolvers<void>();
    foreign.on(foreign.events.GROUP_JOIN, () => resolve());
    await foreign.run({ eachMessage: async () => undefined });
    await joined;
    const member = await record(log, { group, topics: [topic] });
    expect(await member.consumption.ended).toMatchObject({ code: 'group-foreign' });
    expect(member.assignments).toEqual([]);
  });

  function settledWith(member: Recorder, topic: string, count: number): Promise<void> {
    return member.until(() => owned(member, topic).length === count);
  }
});

interface Child extends ProcessUnderTest {
  until(said: RegExp): Promise<void>;
  signal(which: NodeJS.Signals): void;
}

function consumerChild(address: string, group: string, topic: string, { sessionMs = SESSION_MS } = {}): Child {
  const started = startProcess(CHILD, [address, group, String(sessionMs), topic], process.env);
  const signal = (which: NodeJS.Signals) => {
    started.child.kill(which);
  };
  onTestFinished(async () => {
    signal('SIGKILL');
    await started.ended;
  });
  return {
    ...started,
    signal,
    async until(said) {
      await vi.waitUntil(() => said.test(started.out()), WAIT);
    },
  };
}

/** Whether the group waits for members to join. */
async function isRebalancing(brokers: readonly string[], group: string): Promise<boolean> {
  const { groups } = await administer(brokers, (admin) => admin.describeGroups([group]));
  return groups[0]?.state === 'PreparingRebalance';
}

async function administer<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const done = await work(admin);
  await admin.disconnect();
  return done;
}
