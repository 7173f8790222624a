// One comparator process on a simulated machine.
import type { Experiment } from '@parallax/core';
import { openTelemetry } from '@parallax/platform';
import { type MachineAround, type MemoryStore, SimulatedMachine } from '@parallax/platform/testing';
import type { Comparing } from '../../comparing.ts';
import type { RetrySelection } from '../../retry.ts';
import { startComparator } from '../../start-comparator.ts';

const nowhere = () => undefined;
const logger = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere };

export class SimulatedComparator {
  readonly machine: SimulatedMachine;
  /** What it ended by, other than its death. */
  failure: unknown;
  comparator: Comparing | undefined;

  /** @param retry reads again what could not be read, once it has all partitions */
  constructor(
    around: MachineAround,
    store: MemoryStore,
    experiment: Experiment,
    aheadMs: number,
    retry?: RetrySelection,
  ) {
    this.machine = new SimulatedMachine(around, aheadMs);
    void this.#start(store, experiment, retry);
  }

  async #start(store: MemoryStore, experiment: Experiment, retry: RetrySelection | undefined): Promise<void> {
    const { machine } = this;
    const telemetry = openTelemetry('comparator', logger);
    const ports = { log: machine.log, store: machine.store(store), clock: machine.clock, telemetry };
    const pace = { sampleMs: 150, workMs: 100, cutMs: 400 };
    try {
      const options = { experiment, run: 'live', from: 'earliest', pace } as const;
      this.comparator = await startComparator(ports, retry === undefined ? options : { ...options, retry });
      const error = await this.comparator.ended;
      if (error !== undefined) throw error;
    } catch (error) {
      if (!machine.isDead) this.failure = error;
    }
  }
}
