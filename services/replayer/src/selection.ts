// Which ids are replayed: the first pass over the archived inputs. Answers are chosen by it in the second.
import { type Archive, type ArchivedRecord, type Correlate, compileCorrelation, type Experiment } from '@parallax/core';
import { readArchived } from '@parallax/platform';
import { IdTable } from './id-table.ts';
import type { PlannedPartition } from './plan.ts';
import { isWithin, type TimeRange } from './ranges.ts';
import type { Choose } from './tape.ts';

export interface Selection {
  readonly ids: IdTable;
  /** Inputs in the time asked for. */
  readonly inputs: number;
  /** Of those, in the run's topic already. */
  readonly fedBefore: number;
  /** Without an id, or not readable: fed like the others; no answer can be found for them. */
  readonly withoutId: number;
  /** Recorded time of the first and the last, epoch ms; undefined where there are none. */
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
}

export interface SelectionAround {
  readonly archive: Archive;
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
}

/** `next`: the offset at which feeding goes on. Memory: 24 bytes an id, and one object of the archive. */
export async function selectIds(
  experiment: Experiment,
  inputs: readonly (PlannedPartition & { readonly next: number })[],
  time: TimeRange,
  { archive, patiently, signal }: SelectionAround,
): Promise<Selection> {
  const correlate = inputCorrelate(experiment);
  const ids = new IdTable();
  let [count, fedBefore, withoutId] = [0, 0, 0];
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (record: ArchivedRecord, next: number): void => {
    if (!isWithin(record.timestamp, time)) return;
    count += 1;
    if (record.offset < next) fedBefore += 1;
    earliest = Math.min(earliest, record.timestamp);
    latest = Math.max(latest, record.timestamp);
    const correlated = correlate(record);
    if (correlated.kind === 'id') ids.add(correlated.id, record.offset >= next);
    else withoutId += 1;
  };
  for (const { source, partition, from, to, next } of inputs) {
    let at = from;
    if (at < to) {
      await patiently(async () => {
        for await (const batch of readArchived(archive, source, partition, { from: at, to })) {
          signal.throwIfAborted();
          for (const record of batch) take(record, next);
          at = (batch.at(-1)?.offset ?? at) + 1;
        }
      });
    }
  }
  const isEmpty = count === 0;
  return {
    ids,
    inputs: count,
    fedBefore,
    withoutId,
    earliest: isEmpty ? undefined : earliest,
    latest: isEmpty ? undefined : latest,
  };
}

export function chooseInputs(experiment: Experiment, time: TimeRange, ids: IdTable): Choose {
  const correlate = inputCorrelate(experiment);
  return (record) => {
    if (!isWithin(record.timestamp, time)) return 'skip';
    const correlated = correlate(record);
    return correlated.kind === 'id' ? ids.find(correlated.id) : undefined;
  };
}

/**
 * The answers of exactly the ids that are fed, whenever they were given. One without an id, or not readable, is fed where
 * its time was asked for: the comparator's ledger shows it.
 */
export function chooseAnswers(correlate: Correlate, time: TimeRange, ids: IdTable): Choose {
  return (record) => {
    const correlated = correlate(record);
    if (correlated.kind === 'id') return ids.find(correlated.id) ?? 'skip';
    return isWithin(record.timestamp, time) ? undefined : 'skip';
  };
}

function inputCorrelate({ input }: Experiment): Correlate {
  return input === undefined ? () => ({ kind: 'no-id' }) : compileCorrelation(input.correlation);
}
