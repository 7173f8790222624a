// What the engine is told before a question: which parts of which objects to read, and that it may read nothing else.
import { type ArchiveReader, readingPlan } from '@parallax/core';
import { quoteString } from '../../store/engine/sql-text.ts';
import { archivedPartitions, archivedTopics, catalogue } from '../catalog.ts';
import type { OnProblem } from '../problems.ts';
import { gapsOf } from '../reader.ts';
import type { QuerySource } from './source.ts';

/** An object, and the offsets of it that are read: from, and up to but not including, to. */
export interface PlannedRead {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

const PLANNED_AT_ONCE = 1_000;
const COLUMNS =
  "topic String, partition Int32, offset Int64, timestamp DateTime64(3), timestampType Enum8('create' = 0, 'append' = 1), key Nullable(String), value Nullable(String), headers Array(Tuple(name String, value Nullable(String)))";

/**
 * Each record once, of all topics or of these.
 * @param isSetAside of objects that are known to be damaged
 */
export async function planOf(
  archive: ArchiveReader,
  topics: readonly string[] | undefined,
  isSetAside: (key: string) => boolean,
  onProblem: OnProblem,
): Promise<PlannedRead[]> {
  const plan: PlannedRead[] = [];
  for (const topic of topics ?? (await archivedTopics(archive))) {
    for (const partition of await archivedPartitions(archive, topic, onProblem)) {
      const objects = (await catalogue(archive, topic, partition, onProblem)).filter(({ key }) => !isSetAside(key));
      for (const problem of gapsOf(topic, partition, objects)) onProblem(problem);
      for (const { piece, from, to } of readingPlan(objects, { from: 0, to: Number.MAX_SAFE_INTEGER })) {
        plan.push({ key: piece.key, from, to });
      }
    }
  }
  return plan;
}

/**
 * The files are a table and not a table function, so that the session can be made read-only: then no table function that
 * reaches elsewhere is let through, and no setting.
 */
export function setupOf({ engine, root }: QuerySource, plan: readonly PlannedRead[]): string[] {
  const statements = [
    // Nothing of it is written down: the table may name credentials.
    'CREATE DATABASE archive ENGINE = Memory',
    'CREATE TABLE archive.plan (path String, from_offset Int64, to_offset Int64) ENGINE = Memory',
  ];
  for (let at = 0; at < plan.length; at += PLANNED_AT_ONCE) {
    const rows = plan.slice(at, at + PLANNED_AT_ONCE);
    const values = rows.map(({ key, from, to }) => `(${quoteString(root + key)}, ${from}, ${to})`);
    statements.push(`INSERT INTO archive.plan VALUES ${values.join(', ')}`);
  }
  statements.push(
    // Where there is no object, there is no file to learn the columns from.
    `CREATE TABLE archive.objects (${COLUMNS}) ENGINE = ${engine}`,
    `CREATE VIEW archive.records AS SELECT topic, partition, offset, timestamp, timestampType, key, value, headers
     FROM archive.objects AS object INNER JOIN archive.plan AS planned ON object._path = planned.path
     WHERE _path IN (SELECT path FROM archive.plan) AND offset >= from_offset AND offset < to_offset`,
    'USE archive',
    // Rows may be large, and two blocks of them or three are in memory.
    'SET max_block_size = 8192, input_format_max_block_size_bytes = 33554432',
    "SET output_format_json_validate_utf8 = 1, session_timezone = 'UTC'",
  );
  return statements;
}
