// The schedule: idle time shortened, rates capped, late records caught up with.
import { memoryArchive, memoryLog, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BusyTime } from './busy-time.ts';
import { hastyClock, keep, ORDERS, type Recorded } from './doubles.ts';
import { IdTable } from './id-table.ts';
import { checkTempo, durationAt, formatTempo, Pacer, parseRate, type Tempo } from './pace.ts';
import { startReplay } from './pipeline.ts';
import { previewReplay } from './preview.ts';
import { Tally } from './tally.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** When each record is handed over, by one who is never late. */
function schedule(tempo: Tempo, records: readonly { readonly time: number; readonly isInput?: boolean }[]): number[] {
  const pacer = new Pacer(tempo);
  let now = 0;
  return records.map(({ time, isInput = true }) => {
    const due = pacer.due({ time, isInput }, now);
    pacer.took({ time, isInput }, due);
    now = Math.max(now, due);
    return now;
  });
}

describe('idle time', () => {
  test('goes by in the time given, at most; busy time as it was', () => {
    const times = [0, 500, 10_000, 10_200, 90_000].map((time) => ({ time }));
    expect(schedule({ pace: 'as-recorded', idleMs: 1000 }, times)).toEqual([0, 500, 1500, 1700, 2700]);
    expect(schedule({ pace: { times: 10 }, idleMs: 1000 }, times)).toEqual([0, 50, 150, 170, 270]);
  });

  test('is time without inputs: answers in it make it neither longer nor shorter', () => {
    const idle = { pace: 'as-recorded', idleMs: 1000 } as const;
    const answer = { isInput: false };
    const records = [{ time: 0 }, { time: 700, ...answer }, { time: 4000, ...answer }, { time: 9000 }, { time: 9100 }];
    expect(schedule(idle, records)).toEqual([0, 700, 1000, 1000, 1100]);
  });

  test('is nothing where nothing is due at a time', () => {
    for (const pace of ['flat-out', { rate: 10 }] as const) {
      expect(() => checkTempo({ pace, idleMs: 1000 })).toThrow(expect.objectContaining({ code: 'bad-pace' }));
    }
  });

  test('a day that holds an hour of traffic is replayed in under 62 minutes', async () => {
    // An hour: 24 times two and a half minutes, one of them in each hour of the day, an event a second.
    const inputs: Recorded[] = Array.from({ length: 24 }, (_, hour) =>
      Array.from({ length: 151 }, (_, second) => ({
        partition: second % 2,
        at: hour * HOUR + second * 1000,
        id: `${hour}-${second}`,
      })),
    ).flat();
    const archive = memoryArchive();
    await keep(archive, 'orders.in', inputs, 1000);
    await keep(
      archive,
      'prices',
      inputs.map((one) => ({ ...one, at: one.at + 20 })),
      1000,
    );
    const clock = hastyClock();
    const before = clock.now();
    const ports = {
      log: memoryLog({ clock: clock.now }),
      archive,
      store: memoryStore(),
      telemetry: recordingTelemetry(),
      clock,
    };
    const options = { experiment: ORDERS, run: 'r', pace: 'as-recorded', idleMs: 1000 } as const;
    const replay = await startReplay(ports, options);
    const report = await replay.done;
    await replay.finish();
    const took = clock.now() - before;
    expect(report.inputs).toMatchObject({ fed: 24 * 151, total: 24 * 151 });
    expect(report.outputs).toMatchObject({ fed: 24 * 151 });
    expect(took).toBeGreaterThanOrEqual(60 * MINUTE);
    expect(took).toBeLessThan(62 * MINUTE);
    const { durationMs } = await previewReplay(archive, { ...options, run: 'dry' });
    expect(Math.abs((durationMs ?? 0) - took)).toBeLessThan(MINUTE);
  });
});

