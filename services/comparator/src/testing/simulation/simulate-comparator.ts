// Runs one seed on the real comparator: several processes on one log and one store, every call a step that may fail,
// processes that die, stand still or are rebalanced between any two steps, logs that lose records or hold them back; then
// calm, until all is judged; and holds rows and ledger against a brute-force reader of the whole logs.
import { isRetryable, type PairRow, type Position, SIDES } from '@parallax/core';
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
import { DISTURBANCES, DISTURBANCES_ALONE, ELECTION_MS, isHalt, isOvertaken } from './disturbances.ts';
import { plan, planOf } from './experiment.ts';
import { Hiding } from './hiding.ts';
import { lettersOf } from './judge-letters.ts';
import { hasty, isUndecided, judgeSimulation, type Left } from './judge-simulation.ts';
import { DAMAGES, type Damage, Logs } from './logs.ts';
import { Members } from './members.ts';
import type { ComparatorSimulation } from './report.ts';
import { Traffic } from './traffic.ts';

const START = 1_700_000_000_000;
const GROUP = comparatorGroup('simulated', 'live');
const MOST_STEPS = 30_000;
/** How long what could not be read is read again under faults. */
const MENDING_MS = 15_000;

export async function simulateComparator(seed: number): Promise<ComparatorSimulation> {
  return new Simulation(seed).run();
}

class Simulation {
  readonly #seed: number;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #hides: boolean;
  readonly #damage: Damage;
  readonly #partitions: number;
  readonly #scheduler: Scheduler;
  readonly #log;
  readonly #store;
  readonly #logs: Logs;
  readonly #traffic: Traffic;
  readonly #candidate: CandidateGroup;
  readonly #sent: PairRow[] = [];
  readonly #failures: string[] = [];
  readonly #members: Members;
  #steps = 0;
  #crashes = 0;
  #isFaulty = true;
  #isHalted = false;
  #reopened = 0;

