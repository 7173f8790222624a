// Runs one seed on the real archiver: several processes on one log and one archive, every call a step that may fail, be late
// or outlive its process, processes that die, stand still or are rebalanced between any two steps; then calm; and holds the
// archive against the log, and its objects against those of an archiver that nothing disturbs.
import {
  type Archive,
  CHUNK_LIMITS,
  type ChunkLimits,
  isRetryable,
  type LogRecord,
  manifestKey,
  parseManifest,
  sameRecord,
} from '@parallax/core';
import { openTelemetry, readArchived, verifyArchive } from '@parallax/platform';
import {
  type MachineAround,
  memoryArchive,
  memoryLog,
  Random,
  Scheduler,
  SimulatedMachine,
  settled,
} from '@parallax/platform/testing';
import { type Archiving, archiverGroup, startArchiver } from '../../pipeline.ts';
import { Traffic } from './traffic.ts';

export interface ArchiverSimulation {
  readonly seed: number;
  readonly records: number;
  readonly objects: number;
  readonly steps: number;
  /** Processes that died or stood still. */
  readonly crashes: number;
  /** What differs from the log, or from an undisturbed archive; empty when all is well. */
  readonly failures: readonly string[];
}

const START = 1_700_000_000_000;
const NAME = 'simulated';
const GROUP = archiverGroup(NAME);
/** Far more than any calm takes. */
const MOST_STEPS = 30_000;
const CALM_MS = 3_600_000;
const nowhere = () => undefined;
const logger = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere };

export async function simulateArchiver(seed: number): Promise<ArchiverSimulation> {
  return new Simulation(seed).run();
}

class SimulatedArchiver {
  readonly machine: SimulatedMachine;
  archiver: Archiving | undefined;
  /** What it ended by, other than its death. */
  failure: unknown;

  constructor(around: MachineAround, archive: Archive, topics: readonly string[], limits: ChunkLimits) {
    this.machine = new SimulatedMachine(around, 0);
    void this.#start(archive, topics, limits);
  }

  async #start(archive: Archive, topics: readonly string[], limits: ChunkLimits): Promise<void> {
    const { machine } = this;
    const telemetry = openTelemetry('archiver', logger);
    const ports = { log: machine.log, archive: machine.archive(archive), clock: machine.clock, telemetry };
    try {
      this.archiver = await startArchiver(ports, { experiment: NAME, topics, limits });
      const error = await this.archiver.ended;
      if (error !== undefined) throw error;
    } catch (error) {
      if (!machine.isDead) this.failure = error;
    }
  }
}

