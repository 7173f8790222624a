// A divergence store in memory that shows what the real one shows, with writes that can be held, torn, lost and reordered.
//
// No timers, no randomness: a write is visible when `write` returns, unless its fate says otherwise. Rows are kept in the
// order of their identities' first write, so that two runs of one program are alike.
import {
  type DifferenceRow,
  type DivergenceStore,
  Fault,
  type HaltRow,
  type LedgerRow,
  type LoadRow,
  type OutageRow,
  type PairRow,
  type PairScope,
  type RowBatch,
  type RunRow,
} from '@parallax/core';
import { storable } from '../store/rows/time.ts';

/**
 * `apply`: now. `hold`: the writer waits until the test lets the write go on (much later, or never: a stale writer).
 * `refuse`: nothing is written and the writer is told. `tear`: differences are written, pairs are not, and the writer is
 * told. `lose-answer`: all is written, and the writer is told that it failed.
 */
export type WriteFate = 'apply' | 'hold' | 'refuse' | 'tear' | 'lose-answer';

export interface HeldWrite {
  readonly batch: RowBatch;
  apply(): void;
  /** Fails the writer, retryable; nothing is written. */
  refuse(): void;
}

export interface MemoryStoreOptions {
  /** Decides each write's fate; `count` is the number of writes before it. Default: all are applied. */
  readonly fate?: (batch: RowBatch, count: number) => WriteFate;
}

export interface MemoryStore extends DivergenceStore {
  /** Writes that wait, oldest first. */
  readonly held: readonly HeldWrite[];
  /** What the views of the same names show, of all experiments. */
  pairs(): readonly PairRow[];
  /** Of the latest version of pairs that are not provisional, by pair and position. */
  differences(): readonly DifferenceRow[];
  ledger(): readonly LedgerRow[];
  outages(): readonly OutageRow[];
  runs(): readonly RunRow[];
  load(): readonly LoadRow[];
  halts(): readonly HaltRow[];
}

/** `query` is refused: there is no SQL here. */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const pairs = new Latest<PairRow>(pairKey, (old, row) => row.version >= old.version);
  const differences = new Latest<DifferenceRow>(differenceKey, () => true);
  const ledger = new Latest<LedgerRow>(
    (r) => key(r.experiment, r.run, r.output, r.partition, r.side, r.column),
    (old, row) => row.cut > old.cut || (row.cut === old.cut && row.as_of >= old.as_of),
  );
  const outages = new Latest<OutageRow>(
    (r) => key(r.experiment, r.run, r.output, r.partition, r.side, r.began),
    (old, row) => (row.ended ?? -1) > (old.ended ?? -1) || (row.ended === old.ended && row.events >= old.events),
  );
  const runs = new Latest<RunRow>(
    (r) => key(r.experiment, r.run),
    (old, row) => row.revision >= old.revision,
  );
  const load = new Latest<LoadRow>(
    (r) => key(r.experiment, r.run, r.measure, r.topic, r.began),
    (old, row) => row.measured_at >= old.measured_at,
  );
  const halts = new Latest<HaltRow>(
    (r) => key(r.experiment, r.run),
    (old, row) => row.at >= old.at,
  );
  const held: HeldWrite[] = [];
  let count = 0;
  let closed = false;

  function apply(batch: RowBatch): void {
    for (const row of batch.differences ?? []) differences.put({ ...row });
    for (const row of batch.pairs ?? []) pairs.put(asStored(row));
    for (const row of batch.ledger ?? []) ledger.put({ ...row });
    for (const row of batch.outages ?? []) outages.put({ ...row });
    for (const row of batch.runs ?? []) runs.put({ ...row });
    for (const row of batch.load ?? []) load.put({ ...row });
    for (const row of batch.halts ?? []) halts.put({ ...row });
  }

  function checkOpen(): void {
    if (closed) throw new Fault('The store memory: is closed.', { code: 'store-closed' });
  }

  function hold(batch: RowBatch): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => () => {
        const place = held.indexOf(write);
        if (place === -1) throw new Error('This write has been applied or refused before.');
        held.splice(place, 1);
        end();
      };
      const write: HeldWrite = {
        batch,
        apply: settle(() => {
          apply(batch);
          resolve();
        }),
        refuse: settle(() => reject(failure('was refused'))),
      };
      held.push(write);
    });
  }

  return {
    address: 'memory:',
    held,
    migrate: async () => checkOpen(),
    async deleteRun(experiment, run) {
      checkOpen();
      const gone = (row: { experiment: string; run: string }) => row.experiment === experiment && row.run === run;
      for (const table of [pairs, differences, ledger, outages, runs, load, halts]) table.remove(gone);
    },
    async write(batch) {
      checkOpen();
      switch (options.fate?.(batch, count++) ?? 'apply') {
        case 'apply':
          return apply(batch);
        case 'hold':
          return hold(batch);
        case 'refuse':
          throw failure('was refused');
        case 'tear':
          apply({ differences: batch.differences ?? [] });
          throw failure('was cut off');
        case 'lose-answer':
          apply(batch);
          throw failure('was not answered');
      }
    },
    async lookup(scope, ids) {
      checkOpen();
      return [...new Set(ids)].flatMap((id) => pairs.get(key(scope.experiment, scope.run, scope.output, id)) ?? []);
    },
    async recent(scope, partition, limit) {
      checkOpen();
      return pairs.rows
        .filter((r) => inScope(r, scope) && r.state !== 'provisional')
        .filter((r) => r.legacy_partition === partition || r.candidate_partition === partition)
        .sort((left, right) => right.judged_at - left.judged_at || compareBytes(left.id, right.id))
        .slice(0, limit);
    },
    async query() {
      throw new Fault('The store in memory knows no SQL.', {
        code: 'store-no-sql',
        cure: 'Read its rows by pairs(), differences(), ledger(), outages(), runs(), load() and halts().',
      });
    },
    async close() {
      closed = true;
    },
    pairs: () => pairs.rows,
    differences: () =>
      differences.rows
        .filter((row) => {
          const pair = pairs.get(pairKey(row));
          return pair?.version === row.version && pair.state !== 'provisional' && pair.outcome !== 'match';
        })
        .sort((left, right) => compareBytes(pairKey(left), pairKey(right)) || left.position - right.position),
    ledger: () => ledger.rows,
    outages: () => outages.rows,
    runs: () => runs.rows,
    halts: () => halts.rows,
    load: () => {
      const measured = (one: LoadRow) => key(one.experiment, one.run, one.measure, one.topic);
      const latest = new Map<string, number>();
      for (const row of load.rows) {
        latest.set(measured(row), Math.max(row.measured_at, latest.get(measured(row)) ?? Number.NEGATIVE_INFINITY));
      }
      return load.rows.filter((row) => row.measured_at === latest.get(measured(row)));
    },
  };
}

