// Runs one seed on the real comparator: several processes on one log and one store, every call a step that may fail,
// processes that die, stand still or are rebalanced between any two steps, logs that lose records or hold them back; then
// calm, until all is judged; and holds rows and ledger against a brute-force reader of the whole logs.
import { type Experiment, isRetryable, type PairRow, type Position } from '@parallax/core';
import {
  memoryLog,
  memoryStore,
  Random,
  type Scenario,
  Scheduler,
  SimulatedMachine,
  settled,
} from '@parallax/platform/testing';
import { comparatorGroup } from '../../comparing.ts';
import { CandidateGroup } from './candidate-group.ts';
import { DISTURBANCES, ELECTION_MS, isHalt, isOvertaken } from './disturbances.ts';
import { experimentOf, plan, planOf } from './experiment.ts';
import { lettersOf } from './judge-letters.ts';
import { hasty, isUndecided, judgeSimulation, type Left } from './judge-simulation.ts';
import { DAMAGES, type Damage, Logs } from './logs.ts';
import { SimulatedComparator } from './machine.ts';

export interface ComparatorSimulation {
  readonly seed: number;
  readonly pairs: number;
  readonly steps: number;
  /** Processes that died or stood still. */
  readonly crashes: number;
  readonly damage: Damage;
  /** A log had lost what was read of it, which ended everything. */
  readonly halted: boolean;
  /** Inconclusive rows that stayed, other than for want of memory. */
  readonly undecided: number;
  /** What differs from the oracle; empty when all is well. */
  readonly failures: readonly string[];
}

const START = 1_700_000_000_000;
const GROUP = comparatorGroup('simulated', 'live');
const MOST_STEPS = 30_000;
export async function simulateComparator(seed: number): Promise<ComparatorSimulation> {
  return new Simulation(seed).run();
}

