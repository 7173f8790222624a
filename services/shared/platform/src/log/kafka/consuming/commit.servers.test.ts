// A commit whose answer is lost, or that never arrives: it is tried once, and what is not known is not made up.
import type { EventLog } from '@parallax/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeOn, type FaultProxy, type RunningKafka, startKafka } from '../../../testing/index.ts';
import { record } from '../../../testing/log-conformance/recorder.ts';
import { fresh, freshTopic } from '../../../testing/log-conformance/subject.ts';
import { openKafkaLog } from '../log.ts';

/** A request begins with its length (i32) and the number of what is asked (i16). */
const OFFSET_COMMIT = 8;
const isCommit = (chunk: Buffer): boolean => chunk.length > 6 && chunk.readInt16BE(4) === OFFSET_COMMIT;

describeOn('kafka', 'a commit to Kafka over a bad network', () => {
  let kafka: RunningKafka;
  let proxy: FaultProxy;
  let near: EventLog;
  let far: EventLog;
  beforeAll(async () => {
    kafka = await startKafka({ proxied: true });
    if (kafka.proxied?.proxies[0] === undefined) throw new Error('There is no proxy.');
    [proxy] = kafka.proxied.proxies;
    near = await openKafkaLog(`kafka://${kafka.brokers.join(',')}`);
    far = await openKafkaLog(`kafka://${kafka.proxied.brokers.join(',')}`);
  });
  afterAll(async () => {
    await proxy?.clear();
    await far?.close();
    await near?.close();
    await kafka?.stop();
  });

  async function member() {
    const [group, topic] = [fresh('group'), await freshTopic(near)];
    const consumer = await record(far, { group, topics: [topic] });
    await consumer.until(({ generation }) => generation !== -1);
    const commit = (offset: number) => {
      return consumer.consumption.commit(consumer.generation, [{ topic, partition: 0, offset, metadata: '' }]);
    };
    const committed = async () => (await near.committed(group, [topic]))[0]?.offset;
    return { consumer, commit, committed };
  }

  test('is unknown when its answer is lost, although it was written; the next one goes through', async () => {
    const { commit, committed, consumer } = await member();
    await proxy.inject({ kind: 'answer-lost' }, { when: isCommit, times: 1 });
    expect(await commit(5)).toBe('unknown');
    expect(await committed()).toBe(5);
    await proxy.clear();
    expect(await commit(6)).toBe('committed');
    expect(await committed()).toBe(6);
    expect(consumer.assignments).toHaveLength(1);
  });

  test('is unknown when it does not arrive, and is not sent again', async () => {
    const { commit, committed, consumer } = await member();
    const before = proxy.struck();
    await proxy.inject({ kind: 'reset' }, { when: isCommit });
    expect(await commit(5)).toBe('unknown');
    // Whatever else is asked meanwhile goes through.
    await consumer.consumption.ends();
    expect(proxy.struck()).toBe(before + 1);
    await proxy.clear();
    expect(await committed()).toBeUndefined();
    expect(await commit(5)).toBe('committed');
  });
});