/** Rows by identity, of which the one that counts is kept. */
class Latest<Row> {
  readonly #rows = new Map<string, Row>();
  readonly #identity: (row: Row) => string;
  readonly #replaces: (old: Row, row: Row) => boolean;

  constructor(identity: (row: Row) => string, replaces: (old: Row, row: Row) => boolean) {
    this.#identity = identity;
    this.#replaces = replaces;
  }

  get rows(): Row[] {
    return [...this.#rows.values()];
  }

  get(identity: string): Row | undefined {
    return this.#rows.get(identity);
  }

  put(row: Row): void {
    const identity = this.#identity(row);
    const old = this.#rows.get(identity);
    if (old === undefined || this.#replaces(old, row)) this.#rows.set(identity, row);
  }

  remove(gone: (row: Row) => boolean): void {
    for (const [identity, row] of this.#rows) if (gone(row)) this.#rows.delete(identity);
  }
}

const key = (...parts: readonly (string | number)[]) => JSON.stringify(parts);

const pairKey = (row: Pick<PairRow, 'experiment' | 'run' | 'output' | 'id'>) =>
  key(row.experiment, row.run, row.output, row.id);

const differenceKey = (row: DifferenceRow) => `${pairKey(row)} ${row.version} ${row.position}`;

function inScope(row: PairScope, scope: PairScope): boolean {
  return row.experiment === scope.experiment && row.run === scope.run && row.output === scope.output;
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** Columns have a range and no fractions of a millisecond. */
function asStored(row: PairRow): PairRow {
  const time = (ms: number | null) => (ms === null ? null : storable(ms));
  return {
    ...row,
    first_seen: storable(row.first_seen),
    judged_at: storable(row.judged_at),
    legacy_time: time(row.legacy_time),
    candidate_time: time(row.candidate_time),
    converged_ms: row.converged_ms === null ? null : Math.round(row.converged_ms),
  };
}

function failure(how: string): Fault {
  return new Fault(`The write ${how}.`, {
    code: 'store-unreachable',
    retryable: true,
    cure: 'Write the same rows again.',
  });
}
