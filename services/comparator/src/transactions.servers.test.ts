// Transactions on a real cluster: what one takes back, or has not yet ended, never makes the other side's event missing.
import { type EventLog, type NewRecord, parseExperiment } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { describeOn, memoryStore, putIn, recordingTelemetry, transactionalProducer } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { startComparator } from './start-comparator.ts';

const event = (id: string): NewRecord => ({ partition: 0, key: null, value: Buffer.from(text(id)) });
const text = (id: string) => JSON.stringify({ id });

describeOn('kafka', 'transactions on Kafka', ({ kafka }) => {
  let log: EventLog;
  beforeAll(async () => {
    log = await openLog(`kafka://${kafka.brokers.join(',')}`);
  });
  afterAll(() => log?.close());

  /** A comparator at work on two topics of one partition, and what it shows of an id. */
  async function comparing(name: string) {
    const [legacy, candidate] = [`${name}.a`, `${name}.b`];
    for (const topic of [legacy, candidate]) await log.ensureTopic({ topic, partitions: 1 });
    const experiment = `experiment: ${name}
correlation: path:/id
legacy: { topic: ${legacy} }
candidate: { topic: ${candidate} }
window: { settle: 100ms, deadline: 1s, outage: 1h, maxOutage: 2h }
`;
    const parsed = parseExperiment(experiment, 'x.yaml');
    if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
    const store = memoryStore();
    const around = { log, store, telemetry: recordingTelemetry() };
    const comparator = await startComparator(around, {
      experiment: parsed.experiment,
      run: 'live',
      from: 'earliest',
      pace: { sampleMs: 50, workMs: 20, cutMs: 200 },
    });
    onTestFinished(() => comparator.stop());
    const row = (id: string) => store.pairs().find((one) => one.id === id);
    const shown = (id: string) => {
      const found = row(id);
      return found === undefined ? undefined : [found.state, found.outcome, found.reason];
    };
    /** Resolves once the id is shown so, and no longer only for the time being. */
    const judged = (id: string, outcome: string) =>
      vi.waitUntil(() => row(id)?.state !== 'provisional' && row(id)?.outcome === outcome, {
        timeout: 60_000,
        interval: 20,
      });
    /** Resolves once the id is judged, whatever as. */
    const ended = (id: string) => vi.waitUntil(() => row(id)?.state === 'final', { timeout: 60_000, interval: 20 });
    return { legacy, candidate, store, shown, judged, ended };
  }

  it('an aborted one leaves what it may have answered undecided, and what comes a deadline later is missing', async () => {
    const { legacy, candidate, store, shown, judged, ended } = await comparing('aborted-transactions');
    const { begin } = await transactionalProducer(kafka.brokers);
    await log.append(legacy, [event('before'), event('answered')]);
    await log.append(candidate, [event('before')]);
    const transaction = await begin();
    await putIn(transaction, candidate, [text('answered')]);
    await transaction.abort();
    await judged('before', 'match');
    await judged('answered', 'inconclusive');
    expect(shown('answered')).toEqual(['final', 'inconclusive', 'transaction-aborted']);
    // The transaction was read after that event: less than a deadline may have passed since. Once this one is judged, it has.
    await log.append(legacy, [event('soon')]);
    await ended('soon');
    await log.append(legacy, [event('never')]);
    await judged('never', 'missing-candidate');
    const missing = store.pairs().filter(({ outcome }) => outcome.startsWith('missing'));
    expect(missing.map(({ id }) => id).filter((id) => id !== 'soon')).toEqual(['never']);
  });

  it('an open one leaves what stands behind it undecided, and its end revises it', async () => {
    const { legacy, candidate, shown, judged } = await comparing('open-transactions');
    const { begin } = await transactionalProducer(kafka.brokers);
    await log.append(legacy, [event('before')]);
    await log.append(candidate, [event('before')]);
    await judged('before', 'match');
    const transaction = await begin();
    await putIn(transaction, candidate, [text('inside')]);
    await log.append(candidate, [event('behind')]);
    await log.append(legacy, [event('inside'), event('behind')]);
    await judged('inside', 'inconclusive');
    await judged('behind', 'inconclusive');
    expect([shown('inside')?.[2], shown('behind')?.[2]]).toEqual(['open-transaction', 'open-transaction']);
    await transaction.commit();
    await judged('inside', 'match');
    await judged('behind', 'match');
    expect(shown('inside')).toEqual(['revised', 'match', '']);
  });

  it('that never cease keep nothing from being called missing', async () => {
    const { legacy, candidate, judged } = await comparing('busy-transactions');
    const { begin } = await transactionalProducer(kafka.brokers);
    await log.append(legacy, [event('before')]);
    await log.append(candidate, [event('before')]);
    await judged('before', 'match');
    await log.append(legacy, [event('never')]);
    const missing = judged('never', 'missing-candidate').then(() => true);
    for (let n = 0; !(await Promise.race([missing, false])); n++) {
      const transaction = await begin();
      await putIn(transaction, candidate, [text(`of ${n}`)]);
      await transaction.commit();
    }
  });
});
