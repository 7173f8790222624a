// Events that wait for the others of their id: in memory up to a limit, beyond it in a file of their own.
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Content, FileEvent, Side } from '@parallax/core';

export const MOST_WAITING_BYTES = 128 * 1024 * 1024;
/** What an event takes besides its bytes. */
const OVERHEAD = 200;

interface Waiting {
  readonly side: Side;
  readonly timestamp: number;
  /** Absent: it is in the file. */
  readonly content?: Content;
  readonly place: number;
  readonly length: number;
}

export class WaitingEvents {
  /** Bytes in memory. */
  readonly bytes = { legacy: 0, candidate: 0 };
  readonly #groups = new Map<number, Waiting[]>();
  readonly #most: number;
  #file: number | undefined;
  #end = 0;

  /** `most`: bytes in memory. */
  constructor(most: number = MOST_WAITING_BYTES) {
    this.#most = most;
  }

  get groups(): number {
    return this.#groups.size;
  }

  /** Keeps a copy. */
  add(group: number, side: Side, timestamp: number, content: Content): void {
    const waiting = this.#groups.get(group) ?? [];
    if (waiting.length === 0) this.#groups.set(group, waiting);
    const length = sizeOf(content);
    if (this.bytes.legacy + this.bytes.candidate + length > this.#most) {
      const bytes = serialize({ key: content.key, value: content.value, headers: content.headers });
      waiting.push({ side, timestamp, place: this.#end, length: bytes.length });
      writeSync(this.#opened(), bytes, 0, bytes.length, this.#end);
      this.#end += bytes.length;
      return;
    }
    const headers = content.headers.map(([name, value]) => [name, copyOf(value)] as const);
    const copy = { key: copyOf(content.key), value: copyOf(content.value), headers };
    waiting.push({ side, timestamp, content: copy, place: -1, length });
    this.bytes[side] += length;
  }

  count(group: number): number {
    return this.#groups.get(group)?.length ?? 0;
  }

  /** All of a group, which are forgotten. */
  take(group: number): Record<Side, FileEvent[]> {
    const events: Record<Side, FileEvent[]> = { legacy: [], candidate: [] };
    for (const { side, timestamp, content, place, length } of this.#groups.get(group) ?? []) {
      events[side].push({ timestamp, content: content ?? this.#read(place, length) });
      if (content !== undefined) this.bytes[side] -= length;
    }
    this.#groups.delete(group);
    return events;
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #opened(): number {
    if (this.#file !== undefined) return this.#file;
    const folder = mkdtempSync(join(tmpdir(), 'parallax-rejudge-'));
    this.#file = openSync(join(folder, 'events'), 'w+');
    // Open, it lives on until it is closed, however this process ends.
    rmSync(folder, { recursive: true, force: true });
    return this.#file;
  }

  #read(place: number, length: number): Content {
    const bytes = Buffer.allocUnsafe(length);
    readSync(this.#opened(), bytes, 0, length, place);
    return deserialize(bytes) as Content;
  }
}

function sizeOf({ key, value, headers }: Content): number {
  let bytes = OVERHEAD + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of headers) bytes += name.length + (header?.length ?? 0);
  return bytes;
}

/** Small ones lie together in Node's pool, which costs less than memory of its own for each. */
function copyOf(bytes: Uint8Array | null): Uint8Array | null {
  return bytes === null ? null : Buffer.from(bytes);
}
