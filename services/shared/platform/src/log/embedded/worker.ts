// The worker thread of an embedded log: owns the database, answers calls, feeds this process's consumers.

import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { logClosed } from '../faults.ts';
import { pack, unpack } from '../frame.ts';
import { openDatabase } from './database.ts';
import { prepareFolder } from './folder.ts';
import { type GroupLock, Groups } from './groups.ts';
import type { Call, Calls, FromWorker, ToWorker, WorkerOptions } from './protocol.ts';
import { Pump } from './pump.ts';
import { Records } from './records.ts';
import { asFault } from './sqlite.ts';
import { Tail } from './tail.ts';
import { Topics } from './topics.ts';
import { toWire } from './wire-fault.ts';
import { Writer } from './writer.ts';

/** What a write other than an append counts as, in bytes. */
const SMALL = 256;

const { directory, holder }: WorkerOptions = workerData;
const path = join(directory, 'log.sqlite');
const address = `embedded:${directory}`;

function post(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function serve(database: DatabaseSync): { calls: Calls; pump: Pump } {
  const topics = new Topics(database, address);
  const records = new Records(database);
  const groups = new Groups(database, directory, topics);
  const locks = new Map<number, GroupLock>();
  const pump = new Pump(
    database,
    (batch) => post(batch, [batch.frame]),
    (consumer, error) => post({ kind: 'lost', consumer, fault: toWire(asFault(error, path)) }),
  );
  const writer = new Writer(database, () => pump.wrote());

  /** Clears what deleted topics have left, little by little between other writes. */
  async function sweep(): Promise<void> {
    while (await writer.write(SMALL, () => topics.sweep()));
  }
  // What a sweep leaves undone, say on a full disk, the next opening sweeps.
  const sweepSoon = (): void => void sweep().catch(() => undefined);
  if (topics.hasSweepings()) sweepSoon();

  const calls: Calls = {
    topics: () => topics.all().map(({ id: _, ...info }) => info),
    ensureTopic: (spec) => writer.write(SMALL, () => topics.ensure(spec)),
    async deleteTopic(topic) {
      const result = await writer.write(SMALL, () => topics.delete(topic));
      if (result === 'deleted') sweepSoon();
      return result;
    },
    extents: (names) => topics.extents(names),
    offsetsAt: (topic, timestamp) => topics.offsetsAt(topic, timestamp),
    committed: (group, names) => groups.committed(group, names),
    deleteGroup: (group) => writer.write(SMALL, () => groups.forget(group)),
    append(name, now, frame) {
      const framed = unpack(frame);
      return writer.write(frame.byteLength, () => {
        const topic = topics.named(name);
        records.check(topic, framed);
        return records.append(topic, framed, now);
      });
    },
    read: (topic, partition, offset, limit) =>
      pack(records.read(topics.part(topic, partition).id, offset, limit).records),
    async join(consumer, group, names, batchRecords) {
      topics.extents(names);
      const lock = groups.lock(group, await writer.write(SMALL, () => groups.ensure(group)));
      try {
        const generation = await writer.write(SMALL, () => groups.begin(lock.groupId, holder));
        const extents = topics.extents(names);
        pump.add(consumer, new Tail(consumer, extents, batchRecords, { records, topics }));
        locks.set(consumer, lock);
        return { generation, extents, committed: groups.committed(group, names) };
      } catch (error) {
        lock.release();
        throw error;
      }
    },
    commit: (group, generation, offsets) => writer.write(SMALL, () => groups.commit(group, generation, offsets)),
    leave(consumer) {
      pump.remove(consumer);
      locks.get(consumer)?.release();
      locks.delete(consumer);
    },
    async close() {
      pump.stop();
      for (const lock of locks.values()) lock.release();
      // Queued behind every write asked for so far.
      await writer.write(SMALL, () => undefined).catch(() => undefined);
      database.close();
    },
  };
  return { calls, pump };
}

async function answer(calls: Calls, { call, verb, args }: Call, database: DatabaseSync): Promise<void> {
  // The client's types have checked the arguments against Calls.
  const run: (...args: never[]) => unknown = calls[verb];
  try {
    post({ kind: 'answer', call, result: await run(...(args as never[])) });
  } catch (error) {
    // A call of several steps may have been overtaken by the closing.
    const reason = database.isOpen ? asFault(error, path) : logClosed(address, error);
    post({ kind: 'refusal', call, fault: toWire(reason) });
  }
}

/** Nothing holds the thread once it is closed and hears nothing more: it ends. */
function endAfter({ verb }: Call): void {
  if (verb === 'close') parentPort?.close();
}

function listen(): void {
  try {
    prepareFolder(directory, path);
    const database = openDatabase(path);
    const { calls, pump } = serve(database);
    parentPort?.on('message', (message: ToWorker) => {
      if (message.kind === 'call') return void answer(calls, message, database).then(() => endAfter(message));
      pump.get(message.consumer)?.steer(message.credit, message.moves);
      pump.wake();
    });
  } catch (error) {
    // A log that cannot be opened answers every call with the reason.
    const fault = toWire(asFault(error, path));
    parentPort?.on('message', (message: ToWorker) => {
      if (message.kind !== 'call') return;
      post({ kind: 'refusal', call: message.call, fault });
      endAfter(message);
    });
  }
}

listen();
