// What a comparator stands on before it reads: its topics are there and go together, and its rules have their epoch.
import { systemClock } from '@parallax/platform';
import { CheckpointTopic } from './checkpoint-topic.ts';
import { type ComparatorOptions, type ComparatorPorts, comparatorGroup, watchedInput } from './comparing.ts';
import type { InputWatched } from './consumed.ts';
import { rulesChanged } from './rule-events.ts';
import { RuleWatch } from './rule-watch.ts';
import { Shuffled } from './shuffled.ts';
import { Sides } from './sides.ts';
import { checkPartitions, checkTopics } from './topics.ts';

export interface Grounds {
  readonly sides: Sides;
  readonly shuffled: Shuffled;
  readonly input: InputWatched | undefined;
  readonly group: string;
  readonly topic: CheckpointTopic;
  readonly rules: RuleWatch;
  /** Of the rules in force. */
  readonly epoch: number;
}

/** @throws Fault `topics-absent`, `partition-counts-differ`, `shuffle-partitions`, `replay-shuffled` */
export async function openGrounds(ports: ComparatorPorts, options: ComparatorOptions): Promise<Grounds> {
  const { log, telemetry, clock = systemClock } = ports;
  const { experiment, run, complete = false, topicOf = (topic) => topic } = options;
  const around = { log, telemetry, now: () => clock.now(), isComplete: complete };
  const shuffled = await Shuffled.open(experiment, run, around);
  const sides = new Sides(experiment, topicOf);
  const input = options.input ?? watchedInput(experiment);
  const infos = await checkTopics(log, [...sides.topics, ...(input === undefined ? [] : [input.topic])]);
  await checkPartitions(log, sides, infos);
  const group = comparatorGroup(experiment.name, run);
  const topic = await CheckpointTopic.open(log, experiment.name, group);
  const epoch = await topic.epoch(experiment, options.means);
  const rules = new RuleWatch(experiment, run, telemetry, clock.now());
  if (topic.hasOtherRules) telemetry.record(rulesChanged(experiment.name));
  ports.crash?.reach('comparator.after-epoch');
  return { sides, shuffled, input, group, topic, rules, epoch };
}
