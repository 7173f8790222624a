// A whole replay on parts in memory: what is judged does not depend on the pace; warm-ups, stop rules, other topics.

import { startArchiver } from '@parallax/archiver';
import { World } from '@parallax/comparator/testing';
import { type EventLog, type Experiment, type NewRecord, parseExperiment } from '@parallax/core';
import { memoryArchive } from '@parallax/platform/testing';
import { describe, expect, test } from 'vitest';
import type { StartBuild } from './build.ts';
import type { ReplayRunOptions } from './replaying.ts';
import { startReplayRun } from './run.ts';

const START = Date.parse('2026-01-31T12:00:00Z');
const ORDERS = parsed(`
experiment: orders
correlation: [header:id]
input: { topic: in }
legacy: { topic: prices }
candidate: { topic: prices.v2 }
window: { settle: 200ms, deadline: 2s, late: 1h }
rules:
  - ignore: [/at]
`);

function parsed(text: string): Experiment {
  const result = parseExperiment(text, 'orders.yaml');
  if (result.kind === 'ok') return result.experiment;
  throw new Error(JSON.stringify(result.faults));
}

const record = (id: string, at: number, value: unknown): NewRecord => ({
  partition: id.length % 2,
  timestamp: START + at,
  key: Buffer.from(id),
  value: Buffer.from(JSON.stringify(value)),
  headers: [['id', Buffer.from(id)]],
});

/** An order every second with a pause in the middle; some ask twice, some were never answered. */
const inputs = Array.from({ length: 60 }, (_, n) => record(`o-${n % 50}`, n * 1000 + (n > 30 ? 60_000 : 0), { n }));
const answers = inputs.flatMap((_, n) =>
  n === 17 ? [] : [record(`o-${n % 50}`, n * 1000 + (n > 30 ? 60_000 : 0) + 40, { price: n, at: 'then' })],
);

