// Records of an embedded log: appending in offset order, compacting as they come, reading from an offset on.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { partitionOfKey } from '@parallax/core';
import { type Framed, framedSize } from '../frame.ts';
import { checkRecord } from '../limits.ts';
import type { Placed } from './protocol.ts';
import { bytes, integer } from './sqlite.ts';
import { type KnownTopic, MARK_SPAN } from './topics.ts';

/** Ends a batch early, after the record that passes it. */
const BATCH_BYTES = 2 * 1024 * 1024;

interface Part {
  next: number;
  stamp: number;
  /** Highest timestamp by chunk of MARK_SPAN offsets, of the records of this append. */
  readonly highest: Map<number, number>;
}

export interface Stretch {
  readonly records: readonly Framed[];
  /** Whether the limit or the size ended it, rather than the log. */
  readonly cut: boolean;
}

export class Records {
  readonly #part: StatementSync;
  readonly #advance: StatementSync;
  readonly #insert: StatementSync;
  readonly #mark: StatementSync;
  readonly #older: StatementSync;
  readonly #renew: StatementSync;
  readonly #remove: StatementSync;
  readonly #from: StatementSync;
  /** Next partition for records without key, by topic id. */
  readonly #turns = new Map<number, number>();

  constructor(database: DatabaseSync) {
    const at = 'topic = ? AND partition = ?';
    this.#part = database.prepare(`SELECT next, stamp FROM parts WHERE ${at}`);
    this.#advance = database.prepare(`UPDATE parts SET next = ?, stamp = ? WHERE ${at}`);
    this.#insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#mark = database.prepare(
      'INSERT INTO marks VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest)',
    );
    this.#older = database.prepare(`SELECT offset FROM newest WHERE ${at} AND key = ?`);
    this.#renew = database.prepare(
      'INSERT INTO newest VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET offset = excluded.offset',
    );
    this.#remove = database.prepare(`DELETE FROM records WHERE ${at} AND offset = ?`);
    this.#from = database.prepare(
      `SELECT offset, timestamp, key, value, headers FROM records WHERE ${at} AND offset >= ? ORDER BY offset LIMIT ?`,
    );
  }

  /** Throws what makes a record unfit for the topic; before anything is written, so that others' appends may go on. */
  check(topic: KnownTopic, records: readonly Framed[]): void {
    for (const { place, timestamp, key } of records) {
      checkRecord(topic, { partition: place === -1 ? undefined : place, timestamp, key });
    }
  }

  /** Inside a write transaction, after {@link check}. */
  append(topic: KnownTopic, records: readonly Framed[], now: number): Placed {
    const placed: Placed = { partitions: new Int32Array(records.length), offsets: new Float64Array(records.length) };
    const parts = new Map<number, Part>();
    records.forEach((record, index) => {
      const partition = this.#choose(topic, record);
      const part = parts.get(partition) ?? this.#load(topic.id, partition);
      parts.set(partition, part);
      const offset = part.next++;
      const timestamp = topic.timestamps === 'append' ? Math.max(now, part.stamp) : record.timestamp;
      part.stamp = Math.max(part.stamp, now);
      if (topic.compacted && record.key !== null) this.#compact(topic.id, partition, record.key, offset);
      this.#insert.run(topic.id, partition, offset, timestamp, record.key, record.value, record.headers);
      const chunk = Math.floor(offset / MARK_SPAN);
      part.highest.set(chunk, Math.max(timestamp, part.highest.get(chunk) ?? timestamp));
      placed.partitions[index] = partition;
      placed.offsets[index] = offset;
    });
    for (const [partition, { next, stamp, highest }] of parts) {
      this.#advance.run(next, stamp, topic.id, partition);
      for (const [chunk, timestamp] of highest) this.#mark.run(topic.id, partition, chunk, timestamp);
    }
    return placed;
  }

  read(topicId: number, partition: number, offset: number, limit: number): Stretch {
    const records: Framed[] = [];
    let size = 0;
    for (const row of this.#from.iterate(topicId, partition, offset, limit)) {
      const record = {
        place: integer(row, 'offset'),
        timestamp: integer(row, 'timestamp'),
        key: bytes(row, 'key'),
        value: bytes(row, 'value'),
        headers: bytes(row, 'headers'),
      };
      records.push(record);
      size += framedSize(record);
      if (size >= BATCH_BYTES) return { records, cut: true };
    }
    return { records, cut: records.length === limit };
  }

  #choose(topic: KnownTopic, { place, key }: Framed): number {
    if (place !== -1) return place;
    if (key !== null) return partitionOfKey(key, topic.partitions);
    const turn = this.#turns.get(topic.id) ?? 0;
    this.#turns.set(topic.id, (turn + 1) % topic.partitions);
    return turn;
  }

  #load(topicId: number, partition: number): Part {
    const row = this.#part.get(topicId, partition) ?? {};
    return { next: integer(row, 'next'), stamp: integer(row, 'stamp'), highest: new Map() };
  }

  #compact(topicId: number, partition: number, key: Uint8Array, offset: number): void {
    const older = this.#older.get(topicId, partition, key);
    if (older !== undefined) this.#remove.run(topicId, partition, integer(older, 'offset'));
    this.#renew.run(topicId, partition, key, offset);
  }
}
