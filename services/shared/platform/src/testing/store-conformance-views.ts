// The part of the store's conformance suite about gathered rows, differences, ledger, outages, runs, and their removal.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differenceRow, ledgerRow, pairRow } from './store-rows.ts';
import type { StoreSubject } from './store-subject.ts';

const HOUR = 3_600_000;

export function describeStoreViews(subject: () => StoreSubject, fresh: () => string): void {
  test('rows gathered as they come are what a write of all of them is, and not there before', async () => {
    const experiment = fresh();
    const rows = subject().store.gather?.();
    if (rows === undefined) return;
    rows.add({ pairs: [pairRow({ experiment, outcome: 'mismatch' })], differences: [differenceRow({ experiment })] });
    rows.add({});
    rows.add({ pairs: [pairRow({ experiment, id: 'order-2' })] });
    expect([rows.pairs, rows.differences]).toEqual([2, 1]);
    expect(await subject().read('pairs', experiment)).toEqual([]);
    await rows.write();
    expect(await subject().read('pairs', experiment)).toHaveLength(2);
    expect(await subject().read('differences', experiment)).toHaveLength(1);
  });

  test('only the differences of the latest version are seen, and only once', async () => {
    const experiment = fresh();
    const old = [0, 1, 2].map((position) =>
      differenceRow({ experiment, version: 5n, position, path: `/old/${position}` }),
    );
    const late = [0, 1].map((position) =>
      differenceRow({ experiment, version: 2n ** 70n, position, path: `/new/${position}` }),
    );
    const pair = (version: bigint) => pairRow({ experiment, version, outcome: 'mismatch' });
    await subject().store.write({ differences: late });
    expect(await subject().read('differences', experiment)).toEqual([]);
    await subject().store.write({ pairs: [pair(2n ** 70n)], differences: late });
    await subject().store.write({ pairs: [pair(5n)], differences: old });
    const paths = async () => (await subject().read('differences', experiment)).map(({ path }) => path).sort();
    expect(await paths()).toEqual(['/new/0', '/new/1']);
    await subject().store.write({ pairs: [pair(2n ** 71n)] });
    expect(await paths()).toEqual([]);
  });

  test('differences of a provisional row are not shown', async () => {
    const experiment = fresh();
    const pairs = [pairRow({ experiment, state: 'provisional', outcome: 'mismatch' })];
    await subject().store.write({ pairs, differences: [differenceRow({ experiment, legacy: null })] });
    expect(await subject().read('differences', experiment)).toEqual([]);
    expect(await subject().read('pairs', experiment)).toMatchObject([{ state: 'provisional', outcome: 'mismatch' }]);
  });

  test('the ledger shows the highest cut of each counter, whatever the order of writes', async () => {
    const cuts = [1, 2, 3, 4, 5].map((cut) => ({ cut, events: [4, 10, 3, 8, 6][cut - 1] ?? 0, as_of: cut * HOUR }));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...cuts, ...cuts], { minLength: 1 }), async (written) => {
        const experiment = fresh();
        for (const cut of written) await subject().store.write({ ledger: [ledgerRow({ experiment, ...cut })] });
        const [newest] = written.toSorted((left, right) => right.cut - left.cut);
        const { partition, side, column } = ledgerRow();
        expect(await subject().read('ledger', experiment)).toEqual([
          { run: 'live', output: 'price', partition, side, column, ...newest },
        ]);
      }),
      { numRuns: 8 },
    );
  });

  test('an outage that has ended replaces itself while it lasted, in any order', async () => {
    const experiment = fresh();
    const outage = {
      experiment,
      run: 'live',
      output: 'price',
      partition: 0,
      side: 'candidate',
      began: HOUR,
    } as const;
    const ended = { ...outage, ended: 2 * HOUR, events: 3 };
    for (const rows of [
      [ended],
      [{ ...outage, ended: null, events: 9 }],
      [{ ...outage, began: 5 * HOUR, ended: null, events: 1 }],
    ]) {
      await subject().store.write({ outages: rows });
    }
    const shown = await subject().read('outages', experiment);
    expect(shown.toSorted((left, right) => Number(left.began) - Number(right.began))).toMatchObject([
      { began: HOUR, ended: 2 * HOUR, events: 3 },
      { began: 5 * HOUR, ended: null, events: 1 },
    ]);
  });

  test('of two measurements of a load only the later is shown, whatever came first', async () => {
    const experiment = fresh();
    const measured = (measured_at: number, began: number, p99_ms: number | null) => ({
      experiment,
      run: 'live',
      measure: 'step' as const,
      side: 'input' as const,
      topic: 'orders.in',
      ...{ began, duration_ms: 2_000, records: 7, bytes: 5_000_000_000, offered: 2.5, fed: 2.25, answered: null },
      ...{ lag: 3, lag_growth: -0.5, p50_ms: null, p95_ms: null, p99_ms, max_ms: null },
      state: 'kept-up' as const,
      measured_at,
    });
    await subject().store.write({ load: [measured(3 * HOUR, HOUR, 12.5), measured(3 * HOUR, 2 * HOUR, null)] });
    await subject().store.write({ load: [measured(2 * HOUR, HOUR, 1), measured(2 * HOUR, HOUR + 1_000, 1)] });
    const shown = await subject().read('load', experiment);
    expect(shown.toSorted((left, right) => Number(left.began) - Number(right.began))).toMatchObject([
      { began: HOUR, p99_ms: 12.5, offered: 2.5, bytes: 5_000_000_000, lag: 3, state: 'kept-up' },
      { began: 2 * HOUR, p99_ms: null },
    ]);
  });

  test('of a run that halted more than once the latest is shown, whatever came first', async () => {
    const experiment = fresh();
    const halt = (run: string, at: number, message: string) => ({ experiment, run, at, code: 'scattered-id', message });
    await subject().store.write({ halts: [halt('live', 2 * HOUR, 'the second: "é"\n')] });
    await subject().store.write({ halts: [halt('live', HOUR, 'the first'), halt('build-b', HOUR, '')] });
    const shown = await subject().read('halts', experiment);
    expect(shown.toSorted((left, right) => Number(left.at) - Number(right.at))).toEqual([
      { run: 'build-b', at: HOUR, code: 'scattered-id', message: '' },
      { run: 'live', at: 2 * HOUR, code: 'scattered-id', message: 'the second: "é"\n' },
    ]);
  });

  test('a run is shown as its highest revision says', async () => {
    const experiment = fresh();
    const run = {
      experiment,
      run: 'build-b',
      kind: 'replay',
      build: 'b',
      details: '{"n":1}',
      started: HOUR,
    } as const;
    await subject().store.write({ runs: [{ ...run, state: 'finished', ended: 2 * HOUR, revision: 2 }] });
    await subject().store.write({ runs: [{ ...run, state: 'running', ended: null, revision: 1 }] });
    expect(await subject().read('runs', experiment)).toMatchObject([
      { state: 'finished', ended: 2 * HOUR, revision: 2 },
    ]);
  });

  test('a deleted run is gone from every table, other runs stay, and it can be written again', async () => {
    const experiment = fresh();
    const rows = (run: string) => ({
      pairs: [pairRow({ experiment, run, outcome: 'mismatch' })],
      differences: [differenceRow({ experiment, run })],
      ledger: [ledgerRow({ experiment, run })],
      outages: [
        { experiment, run, output: 'price', partition: 0, side: 'legacy', began: 0, ended: null, events: 1 } as const,
      ],
      halts: [{ experiment, run, at: 0, code: 'internal', message: '' }],
      runs: [
        {
          experiment,
          run,
          kind: 'replay',
          build: '',
          details: '',
          state: 'running',
          started: 0,
          ended: null,
          revision: 1,
        } as const,
      ],
    });
    await subject().store.write(rows('a'));
    await subject().store.write(rows('b'));
    await subject().store.deleteRun(experiment, 'a');
    await subject().store.deleteRun(experiment, 'never was');
    for (const view of ['pairs', 'differences', 'ledger', 'outages', 'runs', 'halts'] as const) {
      expect((await subject().read(view, experiment)).map(({ run }) => run)).toEqual(['b']);
    }
    await subject().store.write(rows('a'));
    expect(await subject().read('differences', experiment)).toHaveLength(2);
  });
}
