// Starts a comparator; what keeps it from starting is told in the store as well.
import { systemClock } from '@parallax/platform';
import type { ComparatorOptions, ComparatorPorts, Comparing } from './comparing.ts';
import { openGrounds } from './grounds.ts';
import { Halts } from './halts.ts';
import { Comparator } from './pipeline.ts';

/** Resolves once the group is joined. */
export async function startComparator(ports: ComparatorPorts, options: ComparatorOptions): Promise<Comparing> {
  const { store, clock = systemClock, stopping } = ports;
  const halts = new Halts({ store, clock, experiment: options.experiment.name, run: options.run });
  return halts.during(async () => {
    const comparator = new Comparator(ports, options, await openGrounds(ports, options), halts);
    await comparator.start();
    return comparator;
  }, stopping);
}
