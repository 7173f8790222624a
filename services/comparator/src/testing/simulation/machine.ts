// One comparator process on a simulated machine.
import type { Experiment } from '@parallax/core';
import { openTelemetry } from '@parallax/platform';
import { type MachineAround, type MemoryStore, SimulatedMachine } from '@parallax/platform/testing';
import type { Comparing } from '../../comparing.ts';
import { startComparator } from '../../pipeline.ts';

const nowhere = () => undefined;
const logger = { debug: nowhere, info: nowhere, warn: nowhere, error: nowhere };

export class SimulatedComparator {
  readonly machine: SimulatedMachine;
  /** What it ended by, other than its death. */
  failure: unknown;
  comparator: Comparing | undefined;

  constructor(around: MachineAround, store: MemoryStore, experiment: Experiment, aheadMs: number) {
    this.machine = new SimulatedMachine(around, aheadMs);
    void this.#start(store, experiment);
  }

  async #start(store: MemoryStore, experiment: Experiment): Promise<void> {
    const { machine } = this;
    const telemetry = openTelemetry('comparator', logger);
    const ports = { log: machine.log, store: machine.store(store), clock: machine.clock, telemetry };
    const pace = { sampleMs: 150, workMs: 100, cutMs: 400 };
    try {
      this.comparator = await startComparator(ports, { experiment, run: 'live', from: 'earliest', pace });
      const error = await this.comparator.ended;
      if (error !== undefined) throw error;
    } catch (error) {
      if (!machine.isDead) this.failure = error;
    }
  }
}
