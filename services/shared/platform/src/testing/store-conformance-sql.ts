// The part of the store's conformance suite that needs SQL: derived views, parameters, and what a query may not do.
import { type DivergenceStore, Fault } from '@parallax/core';
import { expect, test } from 'vitest';
import { differenceRow, ledgerRow, pairRow } from './store-rows.ts';

const HOUR = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 2, 1);

/** Every view of the contract, each with a column `experiment`. */
const VIEWS = [
  'pairs',
  'differences',
  'divergences',
  'ledger',
  'signatures',
  'outages',
  'runs',
  'parity_hourly',
  'latency',
  'noise',
  'load',
  'halts',
];

const FORBIDDEN = [
  `INSERT INTO pairs_raw (id) VALUES ('x')`,
  'DROP TABLE pairs_raw',
  'ALTER TABLE pairs_raw DELETE WHERE 1',
  'TRUNCATE TABLE pairs_raw',
  'CREATE TABLE t (a Int8) ENGINE = Memory',
  'SET readonly = 0',
  'SELECT 1; DROP TABLE pairs_raw',
  '/* SELECT */ DROP TABLE pairs_raw',
  `SELECT 1 INTO OUTFILE '/tmp/x'`,
  `SELECT 1 INTO /* ' */ OUTFILE '/tmp/x'`,
  'KILL QUERY WHERE 1',
  'SYSTEM FLUSH LOGS',
  'DETACH TABLE pairs_raw',
  'SELECT 1 FORMAT Null',
  '-- nothing',
  '',
];

