// Which topic is which side of which output.
import { type AssignedPartition, type Experiment, Fault, type OutputPlan, type Side } from '@parallax/core';

/** Topics that stand in for the experiment's own: a replay has its own. */
export type TopicNames = (topic: string) => string;

export interface TopicRole {
  readonly output: string;
  readonly side: Side;
}

/** One partition of one output, both sides. */
export interface PartitionPair {
  readonly output: OutputPlan;
  readonly partition: number;
  readonly legacy: AssignedPartition;
  readonly candidate: AssignedPartition;
}

export class Sides {
  readonly topics: readonly string[];
  readonly #roles = new Map<string, TopicRole>();
  readonly #topics = new Map<string, Record<Side, string>>();
  readonly #outputs: readonly OutputPlan[];

  constructor(experiment: Experiment, names: TopicNames) {
    this.#outputs = experiment.outputs;
    for (const { output, legacy, candidate } of experiment.outputs) {
      const topics = { legacy: names(legacy.topic), candidate: names(candidate.topic) };
      this.#topics.set(output, topics);
      this.#roles.set(topics.legacy, { output, side: 'legacy' });
      this.#roles.set(topics.candidate, { output, side: 'candidate' });
    }
    this.topics = [...this.#roles.keys()];
  }

  role(topic: string): TopicRole {
    return this.#roles.get(topic) as TopicRole;
  }

  topic(output: string, side: Side): string {
    return (this.#topics.get(output) as Record<Side, string>)[side];
  }

  /** Pairs up what was assigned; both topics of an output must have the same partitions. */
  pairUp(assigned: readonly AssignedPartition[]): readonly PartitionPair[] {
    return this.#outputs.flatMap((output) => {
      const of = (side: Side) =>
        assigned
          .filter(({ topic }) => topic === this.topic(output.output, side))
          .sort((a, b) => a.partition - b.partition);
      const [legacy, candidate] = [of('legacy'), of('candidate')];
      if (legacy.length !== candidate.length || legacy.some((one, i) => one.partition !== candidate[i]?.partition)) {
        throw new Fault(
          `Output ${output.output}: ${this.topic(output.output, 'legacy')} has ${legacy.length} partitions, ${this.topic(output.output, 'candidate')} has ${candidate.length}`,
          {
            code: 'partition-counts-differ',
            cure: 'Both topics of an output need the same number of partitions and the same partitioner, so that both sides of an id meet.',
          },
        );
      }
      return legacy.map((one, i) => ({
        output,
        partition: one.partition,
        legacy: one,
        candidate: candidate[i] as AssignedPartition,
      }));
    });
  }
}
