// Opens the store for a command that reads, and finds the experiment it is about.
import { statSync } from 'node:fs';
import { type DivergenceStore, type Experiment, Fault, maskedId, STRICT, type Thresholds } from '@parallax/core';
import { loadExperiment, openMac, openStore, readExperiments } from '@parallax/platform';
import { callerPath, privacyKey, readerOptions } from '../config.ts';

/** Closes the store however the work ends. */
export async function withStore<T>(address: string, work: (store: DivergenceStore) => Promise<T>): Promise<T> {
  const store = await openStore(address, readerOptions());
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export interface Subject {
  readonly experiment: string;
  readonly thresholds: Thresholds;
  /** Of the experiment file; undefined where only a name was given. */
  readonly outputs: readonly string[] | undefined;
  /** Of an id, what stands in the rows: the file says whether it is masked. */
  readonly asStored?: (id: string) => string;
  /** Of the experiment file; absent where only a name was given. */
  readonly rules?: Experiment['rules'];
}

/**
 * An experiment by file, by name, or the only one that the store knows.
 * @throws Fault `experiment-unknown`, `experiment-ambiguous` with the names there are
 */
export async function findSubject(store: DivergenceStore, given: string | undefined): Promise<Subject> {
  if (given !== undefined && isFile(given)) {
    const experiment = await loadExperiment(callerPath(given), given);
    const { name, criteria, outputs, privacy, rules } = experiment;
    const asStored = (id: string): string => {
      const mac = privacy?.id === 'hmac' && !id.startsWith('hmac:') ? openMac(experiment, privacyKey()) : undefined;
      return mac === undefined ? id : maskedId(id, mac);
    };
    return { experiment: name, thresholds: criteria, outputs: outputs.map(({ output }) => output), asStored, rules };
  }
  const known = (await readExperiments(store)).map(({ experiment }) => experiment);
  const names = known.join(', ');
  if (given === undefined) {
    const [only, ...others] = known;
    if (only === undefined) {
      throw new Fault(`The store ${store.address} is empty.`, {
        code: 'store-empty',
        cure: 'Start an experiment with `parallax start FILE`, or give another store with --store.',
      });
    }
    if (others.length > 0) {
      throw new Fault(`The store holds ${known.length} experiments: ${names}.`, {
        code: 'experiment-ambiguous',
        cure: 'Say which one is meant.',
      });
    }
    return { experiment: only, thresholds: STRICT, outputs: undefined };
  }
  if (!known.includes(given)) {
    throw new Fault(`The store ${store.address} knows no experiment ${JSON.stringify(given)}.`, {
      code: 'experiment-unknown',
      cure: known.length === 0 ? 'It is empty: start an experiment with `parallax start FILE`.' : `It has ${names}.`,
    });
  }
  return { experiment: given, thresholds: STRICT, outputs: undefined };
}

/** A name cannot hold a dot or a slash; something that looks like a path is one, even when nothing is there. */
function isFile(given: string): boolean {
  if (/[./\\]/.test(given)) return true;
  return statSync(callerPath(given), { throwIfNoEntry: false })?.isFile() === true;
}
