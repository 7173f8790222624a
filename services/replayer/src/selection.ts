// Which ids are replayed: the first passes over the archived inputs. Answers are chosen by it in the last.
import type { Archive, ArchivedRecord, Correlate } from '@parallax/core';
import { type OnProblem, readArchived, type TopicIds } from '@parallax/platform';
import { BusyTime, type Stretch } from './busy-time.ts';
import type { Fits } from './choosing/fitting.ts';
import { IdTable } from './id-table.ts';
import type { PlannedPartition } from './plan.ts';
import { isWithin, type TimeRange } from './ranges.ts';
import type { Choose } from './tape.ts';

export interface Selection {
  readonly ids: IdTable;
  /** Inputs that are fed. */
  readonly inputs: number;
  /** Of those, in the run's topic already. */
  readonly fedBefore: number;
  /** Inputs in the time asked for, chosen or not. */
  readonly looked: number;
  /** Without an id, or not readable: fed like the others; no answer can be found for them. */
  readonly withoutId: number;
  /** Of {@link ids}, those that have an input before the time asked for: they warm the build up, and are not judged. */
  readonly warming: IdTable | undefined;
  /** Recorded time of the first and the last, epoch ms; undefined where there are none. */
  readonly earliest: number | undefined;
  readonly latest: number | undefined;
  /** Recorded time that goes by while those are fed that are not fed yet, idle time shortened. */
  readonly spanMs: number;
}

export interface SelectionAround {
  readonly archive: Archive;
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  readonly signal: AbortSignal;
  /** Told of what cannot be read: it is passed over. Without it, that is a fault. */
  readonly onProblem?: OnProblem | undefined;
}

/** What is asked for. */
export interface Wanted {
  /** What is read in the input. */
  readonly input: TopicIds;
  readonly time: TimeRange;
  /** Inputs of so much recorded time before are fed, too. */
  readonly warmUpMs: number;
  /** undefined: everything. */
  readonly fits: Fits | undefined;
  readonly idleMs: number | undefined;
  /** Of the archive: bounds of what may be read. */
  readonly stretch: Stretch;
}

type Input = PlannedPartition & { readonly next: number };

/** The time inputs are fed from: what warms up counts. */
export function feedingTime({ from, to }: TimeRange, warmUpMs: number): TimeRange {
  return {
    ...(from === undefined ? {} : { from: from - warmUpMs }),
    ...(to === undefined ? {} : { to }),
  };
}

/**
 * `next`: the offset at which feeding goes on. A choice takes a pass of its own, since an input may fit that comes after
 * others of its id. Memory: that of two tables of ids ({@link IdTable}), and one object of the archive.
 */
export async function selectIds(wanted: Wanted, inputs: readonly Input[], around: SelectionAround): Promise<Selection> {
  const { input, time, warmUpMs, fits, idleMs, stretch } = wanted;
  const { correlate } = input;
  const fed = feedingTime(time, warmUpMs);
  const ids = new IdTable();
  if (fits !== undefined) {
    await eachInput(inputs, input, around, (record) => {
      if (!isWithin(record.timestamp, fed)) return;
      const correlated = correlate(record);
      if (correlated.kind === 'id' && fits(record, correlated)) ids.add(correlated.id, false);
    });
  }
  const warming = warmUpMs > 0 ? new IdTable() : undefined;
  const busy = idleMs === undefined ? undefined : new BusyTime(stretch, idleMs);
  let [count, fedBefore, withoutId, looked] = [0, 0, 0, 0];
  let [earliest, latest, left] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  await eachInput(inputs, input, around, (record, next) => {
    if (!isWithin(record.timestamp, fed)) return;
    looked += 1;
    const correlated = correlate(record);
    if (correlated.kind === 'id') {
      if (fits !== undefined && ids.find(correlated.id) === undefined) return;
      ids.add(correlated.id, record.offset >= next);
      if (!isWithin(record.timestamp, time)) warming?.add(correlated.id, false);
    } else {
      if (fits !== undefined && !fits(record, correlated)) return;
      withoutId += 1;
    }
    count += 1;
    if (record.offset < next) fedBefore += 1;
    else {
      busy?.add(record.timestamp);
      left = Math.min(left, record.timestamp);
    }
    earliest = Math.min(earliest, record.timestamp);
    latest = Math.max(latest, record.timestamp);
  });
  const isEmpty = count === 0;
  return {
    ids,
    inputs: count,
    fedBefore,
    looked,
    withoutId,
    warming,
    earliest: isEmpty ? undefined : earliest,
    latest: isEmpty ? undefined : latest,
    spanMs: busy?.spanMs ?? Math.max(0, latest - left),
  };
}

async function eachInput(
  inputs: readonly Input[],
  ids: TopicIds,
  { archive, patiently, signal, onProblem }: SelectionAround,
  take: (record: ArchivedRecord, next: number) => void,
): Promise<void> {
  for (const { source, partition, from, to, next } of inputs) {
    let at = from;
    if (at >= to) continue;
    await patiently(async () => {
      for await (const batch of readArchived(archive, source, partition, { from: at, to, onProblem })) {
        signal.throwIfAborted();
        await ids.learn(batch);
        for (const record of batch) take(record, next);
        at = (batch.at(-1)?.offset ?? at) + 1;
      }
    });
  }
}

export function chooseInputs({ input, time, warmUpMs, fits }: Wanted, ids: IdTable): Choose {
  const { correlate } = input;
  const fed = feedingTime(time, warmUpMs);
  return (record) => {
    if (!isWithin(record.timestamp, fed)) return 'skip';
    const correlated = correlate(record);
    if (correlated.kind === 'id') return ids.find(correlated.id) ?? 'skip';
    return fits === undefined || fits(record, correlated) ? undefined : 'skip';
  };
}

/**
 * The answers of exactly the ids that are fed and judged, whenever they were given. One without an id, or not readable, is
 * fed where its time was asked for, unless ids were chosen: the comparator's ledger shows it.
 */
export function chooseAnswers(correlate: Correlate, { time, fits }: Wanted, { ids, warming }: Selection): Choose {
  return (record) => {
    const correlated = correlate(record);
    if (correlated.kind === 'id') {
      return warming?.find(correlated.id) === undefined ? (ids.find(correlated.id) ?? 'skip') : 'skip';
    }
    return fits === undefined && isWithin(record.timestamp, time) ? undefined : 'skip';
  };
}
