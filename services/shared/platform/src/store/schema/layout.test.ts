// Where the tables are, and what each statement becomes there.
import { CLICKHOUSE_DDL } from '@parallax/schemas';
import { describe, expect, test } from 'vitest';
import { checkNamed, type Layout, layoutOf, type ServerFacts, statementFor } from './layout.ts';
import { madeBy, readSteps } from './steps.ts';

const facts = (given: Partial<ServerFacts> = {}): ServerFacts => ({
  address: 'http://here',
  version: '25.8.1.1',
  database: 'parallax',
  databaseEngine: 'Atomic',
  tables: new Map(),
  macros: new Set(['replica', 'shard']),
  cluster: undefined,
  ...given,
});
const cluster = (given: Partial<NonNullable<ServerFacts['cluster']>> = {}) => ({
  name: 'main',
  shards: 1,
  replicas: 3,
  ...given,
});
const ON_CLUSTER: Layout = { kind: 'on-cluster', cluster: 'main', database: 'parallax' };
const ALL = readSteps(CLICKHOUSE_DDL);

describe('the layout', () => {
  test('without a cluster is a single server', () => {
    expect(layoutOf(facts())).toEqual({ kind: 'single' });
    expect(layoutOf(facts({ databaseEngine: 'Shared' }))).toEqual({ kind: 'single' });
  });

  test('on a cluster of one shard is every server of it', () => {
    expect(layoutOf(facts({ cluster: cluster() }))).toEqual(ON_CLUSTER);
    expect(layoutOf(facts({ cluster: cluster({ replicas: 1 }) }))).toEqual(ON_CLUSTER);
  });

  test('in a database that replicates its tables leaves that to it, whether a cluster is named or not', () => {
    const replicated = { databaseEngine: 'Replicated', macros: new Set<string>() };
    expect(layoutOf(facts(replicated))).toEqual({ kind: 'replicated-database' });
    expect(layoutOf(facts({ ...replicated, cluster: cluster() }))).toEqual({ kind: 'replicated-database' });
  });

  test.each([
    ['store-no-cluster', { cluster: cluster({ shards: 0, replicas: 0 }) }, 'system.clusters'],
    ['store-cluster-shards', { cluster: cluster({ shards: 2, replicas: 4 }) }, 'one shard'],
    ['store-no-cluster', { cluster: cluster({ name: `a'/b` }) }, 'letters'],
    ['store-no-macro', { cluster: cluster(), macros: new Set(['shard']) }, '<macros>'],
    [
      'store-not-replicated',
      { cluster: cluster(), tables: new Map([['pairs_raw', 'ReplacingMergeTree']]) },
      'another database',
    ],
  ])('%s is told with its cure', (code, given, cure) => {
    expect(() => layoutOf(facts(given))).toThrow(
      expect.objectContaining({ code, cure: expect.stringContaining(cure) }),
    );
  });

  test('takes replicated tables for its own', () => {
    const tables = new Map([['pairs_raw', 'ReplicatedReplacingMergeTree']]);
    expect(layoutOf(facts({ cluster: cluster(), tables }))).toEqual(ON_CLUSTER);
  });

  test('with steps to take on replicated tables wants the cluster to be named', () => {
    const tables = new Map([['pairs_raw', 'ReplicatedReplacingMergeTree']]);
    expect(() => checkNamed({ kind: 'single' }, facts({ tables }))).toThrow(
      expect.objectContaining({ code: 'store-cluster-needed' }),
    );
    checkNamed(ON_CLUSTER, facts({ tables }));
    checkNamed({ kind: 'single' }, facts({ tables: new Map([['pairs_raw', 'SharedReplacingMergeTree']]) }));
    checkNamed({ kind: 'single' }, facts());
  });
});

describe('a statement', () => {
  const all = ALL.flatMap(({ statements }) => statements);

  test('for a single server is that of the file', () => {
    for (const statement of all) expect(statementFor({ kind: 'single' }, statement)).toBe(statement);
  });

  test('on a cluster names it once, whatever the statement', () => {
    expect(all.length).toBeGreaterThan(15);
    for (const statement of all) {
      expect(statementFor(ON_CLUSTER, statement).match(/ ON CLUSTER `main`/g)).toHaveLength(1);
    }
  });

  test('on a cluster gives every table a path of its own that no random id is part of', () => {
    const tables = all.filter((statement) => statement.startsWith('CREATE TABLE'));
    const engines = tables.map((statement) => /ENGINE = .*/.exec(statementFor(ON_CLUSTER, statement))?.[0]);
    expect(engines).toEqual([
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/pairs_raw', '{replica}', version)",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/differences_raw', '{replica}')",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/ledger_raw', '{replica}', rank)",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/outages_raw', '{replica}', rank)",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/runs_raw', '{replica}', revision)",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/load_raw', '{replica}', measured_at)",
      "ENGINE = ReplicatedReplacingMergeTree('/clickhouse/parallax/main/parallax/halts_raw', '{replica}', at)",
    ]);
  });

  test('on a cluster has its name before the columns, the query or the change', () => {
    const created = statementFor(
      ON_CLUSTER,
      'CREATE TABLE IF NOT EXISTS t\n(\n a Int8\n)\nENGINE = MergeTree ORDER BY a',
    );
    expect(created).toBe(
      "CREATE TABLE IF NOT EXISTS t ON CLUSTER `main`\n(\n a Int8\n)\nENGINE = ReplicatedMergeTree('/clickhouse/parallax/main/parallax/t', '{replica}') ORDER BY a",
    );
    expect(statementFor(ON_CLUSTER, 'CREATE OR REPLACE VIEW v AS SELECT 1')).toBe(
      'CREATE OR REPLACE VIEW v ON CLUSTER `main` AS SELECT 1',
    );
    expect(statementFor(ON_CLUSTER, 'ALTER TABLE t ADD COLUMN IF NOT EXISTS b Int8')).toBe(
      'ALTER TABLE t ON CLUSTER `main` ADD COLUMN IF NOT EXISTS b Int8',
    );
  });

  test('in a database that replicates has a replicated engine and no path', () => {
    const [pairs = ''] = all;
    const statement = statementFor({ kind: 'replicated-database' }, pairs);
    expect(statement).toContain('ENGINE = ReplicatedReplacingMergeTree(version)');
    expect(statement).not.toContain('ON CLUSTER');
  });

  test('can be repeated: every one of the files makes only what is not there, or the same again', () => {
    for (const statement of all)
      expect(statement).toMatch(
        /^CREATE (TABLE|VIEW) IF NOT EXISTS |^CREATE OR REPLACE VIEW |^ALTER TABLE \w+\s+(ADD (INDEX|COLUMN) IF NOT EXISTS|MODIFY (SETTING|COLUMN)) /,
      );
  });
});

test('what the files make is found in them', () => {
  expect(madeBy(ALL)).toEqual([
    'pairs_raw',
    'differences_raw',
    'ledger_raw',
    'outages_raw',
    'runs_raw',
    'pairs',
    'differences',
    'divergences',
    'ledger',
    'parity_hourly',
    'signatures',
    'outages',
    'runs',
    'latency',
    'noise',
    'load_raw',
    'load',
    'halts_raw',
    'halts',
  ]);
});
