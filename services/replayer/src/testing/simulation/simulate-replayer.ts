// Runs one seed on the real replayer: one process after another feeds a run, every call a step that may fail, be late or torn,
// each killed or stopped between any two steps and gone on from at another pace; then calm; and holds what the run was fed
// against what an undisturbed replay feeds, flat out.
import { type Archive, Fault, isRetryable, type LogRecord, sameRecord } from '@parallax/core';
import { openTelemetry } from '@parallax/platform';
import {
  type MachineAround,
  type MemoryLog,
  type MemoryStore,
  memoryArchive,
  memoryLog,
  memoryStore,
  Random,
  Scheduler,
  SimulatedMachine,
  settled,
} from '@parallax/platform/testing';
import type { Choice } from '../../choosing/choice.ts';
import { keep, ORDERS, type Recorded } from '../../doubles.ts';
import type { ReplayPace, Tempo } from '../../pace.ts';
import { startReplay } from '../../pipeline.ts';
import type { Replaying, ReplayPorts } from '../../replaying.ts';

export interface ReplayerSimulation {
  readonly seed: number;
  /** Records fed. */
  readonly fed: number;
  readonly steps: number;
  /** Processes that died, were stopped, or stood still. */
  readonly crashes: number;
  /** What differs from an undisturbed replay; empty when all is well. */
  readonly failures: readonly string[];
}

const START = 1_800_000_000_000;
const INPUT = 'orders.in.v2.replay.r';
const ANSWERS = ['prices.replay.r', 'invoices.replay.r'];
const TOPICS = [INPUT, ...ANSWERS];
/** Far more than any calm takes. */
const MOST_STEPS = 30_000;
const nowhere = () => undefined;
const logger = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere };

export async function simulateReplayer(seed: number): Promise<ReplayerSimulation> {
  return new Simulation(seed).run();
}

interface Options extends Tempo {
  readonly roundRecords: number;
  readonly choice: Choice | undefined;
}

class SimulatedReplayer {
  readonly machine: SimulatedMachine;
  replaying: Replaying | undefined;
  /** What it ended by, other than its death; undefined while it goes on. */
  ended: { readonly error: unknown } | undefined;

  constructor(around: MachineAround, archive: Archive, store: MemoryStore, options: Options) {
    this.machine = new SimulatedMachine(around, 0);
    void this.#start(archive, store, options);
  }

  async #start(archive: Archive, store: MemoryStore, options: Options): Promise<void> {
    const { machine } = this;
    const ports: ReplayPorts = {
      log: machine.log,
      archive: machine.archive(archive),
      store: machine.store(store),
      clock: machine.clock,
      telemetry: openTelemetry('replayer', logger),
    };
    try {
      this.replaying = await startReplay(ports, { experiment: ORDERS, run: 'r', ...options });
      await this.replaying.done;
      await this.replaying.finish();
      this.ended = { error: undefined };
    } catch (error) {
      if (!machine.isDead) this.ended = { error };
    }
  }
}

