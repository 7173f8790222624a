// Whether a run is there already, for a command that must not make a store to find out.
import { Fault, type StoreReader } from '@parallax/core';
import { openStore, type RunSummary, readRuns } from '@parallax/platform';
import { readerOptions } from '../config.ts';
import { say } from '../output/terminal.ts';

const NO_RUNS: ReadonlySet<string> = new Set(['store-missing', 'store-no-table']);

/** Undefined where it is not, or that cannot be told, which is said. */
export async function knownRun(
  opened: StoreReader | undefined,
  address: string,
  experiment: string,
  run: string,
): Promise<RunSummary | undefined> {
  try {
    if (opened !== undefined) return (await readRuns(opened, { experiment, run }))[0];
    const store = await openStore(address, readerOptions());
    try {
      return (await readRuns(store, { experiment, run }))[0];
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (!NO_RUNS.has(error.code)) say(`Whether run ${run} is there already cannot be told: ${error.message}`);
    return undefined;
  }
}
