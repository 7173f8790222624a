// A run that was paused tells its whole rate and that of its last session.
import { memoryArchive, memoryLog, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { hastyClock, keep, ORDERS, type Recorded, START } from './doubles.ts';
import { startReplay } from './pipeline.ts';

/** Ten inputs a second apart, and an answer to each half a second later. */
const inputs: Recorded[] = Array.from({ length: 10 }, (_, n) => ({ partition: 0, at: n * 1_000, id: `o-${n}` }));
const answers = inputs.map((input) => ({ ...input, at: input.at + 500 }));

test('what was fed before, and how long that took, counts to the whole', async () => {
  const [log, archive, store] = [memoryLog({ clock: () => START }), memoryArchive(), memoryStore()];
  await keep(archive, 'orders.in', inputs);
  await keep(archive, 'prices', answers);
  await log.ensureTopic({ topic: 'orders.in', partitions: 1 });
  /** Stopped, as a pause does, once so many inputs are in the log. */
  const session = async (upTo: number) => {
    let fed = 0;
    const enough = Promise.withResolvers<void>();
    const replaying = await startReplay(
      { log, archive, store, telemetry: recordingTelemetry(), clock: hastyClock() },
      {
        experiment: ORDERS,
        run: 'r',
        pace: 'as-recorded',
        onInput: () => {
          fed += 1;
          if (fed === upTo) enough.resolve();
        },
      },
    );
    await Promise.race([enough.promise, replaying.done]);
    if (upTo < inputs.length) await replaying.stop();
    const report = await replaying.done;
    if (upTo >= inputs.length) await replaying.finish();
    return report;
  };
  const first = await session(4);
  expect(first).toMatchObject({ state: 'interrupted', resumed: false, whole: { sessions: 1 } });
  expect(first.whole.records).toBe(first.inputs.fed + first.outputs.fed);
  expect(first.whole.elapsedMs).toBe(first.elapsedMs);
  const second = await session(100);
  expect(second).toMatchObject({ state: 'fed', resumed: true, inputs: { fed: 10 }, outputs: { fed: 10 } });
  expect(second.whole).toMatchObject({
    sessions: 2,
    records: 20,
    elapsedMs: first.elapsedMs + second.elapsedMs,
    rate: Math.round(20_000 / (first.elapsedMs + second.elapsedMs)),
  });
});