class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #log: MemoryLog;
  readonly #archive = memoryArchive();
  readonly #store = memoryStore();
  readonly #inputsOf = new Map<string, number>();
  readonly #failures: string[] = [];
  #steps = 0;
  #crashes = 0;
  #answers = 0;
  #isFaulty = true;
  #isFinished = false;
  #process: SimulatedReplayer | undefined;
  /** A life has found the run open. */
  #isBegun = false;
  /** What is fed, of the first life on. */
  #choice: Choice | undefined;

  constructor(seed: number) {
    this.#seed = seed;
    const random = new Random(seed);
    this.#random = random;
    this.#scheduler = new Scheduler(START, random);
    const clock = () => this.#scheduler.now;
    this.#log = memoryLog({ clock, delivery: 'pump', choose: (ready) => random.below(ready) });
  }

  async run(): Promise<ReplayerSimulation> {
    await this.#record();
    this.#begin();
    const faultyUntil = this.#random.below(1500);
    while (this.#goesOn() && this.#steps < faultyUntil) {
      await this.#step();
      if (this.#random.chance(0.02)) await this.#disturb();
    }
    this.#isFaulty = false;
    this.#process?.machine.awake();
    while (this.#goesOn()) await this.#step();
    if (!this.#isFinished && this.#failures.length === 0) this.#failures.push(`not fed after ${this.#steps} steps`);
    const fed = this.#failures.length > 0 ? 0 : await this.#judge();
    this.#process?.machine.crash();
    const { length: failed } = this.#failures;
    return {
      seed: this.#seed,
      fed,
      steps: this.#steps,
      crashes: this.#crashes,
      failures: failed > 0 ? this.#failures : [],
    };
  }

  /** What the systems published once: inputs, and answers before and after them, some to none of them. */
  async #record(): Promise<void> {
    const random = this.#random;
    const ids = 5 + random.below(20);
    const id = (): Pick<Recorded, 'id'> => {
      if (random.chance(0.05)) return random.chance(0.5) ? {} : { id: null };
      return { id: `id-${random.below(ids)}` };
    };
    const some = (most: number, partitions: number): Recorded[] =>
      Array.from({ length: 1 + random.below(most) }, () => ({
        partition: random.below(partitions),
        at: random.below(10_000),
        ...id(),
      })).sort((a, b) => a.at - b.at);
    const inputs = some(60, 1 + random.below(3));
    for (const { id: of } of inputs) if (of != null) this.#inputsOf.set(of, (this.#inputsOf.get(of) ?? 0) + 1);
    const known = [...this.#inputsOf.keys()];
    if (known.length > 0 && random.chance(0.4)) {
      this.#choice = { ids: [random.pick(known), ...known.filter(() => random.chance(0.5))] };
    }
    const chunk = 1 + random.below(10);
    await keep(this.#archive, 'orders.in', inputs, chunk);
    await keep(this.#archive, 'prices', some(60, 1 + random.below(3)), chunk);
    if (random.chance(0.7)) await keep(this.#archive, 'invoices', some(20, 2), chunk);
  }

  /** Exactly one thing happens. */
  async #step(): Promise<void> {
    this.#steps++;
    const scheduler = this.#scheduler;
    const happened =
      (this.#random.chance(0.5) && this.#log.pump()) || scheduler.take(SimulatedMachine.mayRun) || this.#log.pump();
    if (!happened || this.#random.chance(0.1)) scheduler.advance(scheduler.nextWake(scheduler.now + 60_000));
    await settled();
    await this.#checkOrder();
    this.#look();
  }

  /** What ended is begun again, until the run is finished. */
  #look(): void {
    if (this.#process?.replaying !== undefined) this.#isBegun = true;
    const ended = this.#process?.ended;
    if (ended === undefined) return;
    const { error } = ended;
    const code = error instanceof Fault ? error.code : undefined;
    // A process that died while it finished the run has finished it.
    if (error === undefined || code === 'run-exists') this.#isFinished = true;
    // Whether its plan was committed was not known; and one that was told to stop is not at an end.
    else if (isRetryable(error) || code === 'run-in-use' || code === 'run-not-fed') {
      this.#process?.machine.crash();
      this.#begin();
    } else this.#failures.push(error instanceof Error ? (error.stack ?? '') : String(error));
  }

  async #disturb(): Promise<void> {
    const { machine, replaying } = this.#process as SimulatedReplayer;
    this.#crashes++;
    switch (this.#random.pick(['crash', 'crash', 'stop', 'pause'] as const)) {
      case 'crash':
        machine.crash();
        this.#begin();
        break;
      case 'stop':
        // SIGTERM: it may die in the middle.
        void replaying?.stop().catch(nowhere);
        break;
      case 'pause':
        if (machine.isAsleep) machine.awake();
        else machine.suspend(false);
        break;
    }
  }

  #begin(): void {
    const random = this.#random;
    const around: MachineAround = {
      log: this.#log,
      scheduler: this.#scheduler,
      random,
      isFaulty: () => this.#isFaulty,
    };
    const pace = random.pick<ReplayPace>(['flat-out', 'as-recorded', { times: 10 }, { rate: 1 + random.below(100) }]);
    const keepsTime = pace === 'as-recorded' || (typeof pace === 'object' && 'times' in pace);
    const options: Options = {
      pace,
      roundRecords: 1 + random.below(20),
      // A life that is not told goes on with what the run was begun for.
      choice: this.#isBegun && random.chance(0.5) ? undefined : this.#choice,
      ...(keepsTime && random.chance(0.5) ? { idleMs: 1 + random.below(1_000) } : {}),
      ...(keepsTime && random.chance(0.3) ? { mostPerSecond: 1 + random.below(100) } : {}),
    };
    this.#process = new SimulatedReplayer(around, this.#archive, this.#store, options);
  }

  #goesOn(): boolean {
    return this.#failures.length === 0 && !this.#isFinished && this.#steps < MOST_STEPS;
  }

  /** No answer is there before every input of its id. */
  async #checkOrder(): Promise<void> {
    const there = new Set((await this.#log.topics()).map(({ topic }) => topic));
    if (!TOPICS.every((topic) => there.has(topic))) return;
    const answers = (await this.#log.extents(ANSWERS)).reduce((sum, { end }) => sum + end, 0);
    if (answers === this.#answers) return;
    this.#answers = answers;
    const fed = new Map<string, number>();
    for (const id of await this.#ids([INPUT])) fed.set(id, (fed.get(id) ?? 0) + 1);
    for (const id of await this.#ids(ANSWERS)) {
      if ((fed.get(id) ?? 0) === this.#inputsOf.get(id)) continue;
      this.#failures.push(`an answer to ${id} came after ${fed.get(id)} of its ${this.#inputsOf.get(id)} inputs`);
    }
  }

  async #ids(topics: readonly string[]): Promise<string[]> {
    const contents = await contentsOf(this.#log, topics);
    return [...contents.values()].flat().flatMap(({ headers }) => {
      const value = headers.findLast(([name]) => name === 'id')?.[1];
      return value == null || value[0] === 0xff ? [] : [new TextDecoder().decode(value)];
    });
  }

  /** Returns how many records were fed. */
  async #judge(): Promise<number> {
    const log = memoryLog({ clock: () => START });
    const telemetry = openTelemetry('replayer', logger);
    const ports: ReplayPorts = { log, archive: this.#archive, store: memoryStore(), telemetry };
    const replaying = await startReplay(ports, {
      experiment: ORDERS,
      run: 'r',
      pace: 'flat-out',
      choice: this.#choice,
    });
    await replaying.done;
    await replaying.finish();
    const wanted = await contentsOf(log, TOPICS);
    const fed = await contentsOf(this.#log, TOPICS);
    let count = 0;
    for (const [place, records] of wanted) {
      const there = fed.get(place) ?? [];
      count += there.length;
      if (there.length === records.length && records.every((record, i) => sameRecord(record, there[i] ?? record)))
        continue;
      this.#failures.push(`${place}: ${sources(there)}, undisturbed ${sources(records)}`);
    }
    return count;
  }
}

async function contentsOf(log: MemoryLog, topics: readonly string[]): Promise<Map<string, readonly LogRecord[]>> {
  const found = new Map<string, readonly LogRecord[]>();
  for (const { topic, partition, end } of await log.extents(topics)) {
    found.set(`${topic}/${partition}`, await log.read(topic, partition, 0, end));
  }
  return found;
}

function sources(records: readonly LogRecord[]): string {
  const source = ({ headers }: LogRecord) => headers.find(([name]) => name === 'x-parallax-source')?.[1];
  return records.map((record) => new TextDecoder().decode(source(record) ?? new Uint8Array())).join(' ');
}
