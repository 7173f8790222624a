// The plan of a run: what it feeds. It is fixed when the run begins and kept in the run's own commits, so that a replay
// that is resumed feeds exactly what it would have fed, whatever the archive has got since.
import { type Committed, Fault, type FedTopic } from '@parallax/core';
import type { SourceRange, TimeRange } from './ranges.ts';

export interface PlannedPartition extends FedTopic {
  readonly partition: number;
  readonly isInput: boolean;
  /** Offsets of the source from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  /** At most so many records. */
  readonly records: number;
}

export interface RunPlan {
  readonly state: 'begun' | 'finished';
  /** Epoch ms. */
  readonly started: number;
  readonly time: TimeRange;
  readonly partitions: readonly PlannedPartition[];
}

interface Saved {
  readonly v: 1;
  readonly state: RunPlan['state'];
  readonly started: number;
  readonly time: TimeRange;
  readonly source: string;
  readonly input: boolean;
  readonly from: number;
  readonly to: number;
  readonly records: number;
}

/** Every partition of every fed topic; those the archive has nothing of are empty. */
export function planPartitions(
  topics: readonly { readonly fed: FedTopic; readonly isInput: boolean; readonly partitions: number }[],
  ranges: readonly SourceRange[],
): readonly PlannedPartition[] {
  return topics.flatMap(({ fed, isInput, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => {
      const range = ranges.find((one) => one.topic === fed.source && one.partition === partition);
      const { from = 0, to = 0, records = 0 } = range ?? {};
      return { ...fed, partition, isInput, from, to, records };
    }),
  );
}

/** One commit a partition; all of them are committed at once. */
export function encodePlan({ state, started, time, partitions }: RunPlan): readonly Committed[] {
  return partitions.map(({ source, topic, partition, isInput, from, to, records }) => {
    const saved: Saved = { v: 1, state, started, time, source, input: isInput, from, to, records };
    return { topic, partition, offset: 0, metadata: JSON.stringify(saved) };
  });
}

/** undefined where nothing was ever committed: the run has not begun. */
export function decodePlan(commits: readonly Committed[], run: string): RunPlan | undefined {
  const saved = commits.map((commit) => ({ commit, saved: parse(commit, run) }));
  const [first] = saved;
  if (first === undefined) return undefined;
  const { state, started, time } = first.saved;
  return {
    state,
    started,
    time,
    partitions: saved.map(({ commit: { topic, partition }, saved: { source, input, from, to, records } }) => {
      return { source, topic, partition, isInput: input, from, to, records };
    }),
  };
}

function parse({ topic, partition, metadata }: Committed, run: string): Saved {
  try {
    const saved = JSON.parse(metadata) as Saved;
    if (saved.v === 1) return saved;
  } catch {
    // Said below, with the cure.
  }
  throw new Fault(`The plan of run ${run} cannot be read from the commit of ${topic}, partition ${partition}.`, {
    code: 'run-plan-unreadable',
    cure: 'A newer Parallax may have begun it. Delete it with `parallax runs delete` and replay again, or take another name.',
  });
}
