// Records of an embedded log: appending in offset order, compacting as they come, reading from an offset on.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { partitionOfKey } from '@parallax/core';
import { type Framed, framedSize } from '../frame.ts';
import { checkRecord } from '../limits.ts';
import { behind, OFFSETS, offsetOf, placeOf } from './place.ts';
import type { Placed } from './protocol.ts';
import { bytes, integer } from './sqlite.ts';
import { type KnownTopic, MARK_SPAN } from './topics.ts';

/** Ends a batch early, after the record that passes it. */
const BATCH_BYTES = 2 * 1024 * 1024;

interface Part {
  readonly id: number;
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
    this.#part = database.prepare('SELECT id, next, stamp FROM parts WHERE topic = ? AND partition = ?');
    this.#advance = database.prepare('UPDATE parts SET next = ?, stamp = ? WHERE id = ?');
    this.#insert = database.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?)');
    this.#mark = database.prepare(
      'INSERT INTO marks VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET highest = max(highest, excluded.highest)',
    );
    this.#older = database.prepare('SELECT place FROM newest WHERE part = ? AND key = ?');
    this.#renew = database.prepare(
      'INSERT INTO newest VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET place = excluded.place',
    );
    this.#remove = database.prepare('DELETE FROM records WHERE place = ?');
    this.#from = database.prepare('SELECT * FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?');
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
      const place = placeOf(part.id, offset);
      if (topic.compacted && record.key !== null) this.#compact(part.id, record.key, place);
      this.#insert.run(place, timestamp, record.key, record.value, record.headers);
      const chunk = Math.floor(offset / MARK_SPAN);
      part.highest.set(chunk, Math.max(timestamp, part.highest.get(chunk) ?? timestamp));
      placed.partitions[index] = partition;
      placed.offsets[index] = offset;
    });
    for (const { id, next, stamp, highest } of parts.values()) {
      if (next > OFFSETS)
        throw new RangeError(`A partition of "${topic.topic}" would have more than ${OFFSETS} offsets.`);
      this.#advance.run(next, stamp, id);
      for (const [chunk, timestamp] of highest) this.#mark.run(id, chunk, timestamp);
    }
    return placed;
  }

  read(part: number, offset: number, limit: number): Stretch {
    const records: Framed[] = [];
    let size = 0;
    for (const row of this.#from.iterate(placeOf(part, offset), behind(part), limit)) {
      const record = {
        place: offsetOf(integer(row, 'place')),
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
    return { id: integer(row, 'id'), next: integer(row, 'next'), stamp: integer(row, 'stamp'), highest: new Map() };
  }

  #compact(part: number, key: Uint8Array, place: number): void {
    const older = this.#older.get(part, key);
    if (older !== undefined) this.#remove.run(integer(older, 'place'));
    this.#renew.run(part, key, place);
  }
}
