// One process on a machine of its own: each call to the outside is a step that may fail, be slow, be answered late or never,
// and outlive the process that made it.
import {
  type Archive,
  type ArchiveObject,
  type CommitResult,
  type ConsumerHandlers,
  type Consumption,
  type DivergenceStore,
  type EventLog,
  Fault,
  type NewRecord,
  type Position,
} from '@parallax/core';
import type { Clock } from '../../lifecycle/clock.ts';
import type { MemoryLog } from '../memory-log/log.ts';
import type { Random } from './random.ts';
import type { Scheduler, Step } from './scheduler.ts';

const nowhere = () => undefined;

export interface MachineAround {
  readonly log: MemoryLog;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Whether calls may fail now. */
  readonly isFaulty: () => boolean;
}

/** A call under way. */
interface Call extends Step {
  readonly machine: SimulatedMachine;
  /** It has left the process, which cannot call it back. */
  readonly isSent: boolean;
}

export class SimulatedMachine {
  readonly clock: Clock;
  /** Its connection to the log. */
  readonly log: EventLog;
  readonly #around: MachineAround;
  readonly #client: MemoryLog;
  #isDead = false;
  #isAsleep = false;

  /** `aheadMs`: of its clock. */
  constructor(around: MachineAround, aheadMs: number) {
    this.#around = around;
    this.#client = around.log.connect();
    const { now, sleep } = around.scheduler.clock(aheadMs);
    // A process that stands still does not see its timers either.
    const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
      sleep(ms, signal).then(() => (this.#isAsleep ? wait(100) : this.#alive(undefined)));
    this.clock = { now, sleep: wait };
    this.log = this.#log();
  }

  /** Whether this can happen now: calls of a process that stands still wait. */
  static mayRun(step: Step): boolean {
    return !isCall(step) || !step.machine.#isAsleep;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** SIGKILL: what was sent may arrive all the same, at any time. */
  crash(): void {
    const { scheduler, random } = this.#around;
    this.#isDead = true;
    this.#client.crash();
    scheduler.drop((step) => isCall(step) && step.machine === this && (!step.isSent || random.chance(0.5)));
  }

  /** SIGSTOP; `isMissed`: for so long that its groups hold it for dead. */
  suspend(isMissed: boolean): void {
    this.#isAsleep = true;
    this.#client.suspend(isMissed);
  }

  awake(): void {
    this.#isAsleep = false;
    this.#client.awake();
  }

  /** `commit`: a lost answer is one of the results, not an error. */
  #call<T>(work: () => Promise<T>, isSent = false, lost?: T): Promise<T> {
    const { random, isFaulty } = this.#around;
    return new Promise((resolve, reject) => {
      const answer = (give: () => void): void => {
        if (!isFaulty() || random.chance(0.7)) give();
        else this.#add({ machine: this, isSent: false, run: give });
      };
      const fail = (): void => answer(() => (lost === undefined ? reject(unavailable()) : resolve(lost)));
      const run = async (): Promise<void> => {
        const fate = isFaulty() ? random.next() : 1;
        if (fate < 0.03) return fail();
        try {
          const result = await work();
          if (fate < 0.06) fail();
          else answer(() => resolve(result));
        } catch (error) {
          answer(() => reject(error));
        }
      };
      if (!this.#isDead) this.#add({ machine: this, isSent, run });
    });
  }

  #add(call: Call): void {
    this.#around.scheduler.add(call);
  }

  #alive<T>(value: T): T | Promise<T> {
    return this.#isDead ? new Promise<T>(nowhere) : value;
  }

  /** Its connection to a store. */
  store(store: DivergenceStore): DivergenceStore {
    const { random, isFaulty } = this.#around;
    return {
      address: store.address,
      migrate: () => this.#call(() => store.migrate()),
      deleteRun: (experiment, run) => this.#call(() => store.deleteRun(experiment, run)),
      write: (batch) =>
        this.#call(async () => {
          if (!isFaulty() || random.chance(0.95)) return store.write(batch);
          await store.write({ differences: batch.differences ?? [] });
          throw unavailable();
        }, true),
      lookup: (scope, ids) => this.#call(() => store.lookup(scope, ids)),
      recent: (scope, partition, limit) => this.#call(() => store.recent(scope, partition, limit)),
      query: (sql, params) => this.#call(() => store.query(sql, params)),
      close: () => this.#call(() => store.close()),
    };
  }

  /** Its connection to an archive; a listing is asked for as a whole. */
  archive(archive: Archive): Archive {
    return {
      address: archive.address,
      create: (key, body) => this.#call(() => archive.create(key, body), true),
      read: (key) => this.#call(() => archive.read(key)),
      list: (prefix) => this.#listed(() => Array.fromAsync(archive.list(prefix))),
      remove: (key) => this.#call(() => archive.remove(key), true),
      close: () => this.#call(() => archive.close()),
    };
  }

  async *#listed(list: () => Promise<ArchiveObject[]>): AsyncGenerator<ArchiveObject> {
    yield* await this.#call(list);
  }

  #log(): EventLog {
    const log = this.#client;
    const { random } = this.#around;
    return {
      address: log.address,
      topics: () => this.#call(() => log.topics()),
      ensureTopic: (spec) => this.#call(() => log.ensureTopic(spec)),
      deleteTopic: (topic) => this.#call(() => log.deleteTopic(topic)),
      extents: (topics) => this.#call(() => log.extents(topics)),
      offsetsAt: (topic, timestamp) => this.#call(() => log.offsetsAt(topic, timestamp)),
      committed: (group, topics) => this.#call(() => log.committed(group, topics)),
      deleteGroup: (group) => this.#call(() => log.deleteGroup(group)),
      append: (topic, records) => this.#call(() => this.#append(topic, records), true),
      read: (topic, partition, offset, limit) => this.#call(() => log.read(topic, partition, offset, limit)),
      consume: async (options, handlers) =>
        this.#consumption(
          await log.consume({ ...options, batchRecords: 1 + random.below(12) }, this.#handlers(handlers)),
        ),
      close: () => log.close(),
    };
  }

  /** What fails may have written the first of them. */
  async #append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const { random, isFaulty } = this.#around;
    if (!isFaulty() || records.length < 2 || random.chance(0.95)) return this.#client.append(topic, records);
    await this.#client.append(topic, records.slice(0, 1 + random.below(records.length - 1)));
    throw unavailable();
  }

  #handlers(handlers: ConsumerHandlers): ConsumerHandlers {
    return {
      assigned: async (generation, partitions) => this.#alive(await handlers.assigned(generation, partitions)),
      batch: (batch) => {
        if (!this.#isDead) handlers.batch(batch);
      },
    };
  }

  #consumption(consumption: Consumption): Consumption {
    return {
      ended: consumption.ended.then((error) => this.#alive(error)),
      pause: (partitions) => consumption.pause(partitions),
      resume: (partitions) => consumption.resume(partitions),
      seek: (position) => consumption.seek(position),
      ends: () => this.#call(() => consumption.ends()),
      commit: (generation, offsets) =>
        this.#call<CommitResult>(() => consumption.commit(generation, offsets), true, 'unknown'),
      stop: () => consumption.stop(),
    };
  }
}

function isCall(step: Step): step is Call {
  return 'machine' in step;
}

function unavailable(): Fault {
  return new Fault('It does not answer.', { code: 'unavailable', retryable: true, cure: 'Try again.' });
}