describe('a rate on top of another pace', () => {
  test('holds back what comes faster, and does not catch up faster than that', () => {
    const burst = [0, 0, 0, 0, 1000, 5000].map((time) => ({ time }));
    expect(schedule({ pace: 'as-recorded', mostPerSecond: 2 }, burst)).toEqual([0, 500, 1000, 1500, 2000, 5000]);
  });

  test('caps flat out', () => {
    expect(
      schedule(
        { pace: 'flat-out', mostPerSecond: 4 },
        [0, 9, 1e6].map((time) => ({ time })),
      ),
    ).toEqual([0, 250, 500]);
    expect(durationAt({ pace: 'flat-out', mostPerSecond: 4 }, 100, 0)).toBe(25_000);
    expect(durationAt({ pace: 'as-recorded', mostPerSecond: 4 }, 100, 60_000)).toBe(60_000);
  });

  test('never lets more inputs go than that in any stretch, and none before its time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 1, max: 50 }),
        (gaps, mostPerSecond) => {
          const records = gaps.map((_, i) => ({ time: gaps.slice(0, i).reduce((sum, gap) => sum + gap, 0) }));
          const plain = schedule({ pace: 'as-recorded' }, records);
          const capped = schedule({ pace: 'as-recorded', mostPerSecond }, records);
          for (let i = 1; i < capped.length; i++) {
            expect((capped[i] ?? 0) - (capped[i - 1] ?? 0)).toBeGreaterThanOrEqual(1000 / mostPerSecond - 1e-6);
            expect(capped[i]).toBeGreaterThanOrEqual(plain[i] ?? 0);
          }
        },
      ),
    );
  });

  test('is one rate, not two', () => {
    expect(() => checkTempo({ pace: { rate: 5 }, mostPerSecond: 2 })).toThrow(
      expect.objectContaining({ code: 'bad-pace' }),
    );
    expect(parseRate('200/s')).toBe(200);
    expect(() => parseRate('10x')).toThrow(expect.objectContaining({ code: 'bad-pace' }));
  });
});

test('an error in one record’s time does not add to the next one’s', () => {
  const pacer = new Pacer({ pace: 'as-recorded' });
  const at = (time: number, now: number) => {
    const due = pacer.due({ time, isInput: true }, now);
    pacer.took({ time, isInput: true }, due);
    return due;
  };
  // Each is noticed 3 ms late.
  expect([at(0, 1000), at(10, 1013), at(20, 1023), at(5000, 6003)]).toEqual([1000, 1010, 1020, 6000]);
});

test('busy time is told as the schedule has it, whatever the order it is seen in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 5_000 }),
      (times, idleMs) => {
        const sorted = [...times].sort((a, b) => a - b);
        const stretch = { earliest: sorted[0] ?? 0, latest: sorted.at(-1) ?? 0 };
        const busy = new BusyTime(stretch, idleMs);
        for (const time of times) busy.add(time);
        const exact =
          schedule(
            { pace: 'as-recorded', idleMs },
            sorted.map((time) => ({ time })),
          ).at(-1) ?? 0;
        expect(busy.spanMs).toBe(exact);
      },
    ),
  );
});

test('a tempo is told in words', () => {
  expect(formatTempo({ pace: 'as-recorded', idleMs: 1000, mostPerSecond: 200 })).toBe(
    'as-recorded, idle time at most 1s, at most 200/s',
  );
});

test('what is left is told by the schedule where there is one, and late by as much as the last record was', () => {
  let now = 0;
  const tally = new Tally(() => now, { pace: { times: 2 } });
  const ids = new IdTable();
  const counts = { inputs: 3, fedBefore: 0, looked: 3, withoutId: 0, earliest: 0, latest: 60_000, spanMs: 60_000 };
  tally.begin({ ids, warming: undefined, ...counts }, [], [], 0);
  tally.start();
  expect(tally.progress(0)).toMatchObject({ etaMs: 30_000, lagMs: undefined });
  now = 10_000;
  tally.fed([{ isInput: true, due: 9_000 }], now);
  const { etaMs, lagMs, sendError, inputs } = tally.progress(0);
  expect({ etaMs, lagMs, inputs }).toEqual({ etaMs: 21_000, lagMs: 1_000, inputs: { fed: 1, total: 3 } });
  expect(sendError?.maxMs).toBe(1_000);
  now = 50_000;
  expect(tally.progress(0).etaMs).toBe(1_000);
});
