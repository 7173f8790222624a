// A comparator that ended for good takes the verdict with it, on the built-in log and store, until it has gone on.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeVerdict, type NewRecord, summariseVerdict, verdictExitCode } from '@parallax/core';
import { openLog, openStore, readVerdict, systemClock } from '@parallax/platform';
import { recordingTelemetry } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { comparatorGroup } from './comparing.ts';
import { startComparator } from './start-comparator.ts';
import { experiment } from './testing/world.ts';

const EXPERIMENT = experiment(`experiment: x
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 50ms, deadline: 300ms, late: 1h }
`);

function record(id: string, partition: number): NewRecord {
  const headers = [['correlation-id', Buffer.from(id)]] as const;
  return { partition, key: null, timestamp: systemClock.now(), value: Buffer.from('1'), headers };
}

test('a verdict of before a halt is INCONCLUSIVE and names it, until a comparator has gone on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-halts-'));
  const log = await openLog(`embedded:${folder}/log`);
  const store = await openStore(`chdb:${folder}/store`);
  onTestFinished(async () => {
    await store.close();
    await log.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });
  await store.migrate();
  for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 2 });
  const catchUp = async () => {
    const ports = { log, store, telemetry: recordingTelemetry() };
    const comparator = await startComparator(ports, { experiment: EXPERIMENT, run: 'live', from: 'earliest' });
    await comparator.caughtUp().finally(() => comparator.stop());
  };
  const verdict = () => readVerdict(store, { experiment: 'x', run: 'live' });
  const both = async (...records: NewRecord[]) => {
    for (const topic of ['a', 'b']) await log.append(topic, records);
  };

  await both(record('1', 0), record('2', 1));
  await catchUp();
  expect(await verdict()).toMatchObject({ verdict: 'PARITY', halted: null });

  await log.append('a', [record('1', 1)]);
  await both(record('3', 1));
  await expect(catchUp()).rejects.toMatchObject({ code: 'split-id' });
  const halted = await verdict();
  expect(halted).toMatchObject({ verdict: 'INCONCLUSIVE', diverged: 0, halted: { code: 'split-id' } });
  expect(halted.reasons[0]).toMatch(
    /^Comparing halted at \d{4}-.*Z \(split-id\): Output default: the id "1" .* start the comparator again\.$/,
  );
  expect(describeVerdict(halted)).toContain(halted.reasons[0]);
  expect(summariseVerdict(halted)).toContain('halted by split-id');
  expect(verdictExitCode(halted.verdict)).toBe(2);

  // Mended data: topics anew, and everything is judged anew.
  await log.deleteGroup(comparatorGroup('x', 'live'));
  for (const topic of ['a', 'b']) await log.deleteTopic(topic);
  for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 2 });
  await both(record('1', 0), record('2', 1), record('3', 1));
  await catchUp();
  expect(await verdict()).toMatchObject({ verdict: 'PARITY', halted: null });

  // Nothing is new: the first checkpoint after a start says by itself that it has gone on.
  const at = systemClock.now();
  await store.write({ halts: [{ experiment: 'x', run: 'live', at, code: 'log-truncated', message: 'gone' }] });
  expect(await verdict()).toMatchObject({ verdict: 'INCONCLUSIVE', halted: { code: 'log-truncated' } });
  await catchUp();
  expect(await verdict()).toMatchObject({ verdict: 'PARITY', halted: null });
  await store.deleteRun('x', 'live');
  expect(await store.query('SELECT count() AS n FROM halts')).toEqual([{ n: 0 }]);
});
