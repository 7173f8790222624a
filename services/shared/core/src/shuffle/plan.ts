// Which topics are shuffled, and into how many partitions.
import type { Experiment } from '../experiment/experiment.ts';
import { Fault } from '../fault.ts';
import { SIDES, type Side } from '../outcome.ts';
import type { TopicInfo } from '../ports/log.ts';
import { shuffledTopic } from './names.ts';

export interface PlannedShuffle {
  readonly output: string;
  readonly side: Side;
  readonly source: string;
  readonly sourcePartitions: number;
  readonly sourceCompacted: boolean;
  readonly target: string;
  /** As many as the other side's topic has; where both are shuffled, as the larger of the two. */
  readonly partitions: number;
  /** What is shuffled is read at once, and again by offset for as long as its pair may be open or revised. */
  readonly retentionMs: number;
}

/** A comparator may be down for so long. */
const LEAST_RETENTION_MS = 7 * 86_400_000;

export function isShuffled({ outputs }: Experiment): boolean {
  return outputs.some((output) => SIDES.some((side) => output[side].shuffle === true));
}

/** @throws Fault `replay-shuffled`: a run has topics of its own, and a build that writes its own keys into them. */
export function refuseReplay(experiment: Experiment, run: string): void {
  if (!isShuffled(experiment)) return;
  throw new Fault(
    `Run ${run} of ${experiment.name} cannot be fed or compared: a side is shuffled, and only live topics are, not those of a replay.`,
    {
      code: 'replay-shuffled',
      cure: 'Replay with an experiment file of another name without `shuffle`, to a build that keys its answers as legacy does.',
    },
  );
}

/** The topics that are compared: a shuffled side's is not its own. */
export function readTopics({ name, outputs }: Experiment): readonly string[] {
  return outputs.flatMap((output) =>
    SIDES.map((side) => (output[side].shuffle ? shuffledTopic(name, side, output.output) : output[side].topic)),
  );
}

/**
 * @param infos all topics of the log; those of the experiment must be there
 * @throws Fault `shuffle-partitions` where a shuffled topic is there with other partitions
 */
export function planShuffle(
  { name, outputs, window }: Experiment,
  infos: readonly TopicInfo[],
): readonly PlannedShuffle[] {
  const known = new Map(infos.map((info) => [info.topic, info]));
  const countOf = (topic: string) => known.get(topic)?.partitions ?? 0;
  const retentionMs = LEAST_RETENTION_MS + window.lateMs + window.maxOutageMs;
  return outputs.flatMap((output) => {
    const { legacy, candidate } = output;
    const most = Math.max(countOf(legacy.topic), countOf(candidate.topic));
    return SIDES.filter((side) => output[side].shuffle).map((side) => {
      const { topic: source } = output[side];
      const other = side === 'legacy' ? candidate : legacy;
      const target = shuffledTopic(name, side, output.output);
      const partitions = other.shuffle ? most : countOf(other.topic);
      const there = known.get(target)?.partitions;
      if (there !== undefined && there !== partitions) throw otherPartitions(target, there, partitions, source);
      const sourceCompacted = known.get(source)?.compacted === true;
      const sourcePartitions = countOf(source);
      return {
        output: output.output,
        side,
        source,
        sourcePartitions,
        sourceCompacted,
        target,
        partitions,
        retentionMs,
      };
    });
  });
}

function otherPartitions(target: string, there: number, wanted: number, source: string): Fault {
  return new Fault(
    `The shuffled topic ${target} has ${there} partitions, and ${wanted} are needed: the topics it goes by have been changed since.`,
    {
      code: 'shuffle-partitions',
      cure: `Stop the shuffler and the comparator, delete ${target} and the shuffler's consumer group, then begin anew with --forget: ${source} is shuffled again.`,
    },
  );
}
