// The comparators of a simulation that are alive, stand still, or have just died, and the file they are started with.
import { type Experiment, SIDES, UNREAD_COLUMNS } from '@parallax/core';
import type { MachineAround, MemoryStore, Scenario } from '@parallax/platform/testing';
import { experimentOf } from './experiment.ts';
import { SimulatedComparator } from './machine.ts';

const RETRY = { sides: SIDES, columns: UNREAD_COLUMNS };

export class Members {
  readonly #around: MachineAround;
  readonly #store: MemoryStore;
  readonly #scenario: Scenario;
  #experiment: Experiment;
  #all: SimulatedComparator[] = [];
  /** Whether those begun from now on read again what could not be read. */
  retries = false;

  constructor(around: MachineAround, store: MemoryStore, scenario: Scenario) {
    this.#around = around;
    this.#store = store;
    this.#scenario = scenario;
    this.#experiment = experimentOf(scenario, false);
  }

  get all(): readonly SimulatedComparator[] {
    return this.#all;
  }

  get experiment(): Experiment {
    return this.#experiment;
  }

  begin(instead?: SimulatedComparator): void {
    const { random } = this.#around;
    // Machines' clocks may be minutes apart.
    const ahead = random.chance(0.3) ? random.below(240_000) - 120_000 : 0;
    const retry = this.retries ? RETRY : undefined;
    const begun = new SimulatedComparator(this.#around, this.#store, this.#experiment, ahead, retry);
    this.#all = [...this.#all.filter((one) => one !== instead), begun];
  }

  crash(member: SimulatedComparator): void {
    member.machine.crash();
    this.begin(member);
  }

  /** All die, and one is begun that has the run for itself. */
  beginAnew(): void {
    for (const { machine } of this.#all) machine.crash();
    this.#all = [];
    this.begin();
  }

  /** From now on ids are found where they were not looked for before. */
  mend(): void {
    this.#experiment = experimentOf(this.#scenario, true);
  }
}