/** Stored by the archiver, as `start` would. */
async function world() {
  const all = await new World({ topics: { in: 2, prices: 2, 'prices.v2': 2 } }).open();
  const archive = memoryArchive();
  await all.append('in', inputs);
  await all.append('prices', answers);
  const archiver = await startArchiver(
    { log: all.log.connect(), archive, telemetry: all.telemetry, clock: all.clock },
    { experiment: 'orders', topics: ['in', 'prices', 'prices.v2'], limits: { records: 7, bytes: 1e6 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
  // Nothing is asked of the store here but what there is of the run, and the verdict.
  const store = Object.assign(all.store, { query: async () => [] });
  const replay = async (options: Partial<ReplayRunOptions> = {}) => {
    const log = all.log.connect();
    const ports = { log, archive, store, telemetry: () => all.telemetry, clock: all.clock };
    const running = await startReplayRun(ports, {
      experiment: ORDERS,
      run: 'r',
      pace: 'flat-out',
      startBuild: buildOf(all.log.connect()),
      ...options,
    });
    return { running, result: await running.done };
  };
  return { ...all, world: all, archive, replay };
}

/** Prices as legacy does, but for every tenth; one is not answered, one twice. */
function buildOf(log: EventLog): StartBuild {
  return async ({ input, outputs, group }) => {
    const [output = ''] = Object.values(outputs);
    let working = Promise.resolve();
    const failed = Promise.withResolvers<Error | undefined>();
    const consumption = await log.consume(
      { group, topics: [input], batchRecords: 5 },
      {
        assigned: async () => [],
        batch({ generation, topic, partition, records, next }) {
          const published = records.flatMap(({ value, headers }): NewRecord[] => {
            const { n } = JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())) as { n: number };
            if (n === 23) return [];
            // The log takes its bytes back.
            const own = headers.map(([name, bytes]) => [name, bytes && Uint8Array.from(bytes)] as const);
            const price = n % 10 === 9 ? n + 1 : n;
            const answer = {
              partition,
              key: null,
              value: Buffer.from(JSON.stringify({ price, at: 'now' })),
              headers: own,
            };
            return n === 5 ? [answer, answer] : [answer];
          });
          working = working.then(async () => {
            if (published.length > 0) await log.append(output, published);
            await consumption.commit(generation, [{ topic, partition, offset: next, metadata: '' }]);
          });
          working.catch((error) => failed.resolve(error));
        },
      },
    );
    return {
      ended: Promise.race([failed.promise, consumption.ended]),
      async stop() {
        await working;
        await consumption.stop();
      },
    };
  };
}

describe('what is judged', () => {
  test('does not depend on the pace: as recorded, a thousand times as fast, capped, shortened and flat out', async () => {
    const seen = [];
    for (const tempo of [
      { pace: 'flat-out' },
      { pace: 'as-recorded' },
      { pace: { times: 1000 } },
      { pace: { rate: 10 } },
      { pace: 'as-recorded', idleMs: 500, mostPerSecond: 4 },
    ] as const) {
      const { world: one, replay } = await world();
      const before = one.clock.now();
      const { result } = await replay(tempo);
      expect(result).toMatchObject({ state: 'finished', replay: { inputs: { fed: 60, total: 60 } } });
      seen.push({
        ...one.visible(),
        took: tempo.pace === 'as-recorded' && !('idleMs' in tempo) ? one.clock.now() - before : 0,
      });
    }
    const [first] = seen;
    expect(Object.keys(first?.pairs ?? {})).toHaveLength(50);
    expect(new Set(Object.values(first?.pairs ?? {}).map((row) => row.split(' ')[0]))).toEqual(
      new Set(['equivalent', 'mismatch', 'missing-candidate', 'missing-legacy']),
    );
    // As recorded it really took as long.
    expect(seen[1]?.took).toBeGreaterThan(119_000);
    for (const { pairs, differences, ledger } of seen) {
      expect({ pairs, differences, ledger }).toEqual({
        pairs: first?.pairs,
        differences: first?.differences,
        ledger: first?.ledger,
      });
    }
  });

  test('leaves out what warms the build up: counted as not selected, and neither missing nor matched', async () => {
    const { world: one, replay } = await world();
    const { result } = await replay({ from: START + 10_000, warmUpMs: 5_000, to: START + 20_000 });
    expect(result.replay).toMatchObject({ inputs: { fed: 15, warming: 5 }, outputs: { fed: 9 } });
    const { pairs, ledger } = one.visible();
    expect(Object.keys(pairs).sort()).toEqual(Array.from({ length: 10 }, (_, n) => `o-${n + 10}`));
    const notSelected = ledger.filter((line) => line.includes('candidate not-selected'));
    // Five inputs, one of them answered twice.
    expect(notSelected.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)).toBe(6);
    expect(ledger.filter((line) => line.includes('legacy not-selected'))).toEqual([]);
  });

  test('is what the build answers in another topic, where that is allowed', async () => {
    const { world: one, log, replay } = await world();
    const options = { candidateTopics: { default: 'lab.prices' }, allow: ['lab.*'] };
    const { running, result } = await replay(options);
    expect(running.settings.outputs).toEqual({ default: 'lab.prices' });
    expect(result.state).toBe('finished');
    expect(Object.keys(one.visible().pairs)).toHaveLength(50);
    expect((await log.topics()).map(({ topic }) => topic)).not.toContain('prices.v2.replay.r');
    await expect(replay({ ...options, run: 'again' })).rejects.toMatchObject({ code: 'run-topic-foreign' });
  });
});

describe('a stop rule', () => {
  test('pauses once so much diverges; the same run goes on to its end', async () => {
    const { replay } = await world();
    const paced = { pace: 'as-recorded' } as const;
    const { result } = await replay({ ...paced, stopRules: { divergences: 2 } });
    expect(result).toMatchObject({ state: 'interrupted', stoppedBy: 'divergences', replay: { state: 'interrupted' } });
    expect(result.replay.inputs.fed).toBeLessThan(60);
    const again = await replay(paced);
    expect(again.running.isResumed).toBe(true);
    expect(again.result).toMatchObject({ state: 'finished', replay: { inputs: { fed: 60 } } });
  });

  test('pauses when the time is up, and lets a run end that is through before', async () => {
    const { replay } = await world();
    const { result } = await replay({ pace: 'as-recorded', stopRules: { afterMs: 20_000 } });
    expect(result).toMatchObject({ state: 'interrupted', stoppedBy: 'time' });
    const again = await replay({ stopRules: { afterMs: 86_400_000, divergences: 1_000 } });
    expect(again.result).toMatchObject({ state: 'finished' });
    expect(again.result.stoppedBy).toBeUndefined();
  });
});

test('a second replay of a run at work is refused, whichever log it comes by', async () => {
  const { replay } = await world();
  const first = replay({ pace: 'as-recorded' });
  await expect(replay()).rejects.toMatchObject({ code: 'run-in-use' });
  expect((await first).result.state).toBe('finished');
});
