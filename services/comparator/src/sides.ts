// Which topic is which side of which output.
import {
  type AssignedPartition,
  type Experiment,
  Fault,
  type OutputPlan,
  SHUFFLE_CURE,
  type Side,
  shuffledTopic,
  type TopicInfo,
} from '@parallax/core';

/** Topics that stand in for the experiment's own: a replay has its own. */
export type TopicNames = (topic: string) => string;

export interface TopicRole {
  readonly output: string;
  readonly side: Side;
}

/** The topics of an output that do not go together. */
export interface UnequalOutput {
  readonly output: OutputPlan;
  readonly legacy: TopicInfo;
  readonly candidate: TopicInfo;
}

/** One partition of one output, both sides. */
export interface PartitionPair {
  readonly output: OutputPlan;
  readonly partition: number;
  readonly legacy: AssignedPartition;
  readonly candidate: AssignedPartition;
}

export function placeKey(output: string, partition: number): string {
  return `${output}/${partition}`;
}

export class Sides {
  readonly topics: readonly string[];
  readonly #experiment: string;
  readonly #roles = new Map<string, TopicRole>();
  readonly #topics = new Map<string, Record<Side, string>>();
  readonly #outputs: readonly OutputPlan[];

  constructor(experiment: Experiment, names: TopicNames) {
    this.#experiment = experiment.name;
    this.#outputs = experiment.outputs;
    for (const plan of experiment.outputs) {
      const { output } = plan;
      const topic = (side: Side) =>
        plan[side].shuffle ? shuffledTopic(experiment.name, side, output) : names(plan[side].topic);
      const topics = { legacy: topic('legacy'), candidate: topic('candidate') };
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

  /** Outputs whose topics have different numbers of partitions. */
  unequal(infos: readonly TopicInfo[]): readonly UnequalOutput[] {
    const infoOf = (topic: string) => infos.find((info) => info.topic === topic);
    return this.#outputs.flatMap((output) => {
      const [legacy, candidate] = [
        infoOf(this.topic(output.output, 'legacy')),
        infoOf(this.topic(output.output, 'candidate')),
      ];
      if (legacy === undefined || candidate === undefined || legacy.partitions === candidate.partitions) return [];
      return [{ output, legacy, candidate }];
    });
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
        throw this.#apart(output.output, legacy, candidate);
      }
      return legacy.map((one, i) => ({
        output,
        partition: one.partition,
        legacy: one,
        candidate: candidate[i] as AssignedPartition,
      }));
    });
  }

  /** Equal numbers were seen at the start, so it is the group that has shared them out so. */
  #apart(output: string, legacy: readonly AssignedPartition[], candidate: readonly AssignedPartition[]): Fault {
    const given = (side: Side, of: readonly AssignedPartition[]) => `${this.topic(output, side)} ${numbersOf(of)}`;
    return new Fault(
      `Output ${output}: the partitions this process was given do not go together (${given('legacy', legacy)}; ${given('candidate', candidate)}). Another comparator of the experiment ${this.#experiment} reads other topics, or one of the topics has been given more partitions since the start.`,
      {
        code: 'partitions-apart',
        cure: `Start all comparators of ${this.#experiment} with the same file, and give what is another comparison another name. Where partitions were added, add as many to the other topic.`,
      },
    );
  }
}

/** As a list of numbers, for people. */
function numbersOf(assigned: readonly AssignedPartition[]): string {
  return assigned.length === 0 ? 'none' : assigned.map(({ partition }) => partition).join(', ');
}

/** Before an id was looked at; or with the `cure` that looking at some of them suggests. */
export function countsDiffer(output: string, legacy: string, candidate: string, cure: string = SHUFFLE_CURE): Fault {
  return new Fault(
    `Output ${output}: ${legacy} partitions, ${candidate}. An id would not be in the same partition on both sides, so the two would never meet.`,
    { code: 'partition-counts-differ', cure },
  );
}
