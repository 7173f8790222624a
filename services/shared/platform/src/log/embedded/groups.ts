// Consumer groups of an embedded log: who may consume, under which epoch, and what was committed.
//
// The right to consume is an exclusive lock on a file of the group's own, held by an open SQLite transaction that never
// writes. The operating system drops it when the process dies, however it dies. The epoch is counted up under that lock
// and is the generation; a commit is taken only under the newest epoch, which is checked in the commit's transaction.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { CommitResult, Committed } from '@parallax/core';
import { groupLocked } from '../faults.ts';
import { asFault, integer, isBusy, text } from './sqlite.ts';
import type { Topics } from './topics.ts';

/** Closing it frees the group. */
export interface GroupLock {
  readonly groupId: number;
  release(): void;
}

export class Groups {
  readonly #database: DatabaseSync;
  readonly #directory: string;
  readonly #topics: Topics;

  constructor(database: DatabaseSync, directory: string, topics: Topics) {
    this.#database = database;
    this.#directory = directory;
    this.#topics = topics;
  }

  /** Inside a write transaction. Numbers are never used again, and groups never forgotten: epochs only rise. */
  ensure(group: string): number {
    const known = this.#find(group);
    if (known !== undefined) return known;
    const { lastInsertRowid } = this.#database
      .prepare("INSERT INTO groups (name, epoch, holder) VALUES (?, 0, '')")
      .run(group);
    return Number(lastInsertRowid);
  }

  /** Throws `group-locked`, naming the holder. */
  lock(group: string, groupId: number): GroupLock {
    const folder = join(this.#directory, 'locks');
    const path = join(folder, `group-${groupId}.lock`);
    let lock: DatabaseSync | undefined;
    try {
      mkdirSync(folder, { recursive: true });
      lock = new DatabaseSync(path, { timeout: 0 });
      lock.exec('BEGIN EXCLUSIVE');
    } catch (error) {
      lock?.close();
      if (isBusy(error)) throw groupLocked(group, `embedded:${this.#directory}`, this.#holder(groupId));
      throw asFault(error, path);
    }
    const held = lock;
    return { groupId, release: () => held.close() };
  }

  /** Inside a write transaction, under the lock: the new generation. */
  begin(groupId: number, holder: string): number {
    const row = this.#database
      .prepare('UPDATE groups SET epoch = epoch + 1, holder = ? WHERE id = ? RETURNING epoch')
      .get(holder, groupId);
    return integer(row ?? {}, 'epoch');
  }

  /** Inside a write transaction. */
  commit(group: string, generation: number, offsets: readonly Committed[]): CommitResult {
    const row = this.#database.prepare('SELECT id, epoch FROM groups WHERE name = ?').get(group);
    if (row === undefined || integer(row, 'epoch') !== generation) return 'refused';
    const put = this.#database.prepare('INSERT OR REPLACE INTO commits VALUES (?, ?, ?, ?, ?)');
    const topics = new Map(offsets.map(({ topic }) => [topic, this.#topics.named(topic).id]));
    for (const { topic, partition, offset, metadata } of offsets) {
      put.run(integer(row, 'id'), topics.get(topic) ?? -1, partition, offset, metadata);
    }
    return 'committed';
  }

  committed(group: string, topics: readonly string[]): readonly Committed[] {
    const rows = this.#database
      .prepare(
        `SELECT t.name, c.partition, c.offset, c.metadata FROM commits c
         JOIN groups g ON g.id = c.groupid JOIN topics t ON t.id = c.topic
         WHERE g.name = ? ORDER BY t.name, c.partition`,
      )
      .all(group);
    return rows
      .map((row) => ({
        topic: text(row, 'name'),
        partition: integer(row, 'partition'),
        offset: integer(row, 'offset'),
        metadata: text(row, 'metadata'),
      }))
      .filter(({ topic }) => topics.includes(topic));
  }

  /** Inside a write transaction. Throws `group-locked`. */
  forget(group: string): void {
    const groupId = this.#find(group);
    if (groupId === undefined) return;
    const lock = this.lock(group, groupId);
    try {
      this.#database.prepare('DELETE FROM commits WHERE groupid = ?').run(groupId);
    } finally {
      lock.release();
    }
  }

  #find(group: string): number | undefined {
    const row = this.#database.prepare('SELECT id FROM groups WHERE name = ?').get(group);
    return row === undefined ? undefined : integer(row, 'id');
  }

  #holder(groupId: number): string {
    const row = this.#database.prepare('SELECT holder FROM groups WHERE id = ?').get(groupId);
    const holder = row === undefined ? '' : text(row, 'holder');
    return holder === '' ? 'another process' : holder;
  }
}
