// Topics of an embedded log: what exists, how long it is, and getting rid of it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Extent, Position, TopicInfo, TopicSpec } from '@parallax/core';
import { unknownPartition, unknownTopic } from '../faults.ts';
import { integer, type Row, text } from './sqlite.ts';

/** Offsets per mark, see the schema. */
export const MARK_SPAN = 1024;
const SWEEP_OFFSETS = 5_000;

export interface KnownTopic extends TopicInfo {
  readonly id: number;
}

export class Topics {
  readonly #database: DatabaseSync;
  readonly #address: string;
  readonly #byName: StatementSync;
  readonly #ends: StatementSync;

  constructor(database: DatabaseSync, address: string) {
    this.#database = database;
    this.#address = address;
    this.#byName = database.prepare('SELECT * FROM topics WHERE name = ?');
    this.#ends = database.prepare('SELECT partition, next FROM parts WHERE topic = ? ORDER BY partition');
  }

  all(): readonly KnownTopic[] {
    return this.#database.prepare('SELECT * FROM topics ORDER BY name').all().map(topicOf);
  }

  /** Throws `unknown-topic`. */
  named(name: string): KnownTopic {
    const row = this.#byName.get(name);
    if (row === undefined) throw unknownTopic(name, this.#address);
    return topicOf(row);
  }

  /** Throws `unknown-topic` and `unknown-partition`. */
  partition(name: string, partition: number): KnownTopic {
    const topic = this.named(name);
    if (Number.isInteger(partition) && partition >= 0 && partition < topic.partitions) return topic;
    throw unknownPartition(name, partition, topic.partitions);
  }

  /** Inside a write transaction. */
  ensure({ topic, partitions, compacted, timestamps }: TopicSpec): 'created' | 'exists' {
    if (this.#byName.get(topic) !== undefined) return 'exists';
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO topics (name, partitions, compacted, timestamps) VALUES (?, ?, ?, ?)')
      .run(topic, partitions, compacted === true ? 1 : 0, timestamps ?? 'create');
    const part = this.#database.prepare('INSERT INTO parts (topic, partition, next, stamp) VALUES (?, ?, 0, 0)');
    for (let partition = 0; partition < partitions; partition++) part.run(lastInsertRowid, partition);
    return 'created';
  }

  /** Inside a write transaction. Takes the name and the commits away at once; the records go with {@link sweep}. */
  delete(name: string): 'deleted' | 'absent' {
    const row = this.#byName.get(name);
    if (row === undefined) return 'absent';
    const { id } = topicOf(row);
    this.#database.prepare('DELETE FROM commits WHERE topic = ?').run(id);
    this.#database.prepare('DELETE FROM topics WHERE id = ?').run(id);
    return 'deleted';
  }

  hasSweepings(): boolean {
    return this.#orphan() !== undefined;
  }

  /** Inside a write transaction. Removes some of what deleted topics have left; true: call again. */
  sweep(): boolean {
    const orphan = this.#orphan();
    if (orphan === undefined) return false;
    const at = [integer(orphan, 'topic'), integer(orphan, 'partition')] as const;
    const first = this.#database
      .prepare('SELECT offset FROM records WHERE topic = ? AND partition = ? ORDER BY offset LIMIT 1')
      .get(...at);
    if (first !== undefined) {
      this.#database
        .prepare('DELETE FROM records WHERE topic = ? AND partition = ? AND offset < ?')
        .run(...at, integer(first, 'offset') + SWEEP_OFFSETS);
      return true;
    }
    for (const table of ['newest', 'marks', 'parts']) {
      this.#database.prepare(`DELETE FROM ${table} WHERE topic = ? AND partition = ?`).run(...at);
    }
    return true;
  }

  extents(names: readonly string[]): readonly Extent[] {
    return names.flatMap((name) => {
      const { id } = this.named(name);
      return this.#ends.all(id).map((row) => {
        const end = integer(row, 'next');
        return { topic: name, partition: integer(row, 'partition'), offset: end, start: 0, end };
      });
    });
  }

  /** Log ends by partition. */
  ends(id: number): readonly number[] {
    return this.#ends.all(id).map((row) => integer(row, 'next'));
  }

  offsetsAt(name: string, timestamp: number): readonly Position[] {
    const { id } = this.named(name);
    const mark = this.#database.prepare(
      'SELECT chunk FROM marks WHERE topic = ? AND partition = ? AND highest >= ? ORDER BY chunk LIMIT 1',
    );
    const record = this.#database.prepare(
      'SELECT offset FROM records WHERE topic = ? AND partition = ? AND offset >= ? AND timestamp >= ? ORDER BY offset LIMIT 1',
    );
    return this.ends(id).map((end, partition) => {
      const chunk = mark.get(id, partition, timestamp);
      const from = chunk === undefined ? end : integer(chunk, 'chunk') * MARK_SPAN;
      const found = record.get(id, partition, from, timestamp);
      return { topic: name, partition, offset: found === undefined ? end : integer(found, 'offset') };
    });
  }

  #orphan(): Row | undefined {
    return this.#database
      .prepare('SELECT topic, partition FROM parts WHERE topic NOT IN (SELECT id FROM topics) LIMIT 1')
      .get();
  }
}

function topicOf(row: Row): KnownTopic {
  return {
    id: integer(row, 'id'),
    topic: text(row, 'name'),
    partitions: integer(row, 'partitions'),
    compacted: integer(row, 'compacted') === 1,
    timestamps: text(row, 'timestamps') === 'append' ? 'append' : 'create',
  };
}
