// What a comparator stands on before it reads: its topics are there and go together, and its rules have their epoch.
import { retrying, systemClock } from '@parallax/platform';
import { CheckpointTopic } from './checkpoint-topic.ts';
import { type ComparatorOptions, type ComparatorPorts, comparatorGroup, watchedInput } from './comparing.ts';
import type { InputWatched } from './consumed.ts';
import { logBack, logUnavailable } from './events.ts';
import { patientLog } from './patient-log.ts';
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

/** While the log is away it is waited for. @throws Fault `topics-absent`, `partition-counts-differ`, `shuffle-partitions`, `replay-shuffled` */
export async function openGrounds(ports: ComparatorPorts, options: ComparatorOptions): Promise<Grounds> {
  const { log, telemetry, clock = systemClock, stopping = new AbortController().signal } = ports;
  const { experiment, run, complete = false, topicOf = (topic) => topic } = options;
  const around = { log, telemetry, now: () => clock.now(), isComplete: complete };
  const patient = patientLog(log, (work) =>
    retrying(work, {
      clock,
      stopping,
      onFailure: (error, attempt) => telemetry.record(logUnavailable(error, attempt)),
      onBack: (attempts) => telemetry.record(logBack(attempts - 1)),
    }),
  );
  const shuffled = await Shuffled.open(experiment, run, around, patient);
  const sides = new Sides(experiment, topicOf);
  const input = options.input ?? watchedInput(experiment);
  const infos = await checkTopics(patient, [...sides.topics, ...(input === undefined ? [] : [input.topic])]);
  await checkPartitions(patient, sides, infos);
  const group = comparatorGroup(experiment.name, run);
  const topic = await CheckpointTopic.open(log, experiment.name, group, patient);
  const epoch = await topic.epoch(experiment, options.means);
  const rules = new RuleWatch(experiment, run, telemetry, clock.now());
  if (topic.hasOtherRules) telemetry.record(rulesChanged(experiment.name));
  ports.crash?.reach('comparator.after-epoch');
  return { sides, shuffled, input, group, topic, rules, epoch };
}
