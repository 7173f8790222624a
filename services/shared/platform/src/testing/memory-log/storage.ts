// What a memory log keeps: topics and their records, compacted as they come.
import {
  type Extent,
  type LogRecord,
  type NewRecord,
  type Position,
  partitionOfKey,
  type TopicInfo,
  type TopicSpec,
} from '@parallax/core';
import { unknownPartition, unknownTopic } from '../../log/faults.ts';
import { checkRecord } from '../../log/limits.ts';
import { TransactedPart } from './transactions.ts';

export interface Part {
  start: number;
  next: number;
  stamp: number;
  records: LogRecord[];
  /** Nothing of it is delivered for now. */
  isSilent: boolean;
  /** Its leaders, and where the records of each begin. */
  leaders: readonly { readonly epoch: number; readonly from: number }[];
  readonly transacted: TransactedPart;
}

export interface StoredTopic {
  readonly info: TopicInfo;
  readonly parts: readonly Part[];
  turn: number;
}

export class Storage {
  readonly #address: string;
  readonly #topics = new Map<string, StoredTopic>();

  constructor(address: string) {
    this.#address = address;
  }

  infos(): readonly TopicInfo[] {
    return [...this.#topics.values()].map(({ info }) => info).sort((a, b) => (a.topic < b.topic ? -1 : 1));
  }

  ensure({ topic, partitions, compacted = false, timestamps = 'create' }: TopicSpec): 'created' | 'exists' {
    if (this.#topics.has(topic)) return 'exists';
    const parts = Array.from(
      { length: partitions },
      (): Part => ({
        start: 0,
        next: 0,
        stamp: 0,
        records: [],
        isSilent: false,
        leaders: [{ epoch: 0, from: 0 }],
        transacted: new TransactedPart(),
      }),
    );
    this.#topics.set(topic, { info: { topic, partitions, compacted, timestamps }, parts, turn: 0 });
    return 'created';
  }

  delete(topic: string): 'deleted' | 'absent' {
    return this.#topics.delete(topic) ? 'deleted' : 'absent';
  }

  named(topic: string): StoredTopic {
    const stored = this.#topics.get(topic);
    if (stored === undefined) throw unknownTopic(topic, this.#address);
    return stored;
  }

  part(topic: string, partition: number): Part {
    const { parts, info } = this.named(topic);
    const part = parts[partition];
    if (part === undefined) throw unknownPartition(topic, partition, info.partitions);
    return part;
  }

  append(topic: string, records: readonly NewRecord[], now: number, transaction?: object): readonly Position[] {
    const stored = this.named(topic);
    for (const { partition, timestamp = now, key } of records) {
      checkRecord(stored.info, { partition, timestamp, key });
    }
    return records.map((record) => {
      const partition = record.partition ?? this.#choose(stored, record.key);
      const part = this.part(topic, partition);
      part.stamp = Math.max(part.stamp, now);
      const timestamp = stored.info.timestamps === 'append' ? part.stamp : (record.timestamp ?? now);
      const offset = part.next++;
      if (transaction !== undefined) part.transacted.wrote(transaction, offset);
      if (stored.info.compacted) part.records = part.records.filter(({ key }) => !sameBytes(key, record.key));
      part.records.push(copyRecord({ ...record, headers: record.headers ?? [], offset, timestamp }));
      return { topic, partition, offset };
    });
  }

  /** The committed records themselves, up to the first that may yet be taken back: copy before handing them out. */
  read(topic: string, partition: number, offset: number, limit: number): readonly LogRecord[] {
    const { records, next, transacted } = this.part(topic, partition);
    const stable = transacted.stable(next);
    const found: LogRecord[] = [];
    for (let i = lowerBound(records, offset); i < records.length && found.length < limit; i++) {
      const record = records[i] as LogRecord;
      if (record.offset >= stable) break;
      if (!transacted.isAborted(record.offset)) found.push(record);
    }
    return found;
  }

  /** The offset up to which everything can be read now. */
  stable(topic: string, partition: number): number {
    const { next, transacted } = this.part(topic, partition);
    return transacted.stable(next);
  }

  /** The transaction ends everywhere it wrote: a control record takes the next offset there. */
  end(transaction: object, isCommitted: boolean): void {
    for (const { parts } of this.#topics.values()) {
      for (const part of parts) if (part.transacted.end(transaction, isCommitted, part.next)) part.next++;
    }
  }

  /** An unclean leader election: records from `end` on are gone, and their offsets are given out again. */
  truncate(topic: string, partition: number, end: number): void {
    const part = this.part(topic, partition);
    part.next = Math.min(part.next, Math.max(end, part.start));
    part.records = part.records.filter(({ offset }) => offset < part.next);
    this.elect(topic, partition);
  }

  /** Another leader, which has all there is. */
  elect(topic: string, partition: number): void {
    const part = this.part(topic, partition);
    const epoch = (part.leaders.at(-1)?.epoch ?? 0) + 1;
    part.leaders = [...part.leaders.filter(({ from }) => from < part.next), { epoch, from: part.next }];
  }

  /** Of the leader that wrote what stands right before this offset. */
  epochBefore(topic: string, partition: number, next: number): number {
    return this.part(topic, partition).leaders.findLast(({ from }) => from < next)?.epoch ?? 0;
  }

  extents(topics: readonly string[]): readonly Extent[] {
    return topics.flatMap((topic) =>
      this.named(topic).parts.map(({ start, next }, partition) => {
        return { topic, partition, offset: next, start, end: next };
      }),
    );
  }

  offsetsAt(topic: string, timestamp: number): readonly Position[] {
    return this.named(topic).parts.map(({ records, next }, partition) => {
      return { topic, partition, offset: records.find((record) => record.timestamp >= timestamp)?.offset ?? next };
    });
  }

  expire(topic: string, partition: number, before: number): void {
    const part = this.part(topic, partition);
    part.start = Math.min(part.next, Math.max(part.start, before));
    part.records = part.records.filter(({ offset }) => offset >= part.start);
  }

  #choose(stored: StoredTopic, key: Uint8Array | null): number {
    const { partitions } = stored.info;
    if (key !== null) return partitionOfKey(key, partitions);
    const turn = stored.turn;
    stored.turn = (turn + 1) % partitions;
    return turn;
  }
}

export function copyRecord({ offset, timestamp, key, value, headers }: LogRecord): LogRecord {
  return {
    offset,
    timestamp,
    key: copyBytes(key),
    value: copyBytes(value),
    headers: headers.map(([name, content]) => [name, copyBytes(content)]),
  };
}

/** A Buffer's own slice() would share memory. */
function copyBytes(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : new Uint8Array(bytes);
}

function lowerBound(records: readonly LogRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.offset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a !== null && b !== null && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
