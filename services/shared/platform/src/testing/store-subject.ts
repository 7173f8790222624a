// How the conformance suite of the store reads everything a store shows: by SQL, or from the double's own lists.
import type { DivergenceStore } from '@parallax/core';
import type { MemoryStore } from './memory-store.ts';

/** Plain values, so that both ways of reading can be compared: times as epoch ms, versions as text. */
export type Shown = Readonly<Record<string, unknown>>;

export type View = 'pairs' | 'differences' | 'ledger' | 'outages' | 'runs' | 'load' | 'halts';

export interface StoreSubject {
  readonly store: DivergenceStore;
  /** The view's rows of one experiment, in no order. */
  read(view: View, experiment: string): Promise<readonly Shown[]>;
}

const SELECTS: Record<View, string> = {
  pairs: 'run, output, id, outcome, state, toString(version) AS version',
  differences:
    'run, output, id, toString(version) AS version, position, path, pattern, kind, legacy, candidate, rule, event',
  ledger: 'run, output, partition, side, column, events, toUnixTimestamp64Milli(as_of) AS as_of, cut',
  outages:
    'run, output, partition, side, toUnixTimestamp64Milli(began) AS began, toUnixTimestamp64Milli(ended) AS ended, events',
  runs: `run, kind, build, details, state, toUnixTimestamp64Milli(started) AS started,
    toUnixTimestamp64Milli(ended) AS ended, revision`,
  halts: 'run, toUnixTimestamp64Milli(at) AS at, code, message',
  load: `measure, side, topic, toUnixTimestamp64Milli(began) AS began, duration_ms, records, bytes, offered, lag, p99_ms,
    state, toUnixTimestamp64Milli(measured_at) AS measured_at`,
};

export function sqlSubject(store: DivergenceStore): StoreSubject {
  return {
    store,
    read: (view, experiment) =>
      store.query(`SELECT ${SELECTS[view]} FROM ${view} WHERE experiment = {experiment:String}`, { experiment }),
  };
}

export function memorySubject(store: MemoryStore): StoreSubject {
  return {
    store,
    async read(view, experiment) {
      const rows: readonly { readonly experiment: string }[] = store[view]();
      const columns = SELECTS[view].split(',').map((column) => column.trim().replace(/^.* AS /s, ''));
      return rows
        .filter((row) => row.experiment === experiment)
        .map((row) => {
          const values = new Map<string, unknown>(Object.entries(row));
          return Object.fromEntries(
            columns.map((name) => {
              const value = values.get(name);
              return [name, typeof value === 'bigint' ? value.toString() : value];
            }),
          );
        });
    },
  };
}
