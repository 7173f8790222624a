// Dead letters on a real cluster: there before they are counted, byte for byte, also what is larger than their topic takes;
// and a retry moves them.
import { deadLetterTopic, type EventLog, type NewRecord, parseExperiment, readDeadLetter } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { describeOn, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComparatorOptions } from './comparing.ts';
import { startComparator } from './start-comparator.ts';
import { readUnread } from './unread.ts';

const NAME = 'dead-letters-on-kafka';
const [A, B] = [`${NAME}.a`, `${NAME}.b`];
const EVENTS = 20;

function experiment(correlation: string) {
  const text = `experiment: ${NAME}
correlation: ${correlation}
legacy: { topic: ${A} }
candidate: { topic: ${B} }
window: { settle: 100ms, deadline: 1s }
`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

const FIRST = experiment('header:correlation-id');
const MENDED = experiment('{ any: [ header:correlation-id, path:/cid ] }');

function event(n: number, hasId: boolean): NewRecord {
  return {
    partition: n % 2,
    key: Buffer.from(`k${n}`),
    value: Buffer.from(JSON.stringify({ cid: `id-${n}`, n })),
    headers: [
      ...(hasId ? [['correlation-id', Buffer.from(`id-${n}`)] as const] : []),
      ['twice', Buffer.from([0, 0xff])],
      ['twice', null],
    ],
  };
}

describeOn('kafka', 'dead letters on Kafka', ({ kafka }) => {
  const store = memoryStore();
  let log: EventLog;
  beforeAll(async () => {
    log = await openLog(`kafka://${kafka.brokers.join(',')}`);
    for (const topic of [A, B]) await log.ensureTopic({ topic, partitions: 2 });
    const numbers = Array.from({ length: EVENTS }, (_, n) => n);
    await log.append(
      A,
      numbers.map((n) => event(n, true)),
    );
    await log.append(
      B,
      numbers.map((n) => event(n, n % 4 !== 0)),
    );
  });
  afterAll(() => log?.close());

  async function caughtUp(options: Pick<ComparatorOptions, 'experiment' | 'retry'>) {
    const around = { log, store, telemetry: recordingTelemetry() };
    const comparator = await startComparator(around, { run: 'live', from: 'earliest', ...options });
    try {
      const { ledger } = await comparator.caughtUp();
      return { ledger, retried: comparator.retried() };
    } finally {
      await comparator.stop();
    }
  }

  it('each is there once it is counted, and the record is as it was', async () => {
    const { ledger } = await caughtUp({ experiment: FIRST });
    expect(ledger.default?.candidate).toMatchObject({ 'no-id': 5, agreed: 15 });
    const unread = await readUnread(log, NAME, 'live', [A, B]);
    expect([...unread.values()].reduce((sum, one) => sum + one['no-id'].size, 0)).toBe(5);
    const letters = (await log.read(deadLetterTopic(NAME), 0, 0, 100)).map(readDeadLetter);
    expect(letters).toHaveLength(5);
    for (const letter of letters) {
      const { topic = '', partition = 0, offset = 0 } = letter ?? {};
      const [record] = await log.read(topic, partition, offset, 1);
      expect(letter).toMatchObject({ code: 'no-id', topic: B, timestamp: record?.timestamp });
      expect([letter?.key, letter?.value, letter?.headers]).toEqual([record?.key, record?.value, record?.headers]);
    }
  });

  it('a retry with the mended file moves them into their pairs, and a second one finds nothing', async () => {
    const retry = { sides: ['candidate'], columns: ['no-id', 'undecodable'] } as const;
    const first = await caughtUp({ experiment: MENDED, retry });
    expect(first.retried).toEqual({ reopened: 5, left: 0, unread: 0 });
    expect(first.ledger.default).toMatchObject({
      legacy: { agreed: EVENTS, diverged: 0, open: 0 },
      candidate: { agreed: EVENTS, 'no-id': 0, open: 0 },
    });
    const again = await caughtUp({ experiment: MENDED, retry });
    expect(again.retried).toEqual({ reopened: 0, left: 0, unread: 0 });
    expect(again.ledger).toEqual(first.ledger);
  });

  it('one that only just fits its own topic is kept without its value, and counted', async () => {
    // With our headers it is more than a broker's default takes, 1,048,588 bytes a batch.
    const value = Buffer.alloc(1_048_400, 'x');
    const [place] = await log.append(B, [{ partition: 0, key: null, value }]);
    const { ledger } = await caughtUp({ experiment: MENDED });
    expect(ledger.default?.candidate.undecodable).toBe(1);
    const letters = (await log.read(deadLetterTopic(NAME), 0, 0, 100)).map(readDeadLetter);
    expect(letters.at(-1)).toMatchObject({ ...place, value: null, omittedBytes: value.length });
  });
});