/** Registers the tests; for stores whose `query` works. */
export function describeStoreSql(store: () => DivergenceStore, fresh: () => string): void {
  const count = async (view: string, experiment: string) =>
    (await store().query(`SELECT count() AS n FROM ${view} WHERE experiment = {experiment:String}`, { experiment }))[0]
      ?.n;

  test('every view of the contract can be filtered by experiment', async () => {
    for (const view of VIEWS) expect(await count(view, 'nobody')).toBe(0);
  });

  test('provisional rows are in no derived view', async () => {
    const experiment = fresh();
    const provisional = { experiment, state: 'provisional', outcome: 'mismatch', signature: 'v1:p' } as const;
    await store().write({ pairs: [pairRow(provisional)], differences: [differenceRow({ experiment })] });
    for (const view of ['differences', 'divergences', 'signatures', 'latency'])
      expect(await count(view, experiment)).toBe(0);
    expect(await count('pairs', experiment)).toBe(1);
  });

  test('a divergence is one row with its differences in order', async () => {
    const experiment = fresh();
    await store().write({
      pairs: [
        pairRow({ experiment, id: 'a', outcome: 'mismatch' }),
        pairRow({ experiment, id: 'b', outcome: 'missing-candidate' }),
        pairRow({ experiment, id: 'c', outcome: 'equivalent' }),
        pairRow({ experiment, id: 'd', outcome: 'inconclusive' }),
      ],
      differences: [
        differenceRow({ experiment, id: 'a', position: 1, path: '/second', legacy: null, kind: 'added', event: 2 }),
        differenceRow({ experiment, id: 'a', position: 0, path: '/first', rule: 'cents', severity: 'minor' }),
        differenceRow({ experiment, id: 'c', rule: 'rounding', severity: 'major' }),
      ],
    });
    const sql = 'SELECT id, outcome, differences FROM divergences WHERE experiment = {experiment:String} ORDER BY id';
    const changed = { pattern: '/total', kind: 'changed', legacy: '1', candidate: '2' };
    expect(await store().query(sql, { experiment })).toEqual([
      {
        id: 'a',
        outcome: 'mismatch',
        differences: [
          { ...changed, path: '/first', rule: 'cents', severity: 'minor', event: null },
          { ...changed, path: '/second', kind: 'added', legacy: null, rule: '', severity: '', event: 2 },
        ],
      },
      { id: 'b', outcome: 'missing-candidate', differences: [] },
    ]);
    const grave = `SELECT id, rule FROM differences WHERE experiment = {experiment:String} AND severity = 'major'`;
    expect(await store().query(grave, { experiment })).toEqual([{ id: 'c', rule: 'rounding' }]);
  });

  test('a signature counts its pairs, its share of the judged ones, and shows the smallest example', async () => {
    const experiment = fresh();
    const broken = { experiment, outcome: 'mismatch', signature: 'v1:x' } as const;
    await store().write({
      pairs: [
        pairRow({ ...broken, id: 'long', first_seen: MIDNIGHT }),
        pairRow({ ...broken, id: 'short', first_seen: MIDNIGHT + HOUR }),
        pairRow({ experiment, id: 'fine' }),
        pairRow({ experiment, id: 'rounded', outcome: 'equivalent' }),
        pairRow({ experiment, id: 'who knows', outcome: 'inconclusive' }),
      ],
      differences: [
        differenceRow({ experiment, id: 'long', legacy: '"a long value"' }),
        differenceRow({ experiment, id: 'short' }),
        differenceRow({ experiment, id: 'short', position: 1, rule: 'excused', path: '/other', pattern: '/other' }),
        differenceRow({ experiment, id: 'rounded', rule: 'rounding' }),
      ],
    });
    const sql = `SELECT signature, pairs, share, example, kinds, patterns, dateDiff('hour', first_seen, last_seen) AS hours
      FROM signatures WHERE experiment = {experiment:String}`;
    expect(await store().query(sql, { experiment })).toEqual([
      { signature: 'v1:x', pairs: 2, share: 0.5, example: 'short', kinds: ['changed'], patterns: ['/total'], hours: 1 },
    ]);
  });

  test('parity by the hour is what the cumulative counters rose by', async () => {
    const experiment = fresh();
    const cuts = [
      { cut: 1, as_of: MIDNIGHT + 60_000, agreed: 5, diverged: 0 },
      { cut: 2, as_of: MIDNIGHT + 120_000, agreed: 8, diverged: 2 },
      { cut: 3, as_of: MIDNIGHT + 3 * HOUR, agreed: 18, diverged: 1 },
    ];
    for (const { cut, as_of, agreed, diverged } of [...cuts.toReversed(), ...cuts]) {
      const ledger = [
        ledgerRow({ experiment, cut, as_of, events: agreed }),
        ledgerRow({ experiment, cut, as_of, column: 'diverged', events: diverged }),
      ];
      await store().write({ ledger });
    }
    const sql = `SELECT toHour(hour) AS hour, agreed, diverged, parity FROM parity_hourly
      WHERE experiment = {experiment:String} ORDER BY hour`;
    expect(await store().query(sql, { experiment })).toEqual([
      { hour: 0, agreed: 8, diverged: 2, parity: 0.8 },
      { hour: 3, agreed: 10, diverged: -1, parity: 10 / 9 },
    ]);
  });

  test('noise is counted from rows as they stand, by place and types, and without the twin there is none', async () => {
    const experiment = fresh();
    const noise = async () =>
      store().query(
        `SELECT pattern, kind, legacy_type, candidate_type, aa_pairs, aa_differing, ab_run, ab_pairs, ab_differing, aa_rate
         FROM noise WHERE experiment = {experiment:String} ORDER BY pattern, candidate_type`,
        { experiment },
      );
    const differing = (
      run: string,
      id: string,
      version: bigint,
      ...more: Partial<Parameters<typeof differenceRow>[0]>[]
    ) => ({
      pairs: [pairRow({ experiment, run, id, version, outcome: 'mismatch' })],
      differences: more.map((one, position) => differenceRow({ experiment, run, id, version, position, ...one })),
    });
    await store().write(differing('live', 'a', 1n, {}));
    expect(await noise()).toEqual([]);
    // Twice in one pair is one pair; what was judged again counts as it is now.
    await store().write(
      differing('twin', 'a', 1n, { path: '/items/0', pattern: '/items/*' }, { path: '/items/1', pattern: '/items/*' }),
    );
    await store().write(differing('twin', 'b', 1n, {}));
    await store().write({ pairs: [pairRow({ experiment, run: 'twin', id: 'b', version: 2n })] });
    await store().write({
      pairs: [
        pairRow({ experiment, run: 'twin', id: 'c', outcome: 'missing-candidate' }),
        pairRow({ experiment, run: 'twin', id: 'd', outcome: 'inconclusive' }),
        pairRow({ experiment, run: 'twin', id: 'e', state: 'provisional' }),
      ],
    });
    const items = { pattern: '/items/*', kind: 'changed', legacy_type: 'number', candidate_type: 'number' };
    const total = { pattern: '/total', kind: 'changed', legacy_type: 'number', candidate_type: 'number' };
    expect(await noise()).toEqual([
      { ...items, aa_pairs: 2, aa_differing: 1, ab_run: 'live', ab_pairs: 1, ab_differing: 0, aa_rate: 0.5 },
      { ...total, aa_pairs: 2, aa_differing: 0, ab_run: 'live', ab_pairs: 1, ab_differing: 1, aa_rate: 0 },
    ]);
    // Once there is a run without rules, it is what the twin's is held against.
    await store().write(differing('bare', 'a', 1n, { candidate: null, kind: 'removed' }));
    expect(await noise()).toEqual([
      { ...items, aa_pairs: 2, aa_differing: 1, ab_run: 'bare', ab_pairs: 1, ab_differing: 0, aa_rate: 0.5 },
      {
        ...total,
        kind: 'removed',
        candidate_type: 'missing',
        aa_pairs: 2,
        aa_differing: 0,
        ab_run: 'bare',
        ab_pairs: 1,
        ab_differing: 1,
        aa_rate: 0,
      },
    ]);
  });

  test('latency is measured over pairs that both sides answered', async () => {
    const experiment = fresh();
    const pairs = [5, 10, null].map((converged_ms, n) => pairRow({ experiment, id: `${n}`, converged_ms }));
    await store().write({ pairs });
    expect(
      await store().query('SELECT pairs, min_ms, max_ms FROM latency WHERE experiment = {experiment:String}', {
        experiment,
      }),
    ).toEqual([{ pairs: 2, min_ms: 5, max_ms: 10 }]);
  });

  test('parameters are values, never SQL', async () => {
    for (const text of [`' OR 1=1 --`, '\\', 'a\0b', '\t\r\n', '\ud800', '{x:String}', '😀', `\\'`]) {
      expect(await store().query('SELECT {x:String} AS x', { x: text })).toEqual([{ x: text }]);
      expect(await store().query('SELECT {xs:Array(String)} AS xs', { xs: [text, text] })).toEqual([
        { xs: [text, text] },
      ]);
    }
    expect(await store().query('SELECT {n:UInt8} + 1 AS n', { n: 4 })).toEqual([{ n: 5 }]);
  });

  test('integers that a double cannot hold come as text, smaller ones as numbers', async () => {
    const sql =
      'SELECT toUInt64(7) AS small, toUInt64(9007199254740993) AS big, [toUInt256(2) * 4611686018427387904] AS list, 0.5 AS half, NULL AS nothing';
    expect(await store().query(sql)).toEqual([
      { small: 7, big: '9007199254740993', list: ['9223372036854775808'], half: 0.5, nothing: null },
    ]);
  });

  test('a query can change nothing', async () => {
    const experiment = fresh();
    await store().write({ pairs: [pairRow({ experiment })] });
    for (const sql of FORBIDDEN) {
      const refusal = await store()
        .query(sql)
        .then(
          () => `${sql} was let through`,
          (error: unknown) => error,
        );
      expect(refusal).toBeInstanceOf(Fault);
      expect(refusal).toMatchObject({ code: 'store-read-only', retryable: false });
    }
    expect(await count('pairs', experiment)).toBe(1);
  });

  test('words inside literals and comments do not make a query forbidden', async () => {
    const sql = `SELECT 'INTO OUTFILE; DROP' AS x -- ; DROP\n`;
    expect(await store().query(`${sql};`)).toEqual([{ x: 'INTO OUTFILE; DROP' }]);
    expect(await store().query('(SELECT 1 AS x)')).toEqual([{ x: 1 }]);
    expect(await store().query('WITH 2 AS two SELECT two AS x')).toEqual([{ x: 2 }]);
  });

  test('a wrong query is a fault that says where, and is not retried', async () => {
    const fault = await store()
      .query('SELECT nothing_like_this FROM pairs')
      .catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: 'store-no-column', retryable: false });
    expect(String(fault)).toContain('nothing_like_this');
  });

  test('more rows than one insert takes are all written', async () => {
    const experiment = fresh();
    await store().write({ pairs: Array.from({ length: 110_000 }, (_, n) => pairRow({ experiment, id: `${n}` })) });
    expect(await count('pairs', experiment)).toBe(110_000);
  });
}
