// Topics of an embedded log: what exists, how long it is, and getting rid of it.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Extent, Position, TopicInfo, TopicSpec } from '@parallax/core';
import { unknownPartition, unknownTopic } from '../faults.ts';
import { behind, offsetOf, placeOf } from './place.ts';
import { integer, type Row, text } from './sqlite.ts';

/** Offsets per mark, see the schema. */
export const MARK_SPAN = 1024;
const SWEEP_OFFSETS = 5_000;

export interface KnownTopic extends TopicInfo {
  readonly id: number;
}

export interface KnownPart {
  readonly id: number;
  readonly end: number;
}

export class Topics {
  readonly #database: DatabaseSync;
  readonly #address: string;
  readonly #byName: StatementSync;
  readonly #parts: StatementSync;

  constructor(database: DatabaseSync, address: string) {
    this.#database = database;
    this.#address = address;
    this.#byName = database.prepare('SELECT * FROM topics WHERE name = ?');
    this.#parts = database.prepare('SELECT id, next FROM parts WHERE topic = ? ORDER BY partition');
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

  /** The partitions of a topic, in order; none when it has gone. */
  parts(topicId: number): readonly KnownPart[] {
    return this.#parts.all(topicId).map((row) => ({ id: integer(row, 'id'), end: integer(row, 'next') }));
  }

  /** Throws `unknown-topic` and `unknown-partition`. */
  part(name: string, partition: number): KnownPart {
    const parts = this.parts(this.named(name).id);
    const part = parts[partition];
    if (part === undefined) throw unknownPartition(name, partition, parts.length);
    return part;
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
    const id = integer(orphan, 'id');
    const first = this.#database
      .prepare('SELECT place FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT 1')
      .get(placeOf(id, 0), behind(id));
    if (first !== undefined) {
      const from = integer(first, 'place');
      this.#database
        .prepare('DELETE FROM records WHERE place >= ? AND place < ?')
        .run(from, Math.min(from + SWEEP_OFFSETS, behind(id)));
      return true;
    }
    this.#database.prepare('DELETE FROM newest WHERE part = ?').run(id);
    this.#database.prepare('DELETE FROM marks WHERE part = ?').run(id);
    this.#database.prepare('DELETE FROM parts WHERE id = ?').run(id);
    return true;
  }

  extents(names: readonly string[]): readonly Extent[] {
    return names.flatMap((name) => {
      const { id } = this.named(name);
      return this.parts(id).map(({ end }, partition) => ({ topic: name, partition, offset: end, start: 0, end }));
    });
  }

  offsetsAt(name: string, timestamp: number): readonly Position[] {
    const { id } = this.named(name);
    const mark = this.#database.prepare(
      'SELECT chunk FROM marks WHERE part = ? AND highest >= ? ORDER BY chunk LIMIT 1',
    );
    const record = this.#database.prepare(
      'SELECT place FROM records WHERE place >= ? AND place < ? AND timestamp >= ? ORDER BY place LIMIT 1',
    );
    return this.parts(id).map((part, partition) => {
      const chunk = mark.get(part.id, timestamp);
      const from = chunk === undefined ? part.end : integer(chunk, 'chunk') * MARK_SPAN;
      const found = record.get(placeOf(part.id, from), behind(part.id), timestamp);
      return { topic: name, partition, offset: found === undefined ? part.end : offsetOf(integer(found, 'place')) };
    });
  }

  #orphan(): Row | undefined {
    return this.#database.prepare('SELECT id FROM parts WHERE topic NOT IN (SELECT id FROM topics) LIMIT 1').get();
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
