// The writer of a comparator's rows: into the store, told of, and with its crash points.
import type { DivergenceStore } from '@parallax/core';
import type { CrashPoints, Telemetry } from '@parallax/platform';
import type { ComparatorCrashPoint } from './crash-points.ts';
import { outageNoticed, rowsWritten } from './events.ts';
import { keepRows, RowWriter } from './writer.ts';

export interface RowWritingAround {
  readonly store: DivergenceStore;
  readonly telemetry: Telemetry;
  readonly crash: CrashPoints<ComparatorCrashPoint>;
  /** Retries for as long as that may help. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
}

export function openRowWriter({ store, telemetry, crash, patiently }: RowWritingAround): RowWriter {
  return new RowWriter({
    gather: () => store.gather?.() ?? keepRows((batch) => store.write(batch)),
    write: async (rows) => {
      crash.reach('comparator.before-write');
      await patiently(() => rows.write());
      telemetry.record(rowsWritten(rows.pairs, rows.differences));
      crash.reach('comparator.after-write');
    },
    onOutage: (row) => telemetry.record(outageNoticed(row)),
    onRows: () => crash.reach('comparator.after-judge'),
  });
}