class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #experiment: Experiment;
  readonly #damage: Damage;
  readonly #partitions: number;
  readonly #scheduler: Scheduler;
  readonly #log;
  readonly #store;
  readonly #logs: Logs;
  readonly #candidate: CandidateGroup;
  readonly #sent: PairRow[] = [];
  readonly #failures: string[] = [];
  #members: SimulatedComparator[] = [];
  #written = 0;
  #steps = 0;
  #crashes = 0;
  #isFaulty = true;
  #isHalted = false;
  /** Producers wait until then. */
  #writesFrom = 0;

  constructor(seed: number) {
    this.#seed = seed;
    const random = new Random(seed);
    this.#random = random;
    this.#scenario = plan(random);
    this.#experiment = experimentOf(this.#scenario);
    this.#damage = random.pick(['none', ...DAMAGES]);
    this.#partitions = 1 + random.below(3);
    this.#scheduler = new Scheduler(START, random);
    const clock = () => this.#scheduler.now;
    this.#log = memoryLog({ clock, delivery: 'pump', groups: 'shared', choose: (ready) => random.below(ready) });
    this.#store = memoryStore({
      fate: ({ pairs = [] }) => {
        this.#sent.push(...pairs);
        this.#failures.push(...this.#candidate.unread(pairs));
        return 'apply';
      },
    });
    this.#candidate = new CandidateGroup(this.#log, random, this.#scenario.tracksConsumption);
    this.#logs = new Logs(this.#log, random, this.#damage, this.#partitions);
  }

  async run(): Promise<ComparatorSimulation> {
    const { endsAt, timestamps } = this.#scenario;
    await this.#logs.open(timestamps);
    await this.#candidate.begin();
    const members = 1 + this.#random.below(3);
    for (let i = 0; i < members; i++) this.#begin();
    // Faults for as long as there is traffic, and somewhat longer.
    while (this.#scheduler.now < endsAt + 3000 && this.#goesOn()) {
      await this.#step(endsAt + 3000);
      if (this.#random.chance(0.02)) await this.#disturb();
    }
    if (!this.#isHalted) await this.#calm();
    const rows = this.#store.pairs();
    const [pairs, undecided] = [rows.length, rows.filter(isUndecided).length];
    const judged = this.#failures.length > 0 ? this.#failures : await this.#judgeAll();
    for (const { machine } of this.#members) machine.crash();
    const counts = { pairs, steps: this.#steps, crashes: this.#crashes, undecided, halted: this.#isHalted };
    return { seed: this.#seed, damage: this.#damage, ...counts, failures: judged };
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
      const nextWrite = this.#scenario.events[this.#written]?.writtenAt ?? until;
      scheduler.advance(Math.min(Math.max(nextWrite, this.#writesFrom), scheduler.nextWake(until)));
      await this.#write();
      this.#candidate.dither(scheduler.now);
      this.#logs.endTransactions(scheduler.now);
      this.#logs.endSilences(scheduler.now);
    }
    await settled();
    this.#replace();
  }

  async #write(): Promise<void> {
    const { events } = this.#scenario;
    if (this.#scheduler.now < this.#writesFrom) return;
    for (let next = events[this.#written]; next !== undefined && next.writtenAt <= this.#scheduler.now; ) {
      this.#written++;
      await this.#logs.write(next.side, next.record, this.#partitionOf(next.record), this.#scheduler.now);
      if (next.side === 'legacy') await this.#candidate.receive(this.#logs.written.legacy.at(-1));
      next = events[this.#written];
    }
  }

  /** Both sides of an id meet. */
  #partitionOf({ headers }: { readonly headers: readonly (readonly [string, Uint8Array | null])[] }): number {
    const id = headers.find(([name]) => name === 'correlation-id')?.[1] ?? new Uint8Array();
    return id.reduce((sum, byte) => sum + byte, 0) % this.#partitions;
  }

  async #disturb(): Promise<void> {
    const member = this.#random.pick(this.#members);
    const { machine } = member;
    switch (this.#random.pick(DISTURBANCES)) {
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
        // SIGTERM, and one that stops is not waited for: it may die in the middle.
        if (this.#members.length > 1) void member.comparator?.stop().catch(() => undefined);
        break;
      case 'join':
        if (this.#members.length < 4) this.#begin();
        break;
      case 'silence':
        this.#logs.silence(this.#scheduler.now);
        break;
      case 'damage':
        if (this.#damage === 'retention') await this.#logs.expire(GROUP);
        if (this.#damage === 'truncation' && (await this.#logs.truncate(GROUP))) this.#elect();
        break;
    }
  }

  /** Whoever sleeps through it all would not see that the log was shorter. */
  #elect(): void {
    this.#writesFrom = this.#scheduler.now + ELECTION_MS;
    for (const member of this.#members.filter(({ machine }) => machine.isAsleep)) {
      member.machine.crash();
      this.#begin(member);
    }
  }

  #begin(instead?: SimulatedComparator): void {
    const random = this.#random;
    const around = { log: this.#log, scheduler: this.#scheduler, random, isFaulty: () => this.#isFaulty };
    // Machines' clocks may be minutes apart.
    const ahead = random.chance(0.3) ? random.below(240_000) - 120_000 : 0;
    const begun = new SimulatedComparator(around, this.#store, this.#experiment, ahead);
    this.#members = [...this.#members.filter((one) => one !== instead), begun];
  }

  /** What ended because something did not answer is started again, as whoever watches over it would. */
  #replace(): void {
    for (const member of this.#members) {
      const { failure, machine } = member;
      if (failure === undefined) continue;
      if (this.#logs.isTruncated && isHalt(failure)) {
        this.#isHalted = true;
        return;
      }
      if (!isRetryable(failure) && !isOvertaken(failure))
        this.#failures.push(failure instanceof Error ? (failure.stack ?? '') : String(failure));
      machine.crash();
      this.#begin(member);
    }
  }

  #goesOn(): boolean {
    return this.#failures.length === 0 && !this.#isHalted && this.#steps < MOST_STEPS;
  }

  /** No more faults: one process reads, judges, writes and commits all there is. What the dead sent lands at any time. */
  async #calm(): Promise<void> {
    this.#isFaulty = false;
    this.#logs.endTransactions(Number.POSITIVE_INFINITY);
    this.#candidate.end();
    for (const { machine } of this.#members) machine.crash();
    this.#members = [];
    this.#begin();
    const limit = this.#scheduler.now + 10 * this.#scenario.maxOutageMs;
    let isIdle = false;
    while (this.#goesOn() && !isIdle && this.#scheduler.now < limit) {
      for (let i = 0; i < 50; i++) await this.#step(limit);
      isIdle = await this.#isIdle();
    }
    if (this.#isHalted) return;
    if (!isIdle) {
      const open = this.#members[0]?.comparator?.stats().openPairs;
      this.#failures.push(`${open} pairs open, ${this.#steps} steps, after everything was written`);
      return;
    }
    await this.#stop(limit);
  }

  async #stop(limit: number): Promise<void> {
    let isStopped = false;
    void this.#members[0]?.comparator?.stop().then(() => {
      isStopped = true;
    });
    while (this.#goesOn() && !isStopped) await this.#step(limit);
    while (this.#scheduler.take(() => true)) await settled();
  }

  /** Of a run that was halted only what it has told by then. */
  async #judgeAll(): Promise<string[]> {
    return this.#isHalted ? hasty(await this.#left()) : this.#judgeTwice();
  }

  /** Of what was given up the ledger learns on going on what a row says that has landed since: then once more. */
  async #judgeTwice(): Promise<string[]> {
    const failures = await this.#judge();
    if (failures.length === 0 || !this.#sent.some((row) => row.outcome === 'inconclusive' && !isUndecided(row)))
      return failures;
    this.#members = [];
    this.#begin();
    const limit = this.#scheduler.now + 60_000;
    const isReady = () => Object.keys(this.#members[0]?.comparator?.stats().ledger ?? {}).length > 0;
    while (this.#goesOn() && !isReady() && this.#scheduler.now < limit) await this.#step(limit);
    await this.#stop(limit);
    return this.#failures.length > 0 ? this.#failures : this.#judge();
  }

  /** Everything is read, judged, written and committed, also what producers hold back until an election is over. */
  async #isIdle(): Promise<boolean> {
    if (this.#written < this.#scenario.events.length) return false;
    const topics = ['a', 'b'];
    const sum = (places: readonly Position[]) => places.reduce((total, { offset }) => total + offset, 0);
    const isCommitted = sum(await this.#log.committed(GROUP, topics)) === sum(await this.#log.extents(topics));
    if (!isCommitted || this.#members[0]?.comparator?.stats().openPairs !== 0) return false;
    return this.#store.ledger().every(({ column, events }) => column !== 'open' || events === 0);
  }

  async #judge(): Promise<string[]> {
    return judgeSimulation(await this.#left());
  }

  async #left(): Promise<Left> {
    return {
      scenario: this.#scenario,
      plan: planOf(this.#experiment),
      damage: this.#damage,
      partitions: this.#partitions,
      store: this.#store,
      written: this.#logs.written,
      gone: await this.#logs.gone(),
      sent: this.#sent,
      letters: await lettersOf(this.#log, this.#experiment.name),
    };
  }
}
