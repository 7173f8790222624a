// Where the tables are and what keeps their copies alike: decided from what the server says of itself.
//
//   single               one server, or one that replicates by itself (the cloud's Shared engines)
//   on-cluster           every server of a cluster holds every row: Replicated* tables, made ON CLUSTER
//   replicated-database  the database replicates its tables: Replicated* tables, plain statements
//
// One shard, no Distributed tables: reads are complete on every server and FINAL sees all versions of an identity. Rows are
// slim (about 50 bytes a pair on the disk), so that a shard holds billions. Over several shards every view would have to be
// merged per shard by the hash of the id, and a row that reached the wrong shard would be counted twice for ever.
import { Fault } from '@parallax/core';
import { quoteIdentifier, quoteString } from '../engine/sql-text.ts';

export type Layout =
  | { readonly kind: 'single' }
  | { readonly kind: 'on-cluster'; readonly cluster: string; readonly database: string }
  | { readonly kind: 'replicated-database' };

export interface Cluster {
  readonly name: string;
  readonly shards: number;
  readonly replicas: number;
}

export interface ServerFacts {
  /** As in messages. */
  readonly address: string;
  readonly version: string;
  readonly database: string;
  readonly databaseEngine: string;
  /** Of this database on this server: engine by name. */
  readonly tables: ReadonlyMap<string, string>;
  /** Macros of the server's configuration. */
  readonly macros: ReadonlySet<string>;
  /** The one that was asked for; undefined: none was. */
  readonly cluster: Cluster | undefined;
}

/** @throws Fault where the tables asked for cannot be had, or those that are there are of another kind */
export function layoutOf(facts: ServerFacts): Layout {
  const { address, database, databaseEngine, cluster, tables } = facts;
  if (databaseEngine === 'Replicated') return { kind: 'replicated-database' };
  if (cluster === undefined) return { kind: 'single' };
  if (cluster.replicas === 0) {
    throw new Fault(`The store ${address} knows no cluster ${JSON.stringify(cluster.name)}.`, {
      code: 'store-no-cluster',
      cure: 'PARALLAX_STORE_CLUSTER names one of `SELECT DISTINCT cluster FROM system.clusters`; leave it empty for a single server.',
    });
  }
  if (cluster.shards > 1) {
    throw new Fault(
      `The cluster ${cluster.name} of the store ${address} has ${cluster.shards} shards; every server must hold every row.`,
      {
        code: 'store-cluster-shards',
        cure: 'Define a cluster of one shard with these servers as its replicas (remote_servers in the configuration), and name it in PARALLAX_STORE_CLUSTER.',
      },
    );
  }
  if (!/^[\w.-]+$/.test(cluster.name)) {
    throw new Fault(`The cluster's name ${JSON.stringify(cluster.name)} cannot be part of a path in Keeper.`, {
      code: 'store-no-cluster',
      cure: 'Allowed are letters, digits, `_`, `-` and `.`; define the same servers under such a name.',
    });
  }
  if (!facts.macros.has('replica')) {
    throw new Fault(
      `The server of the store ${address} has no macro {replica}, which tells the replicas of a table apart.`,
      {
        code: 'store-no-macro',
        cure: 'Give each server its own: <macros><replica>host-1</replica></macros> in its configuration.',
      },
    );
  }
  const plain = [...tables].find(([name, engine]) => name.endsWith('_raw') && !isReplicated(engine));
  if (plain !== undefined) {
    throw new Fault(
      `The table ${plain[0]} of the store ${address} is a ${plain[1]}: it was made for a single server, without the cluster.`,
      {
        code: 'store-not-replicated',
        cure: `Use another database for the cluster and copy the raw tables into it (INSERT INTO … SELECT), or leave PARALLAX_STORE_CLUSTER empty.`,
      },
    );
  }
  return { kind: 'on-cluster', cluster: cluster.name, database };
}

/** @throws Fault `store-cluster-needed` when steps are to be taken for tables that are on a cluster nobody named */
export function checkNamed(layout: Layout, facts: ServerFacts): void {
  const replicated = [...facts.tables].find(([name, engine]) => name.endsWith('_raw') && /^Replicated/.test(engine));
  if (layout.kind !== 'single' || replicated === undefined) return;
  throw new Fault(
    `The tables of the store ${facts.address} are replicated, and their schema is to be brought up everywhere.`,
    {
      code: 'store-cluster-needed',
      cure: 'Name the cluster they were made on in PARALLAX_STORE_CLUSTER.',
    },
  );
}

function isReplicated(engine: string): boolean {
  return /^(Replicated|Shared)/.test(engine);
}

const OBJECT = /^(CREATE\s+(?:OR\s+REPLACE\s+)?(?:TABLE|VIEW)\s+(?:IF\s+NOT\s+EXISTS\s+)?|ALTER\s+TABLE\s+)(\w+)/i;
const ENGINE = /\bENGINE\s*=\s*(\w*MergeTree)\b(?:\s*\(([^)]*)\))?/i;

/**
 * A statement of the files, which are written for a single server, as this layout needs it. The path in Keeper is said in
 * full rather than left to the server's default, which holds a random id: a replica that is added later, or a statement
 * that is repeated after half of the servers had it, would begin a table of its own.
 */
export function statementFor(layout: Layout, statement: string): string {
  if (layout.kind === 'single') return statement;
  const name = OBJECT.exec(statement)?.[2];
  if (name === undefined) return statement;
  if (layout.kind === 'replicated-database')
    return statement.replace(ENGINE, (_, engine: string, args = '') => `ENGINE = Replicated${engine}(${args})`);
  const path = quoteString(`/clickhouse/parallax/${layout.cluster}/${layout.database}/${name}`);
  return statement
    .replace(OBJECT, (head) => `${head} ON CLUSTER ${quoteIdentifier(layout.cluster)}`)
    .replace(
      ENGINE,
      (_, engine: string, args = '') =>
        `ENGINE = Replicated${engine}(${[path, `'{replica}'`, args].filter((part) => part !== '').join(', ')})`,
    );
}