class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scheduler: Scheduler;
  readonly #log;
  readonly #archive = memoryArchive();
  readonly #traffic: Traffic;
  readonly #limits: ChunkLimits;
  readonly #failures: string[] = [];
  #members: SimulatedArchiver[] = [];
  #steps = 0;
  #crashes = 0;
  #isFaulty = true;

  constructor(seed: number) {
    this.#seed = seed;
    const random = new Random(seed);
    this.#random = random;
    this.#scheduler = new Scheduler(START, random);
    const clock = () => this.#scheduler.now;
    this.#log = memoryLog({ clock, delivery: 'pump', groups: 'shared', choose: (ready) => random.below(ready) });
    this.#traffic = new Traffic(this.#log, random, START);
    const bytes = random.chance(0.3) ? 100 + random.below(400) : CHUNK_LIMITS.bytes;
    this.#limits = { records: 2 + random.below(15), bytes };
  }

  async run(): Promise<ArchiverSimulation> {
    const { endsAt } = this.#traffic;
    await this.#traffic.open();
    const members = 1 + this.#random.below(3);
    for (let i = 0; i < members; i++) this.#begin();
    while (this.#scheduler.now < endsAt + 3000 && this.#goesOn()) {
      await this.#step(endsAt + 3000);
      if (this.#random.chance(0.02)) this.#disturb();
    }
    await this.#calm();
    for (const { machine } of this.#members) machine.crash();
    if (this.#failures.length === 0) await this.#judge();
    const { written: records } = this.#traffic;
    const objects = (await Array.fromAsync(this.#archive.list('topics/'))).length;
    const counts = { records, objects, steps: this.#steps, crashes: this.#crashes };
    return { seed: this.#seed, ...counts, failures: this.#failures };
  }

  /** Exactly one thing happens. */
  async #step(until: number): Promise<void> {
    this.#steps++;
    const scheduler = this.#scheduler;
    const happened =
      (this.#random.chance(0.5) && this.#log.pump()) ||
      (this.#random.chance(0.9) && scheduler.take(SimulatedMachine.mayRun)) ||
      this.#log.pump();
    if (!happened || this.#random.chance(0.1)) {
      scheduler.advance(Math.min(this.#traffic.nextAt ?? until, scheduler.nextWake(until)));
      await this.#traffic.write(scheduler.now);
    }
    await settled();
    for (const member of [...this.#members]) this.#replace(member);
  }

  #disturb(): void {
    const member = this.#random.pick(this.#members);
    const { machine } = member;
    switch (this.#random.pick(['crash', 'crash', 'stop', 'awake', 'rebalance', 'leave', 'join'] as const)) {
      case 'crash':
        this.#crashes++;
        machine.crash();
        this.#begin(member);
        break;
      case 'stop':
        if (machine.isAsleep) break;
        this.#crashes++;
        machine.suspend(this.#random.chance(0.7));
        break;
      case 'awake':
        machine.awake();
        break;
      case 'rebalance':
        this.#log.rebalance(GROUP);
        break;
      case 'leave':
        // SIGTERM: it stores what it has read, and may die in the middle.
        if (this.#members.length > 1) void member.archiver?.stop().catch(nowhere);
        break;
      case 'join':
        if (this.#members.length < 4) this.#begin();
        break;
    }
  }

  #begin(instead?: SimulatedArchiver): void {
    const around: MachineAround = {
      log: this.#log,
      scheduler: this.#scheduler,
      random: this.#random,
      isFaulty: () => this.#isFaulty,
    };
    const begun = new SimulatedArchiver(around, this.#archive, this.#traffic.topics, this.#limits);
    this.#members = [...this.#members.filter((one) => one !== instead), begun];
  }

  /** What ended because something did not answer is started again, as whoever watches over it would. */
  #replace(member: SimulatedArchiver): void {
    const { failure, machine } = member;
    if (failure === undefined) return;
    if (!isRetryable(failure)) this.#failures.push(failure instanceof Error ? (failure.stack ?? '') : String(failure));
    machine.crash();
    this.#begin(member);
  }

  #goesOn(): boolean {
    return this.#failures.length === 0 && this.#steps < MOST_STEPS;
  }

  /** No more faults: one process stores all there is, while what the dead sent lands at any time. */
  async #calm(): Promise<void> {
    this.#isFaulty = false;
    await this.#traffic.end(this.#scheduler.now);
    for (const { machine } of this.#members) machine.crash();
    this.#members = [];
    this.#begin();
    const limit = this.#scheduler.now + CALM_MS;
    while (this.#goesOn() && this.#members[0]?.archiver === undefined) await this.#step(limit);
    const { archiver } = this.#members[0] ?? {};
    let isDone = false;
    void archiver
      ?.caughtUp()
      .then(() => archiver.stop())
      .then(() => {
        isDone = true;
      }, nowhere);
    while (this.#goesOn() && !isDone) await this.#step(limit);
    if (!isDone && this.#failures.length === 0) this.#failures.push(`not caught up after ${this.#steps} steps`);
    while (this.#scheduler.take(() => true)) await settled();
  }

  async #judge(): Promise<void> {
    await verifyArchive(this.#archive, {
      onProblem: ({ code, place }) => {
        if (!isLateTail(code, place)) this.#failures.push(`${code}: ${place}`);
      },
    });
    for (const { topic, partition } of await this.#log.extents(this.#traffic.topics)) {
      const wanted = await this.#log.read(topic, partition, 0, Number.MAX_SAFE_INTEGER);
      const held = (await Array.fromAsync(readArchived(this.#archive, topic, partition))).flat();
      const differs = firstDifference(wanted, held);
      if (differs !== undefined) this.#failures.push(`${topic}/${partition}: ${differs}`);
    }
    const [disturbed, undisturbed] = [await digests(this.#archive), await digests(await this.#undisturbed())];
    for (const key of new Set([...disturbed.keys(), ...undisturbed.keys()])) {
      if (disturbed.get(key) === undisturbed.get(key)) continue;
      this.#failures.push(`${key}: ${disturbed.get(key)}, undisturbed ${undisturbed.get(key)}`);
    }
  }

  /** What one archiver makes of the whole log. */
  async #undisturbed(): Promise<Archive> {
    const archive = memoryArchive();
    const log = this.#log.connect();
    const telemetry = openTelemetry('archiver', logger);
    const { topics } = this.#traffic;
    const archiver = await startArchiver(
      { log, archive, telemetry },
      { experiment: 'calm', topics, limits: this.#limits },
    );
    let isDone = false;
    const caught = archiver.caughtUp().finally(() => {
      isDone = true;
    });
    while (!isDone) {
      this.#log.pump();
      await settled();
    }
    await caught;
    await archiver.stop();
    log.crash();
    return archive;
  }
}

/** What a dead process sent of a tail may come after the object that took its place, or after its other half was removed. */
function isLateTail(code: string, place: string): boolean {
  return place.startsWith('tails/') && (code === 'archive-manifest-missing' || code === 'archive-object-missing');
}

function firstDifference(wanted: readonly LogRecord[], held: readonly LogRecord[]): string | undefined {
  for (let i = 0; i < Math.max(wanted.length, held.length); i++) {
    const [want, have] = [wanted[i], held[i]];
    if (want === undefined) return `holds offset ${have?.offset}, which the log does not`;
    if (have?.offset !== want.offset) return `offset ${want.offset} is not there; next is ${have?.offset}`;
    if (!sameRecord(want, have)) return `offset ${want.offset} differs`;
  }
  return undefined;
}

/** The digest of the records of each full object. */
async function digests(archive: Archive): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of archive.list('topics/')) {
    const manifest = await archive.read(manifestKey(key));
    found.set(key, manifest === undefined ? 'no manifest' : parseManifest(manifest, key).records);
  }
  return found;
}