  constructor(seed: number) {
    this.#seed = seed;
    const random = new Random(seed);
    this.#random = random;
    this.#scenario = plan(random);
    this.#hides = random.chance(0.4);
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
    const around = { log: this.#log, scheduler: this.#scheduler, random, isFaulty: () => this.#isFaulty };
    this.#members = new Members(around, this.#store, this.#scenario);
    this.#candidate = new CandidateGroup(this.#log, random, this.#scenario.tracksConsumption);
    this.#logs = new Logs(this.#log, random, this.#damage, this.#partitions, new Hiding(random, this.#hides));
    this.#traffic = new Traffic(this.#scenario.events, this.#logs, this.#candidate, this.#partitions);
  }

  async run(): Promise<ComparatorSimulation> {
    const { endsAt, timestamps } = this.#scenario;
    await this.#logs.open(timestamps);
    await this.#candidate.begin();
    const members = 1 + this.#random.below(3);
    for (let i = 0; i < members; i++) this.#members.begin();
    // Faults for as long as there is traffic, and somewhat longer.
    while (this.#scheduler.now < endsAt + 3000 && this.#goesOn()) {
      await this.#step(endsAt + 3000);
      if (this.#random.chance(0.02)) await this.#disturb(DISTURBANCES);
    }
    if (this.#hides && this.#goesOn()) await this.#mend();
    if (!this.#isHalted) await this.#calm();
    const rows = this.#store.pairs();
    const [pairs, undecided] = [rows.length, rows.filter(isUndecided).length];
    const judged = this.#failures.length > 0 ? this.#failures : await this.#judgeAll();
    for (const { machine } of this.#members.all) machine.crash();
    const counts = {
      pairs,
      steps: this.#steps,
      crashes: this.#crashes,
      undecided,
      halted: this.#isHalted,
      reopened: this.#reopened,
    };
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
      scheduler.advance(Math.min(this.#traffic.nextAt(until), scheduler.nextWake(until)));
      await this.#traffic.write(scheduler.now);
      this.#candidate.dither(scheduler.now);
      this.#logs.endTransactions(scheduler.now);
      this.#logs.endSilences(scheduler.now);
    }
    await settled();
    this.#replace();
  }

  /** What could not be read is read again by the mended file, while processes die: again and again, until it is calm. */
  async #mend(): Promise<void> {
    this.#members.mend();
    // What never read anything has nothing to read again.
    this.#members.retries = (await this.#log.committed(GROUP, ['a', 'b'])).length > 0;
    this.#members.beginAnew();
    const until = this.#scheduler.now + MENDING_MS;
    while (this.#scheduler.now < until && this.#goesOn()) {
      await this.#step(until);
      if (this.#random.chance(0.02)) await this.#disturb(DISTURBANCES_ALONE);
    }
  }

  async #disturb(disturbances: readonly (typeof DISTURBANCES)[number][]): Promise<void> {
    const member = this.#random.pick(this.#members.all);
    const { machine } = member;
    switch (this.#random.pick(disturbances)) {
      case 'crash':
        this.#crashes++;
        this.#members.crash(member);
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
        if (this.#members.all.length > 1) void member.comparator?.stop().catch(() => undefined);
        break;
      case 'join':
        if (this.#members.all.length < 4) this.#members.begin();
        break;
      case 'silence':
        this.#logs.silence(this.#scheduler.now);
        break;
      case 'election':
        this.#logs.elect();
        break;
      case 'damage': {
        if (this.#damage === 'retention') await this.#logs.expire(GROUP);
        if (this.#damage !== 'truncation') break;
        const isSudden = this.#random.chance(0.5);
        if (!(await this.#logs.truncate(GROUP, isSudden))) break;
        if (isSudden) await this.#traffic.hurry(this.#scheduler.now, () => this.#logs.isRegrown);
        else this.#elect();
        break;
      }
    }
  }

  /** Whoever sleeps through it all would not see that the log was shorter. */
  #elect(): void {
    this.#traffic.holdBack(this.#scheduler.now + ELECTION_MS);
    for (const member of this.#members.all) if (member.machine.isAsleep) this.#members.crash(member);
  }

  /** What ended because something did not answer is started again, as whoever watches over it would. */
  #replace(): void {
    for (const member of this.#members.all) {
      const { failure } = member;
      if (failure === undefined) continue;
      if (this.#logs.isTruncated && isHalt(failure)) {
        this.#isHalted = true;
        return;
      }
      if (!isRetryable(failure) && !isOvertaken(failure))
        this.#failures.push(failure instanceof Error ? (failure.stack ?? '') : String(failure));
      this.#members.crash(member);
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
    this.#members.beginAnew();
    const limit = this.#scheduler.now + 10 * this.#scenario.maxOutageMs;
    let isIdle = false;
    while (this.#goesOn() && !isIdle && this.#scheduler.now < limit) {
      for (let i = 0; i < 50; i++) await this.#step(limit);
      isIdle = await this.#isIdle();
    }
    if (this.#isHalted) return;
    if (this.#logs.hasLostRead) this.#failures.push('a log lost what was read of it, and nobody noticed');
    this.#reopened = this.#members.all[0]?.comparator?.retried().reopened ?? 0;
    if (!isIdle) {
      const open = this.#members.all[0]?.comparator?.stats().openPairs;
      this.#failures.push(`${open} pairs open, ${this.#steps} steps, after everything was written`);
      return;
    }
    await this.#stop(limit);
  }

  async #stop(limit: number): Promise<void> {
    let isStopped = false;
    void this.#members.all[0]?.comparator?.stop().then(() => {
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
    this.#members.retries = false;
    this.#members.beginAnew();
    const limit = this.#scheduler.now + 60_000;
    const isReady = () => Object.keys(this.#members.all[0]?.comparator?.stats().ledger ?? {}).length > 0;
    while (this.#goesOn() && !isReady() && this.#scheduler.now < limit) await this.#step(limit);
    await this.#stop(limit);
    return this.#failures.length > 0 ? this.#failures : this.#judge();
  }

  /** Everything is read, judged, written and committed, also what producers hold back until an election is over. */
  async #isIdle(): Promise<boolean> {
    if (!this.#traffic.isOver) return false;
    const topics = ['a', 'b'];
    const sum = (places: readonly Position[]) => places.reduce((total, { offset }) => total + offset, 0);
    const isCommitted = sum(await this.#log.committed(GROUP, topics)) === sum(await this.#log.extents(topics));
    const { openPairs, ledger } = this.#members.all[0]?.comparator?.stats() ?? {};
    // Before anything is assigned nothing is open, and what is read again is open without being in a pair.
    const isOpen = ledger?.default === undefined || SIDES.some((side) => ledger.default?.[side].open !== 0);
    if (!isCommitted || isOpen || openPairs !== 0) return false;
    return this.#store.ledger().every(({ column, events }) => column !== 'open' || events === 0);
  }

  async #judge(): Promise<string[]> {
    return judgeSimulation(await this.#left());
  }

  async #left(): Promise<Left> {
    return {
      scenario: this.#scenario,
      plan: planOf(this.#members.experiment),
      damage: this.#damage,
      partitions: this.#partitions,
      store: this.#store,
      written: this.#logs.written,
      gone: await this.#logs.gone(),
      sent: this.#sent,
      letters: await lettersOf(this.#log, this.#members.experiment.name),
    };
  }
}
