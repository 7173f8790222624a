// Partitions that are added to a topic while it is archived.
import { openLog } from '@parallax/platform';
import { addPartitions, describeOn, memoryArchive, recordingTelemetry } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { startArchiver } from './pipeline.ts';

describeOn('kafka', 'the archiver on Kafka', ({ kafka: { brokers } }) => {
  test('takes up partitions that a topic is given while it runs', async () => {
    const log = await openLog(`kafka://${brokers.join(',')}`);
    onTestFinished(() => log.close());
    const topic = `archiver-grown-${crypto.randomUUID()}`;
    await log.ensureTopic({ topic, partitions: 1 });
    const one = (partition: number) => ({ partition, key: null, value: Buffer.from(`in ${partition}`) });
    await log.append(topic, [one(0)]);
    const archive = memoryArchive();
    const tail = { quietMs: 100, maxAgeMs: 1_000 };
    const ports = { log, archive, telemetry: recordingTelemetry() };
    const archiver = await startArchiver(ports, { experiment: topic, topics: [topic], tail });
    onTestFinished(() => archiver.stop());
    await archiver.caughtUp();
    await addPartitions(brokers, topic, 3);
    await expect.poll(() => archiver.stats().partitions, { timeout: 40_000, interval: 100 }).toBe(3);
    await log.append(topic, [one(1), one(2)]);
    await archiver.caughtUp();
    const held = (await Array.fromAsync(archive.list('topics/'))).concat(await Array.fromAsync(archive.list('tails/')));
    for (const partition of [0, 1, 2]) {
      expect(held.filter(({ key }) => key.includes(`partition=${partition}/`)).length).toBeGreaterThan(0);
    }
  });
});
