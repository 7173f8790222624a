// The plan of a run: what it feeds. It is fixed when the run begins and kept in the run's own commits, so that a replay
// that is resumed feeds exactly what it would have fed, whatever the archive has got since.
import { type Committed, Fault, type FedTopic } from '@parallax/core';
import type { Choice } from './choosing/choice.ts';
import type { KeptIds } from './choosing/judged-ids.ts';
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

/** What a run was begun for, besides the time; all of it stays as it is. */
export interface Terms {
  readonly choice?: Choice;
  /** The ids of `choice.judged`. */
  readonly kept?: KeptIds;
  /** Recorded time before the first input that is judged, milliseconds. */
  readonly warmUpMs?: number;
  /** By output: where the build answers, if not where a run's answers go by default. */
  readonly candidateTopics?: Readonly<Record<string, string>>;
}

/** What earlier lives of the run fed, and how long they took; of those that ended in order. */
export interface Sessions {
  readonly sessions: number;
  /** Inputs and answers. */
  readonly records: number;
  readonly elapsedMs: number;
}

export interface RunPlan {
  readonly state: 'begun' | 'finished';
  /** Epoch ms. */
  readonly started: number;
  readonly time: TimeRange;
  readonly terms: Terms;
  readonly partitions: readonly PlannedPartition[];
  /** Absent in the run's first life. */
  readonly before?: Sessions;
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
  /** With the first partition of the input alone: a commit has little room. */
  readonly terms?: Terms;
  /** With the first partition, too. */
  readonly before?: Sessions;
}

/** What a broker takes beside an offset by default is 4096 bytes, and the rest of a plan needs its part. */
const MOST_TERMS_BYTES = 3_000;

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

/**
 * One commit a partition; all of them are committed at once.
 * @throws Fault `choice-too-large`
 */
export function encodePlan({ state, started, time, terms, partitions, before }: RunPlan): readonly Committed[] {
  const bytes = Buffer.byteLength(JSON.stringify(terms));
  if (bytes > MOST_TERMS_BYTES) {
    throw new Fault(
      `What is chosen takes ${bytes} bytes to write down; ${MOST_TERMS_BYTES} fit in a commit of the run.`,
      {
        code: 'choice-too-large',
        cure: 'Give fewer ids or keys, or choose by --share, --type, --outcome or --signature.',
      },
    );
  }
  return partitions.map(({ source, topic, partition, isInput, from, to, records }, at) => {
    const own: Saved = { v: 1, state, started, time, source, input: isInput, from, to, records };
    const saved: Saved = {
      ...own,
      ...(at === 0 && Object.keys(terms).length > 0 ? { terms } : {}),
      ...(at === 0 && before !== undefined ? { before } : {}),
    };
    return { topic, partition, offset: 0, metadata: JSON.stringify(saved) };
  });
}

/** undefined where nothing was ever committed: the run has not begun. */
export function decodePlan(commits: readonly Committed[], run: string): RunPlan | undefined {
  const saved = commits.map((commit) => ({ commit, saved: parse(commit, run) }));
  const [first] = saved;
  if (first === undefined) return undefined;
  const { state, started, time } = first.saved;
  const before = saved.find((one) => one.saved.before !== undefined)?.saved.before;
  return {
    state,
    started,
    time,
    // The log gives commits in its own order.
    terms: saved.find((one) => one.saved.terms !== undefined)?.saved.terms ?? {},
    partitions: saved.map(({ commit: { topic, partition }, saved: { source, input, from, to, records } }) => {
      return { source, topic, partition, isInput: input, from, to, records };
    }),
    ...(before === undefined ? {} : { before }),
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
