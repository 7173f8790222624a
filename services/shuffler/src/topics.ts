// Sees what is to be shuffled, and makes the topics it is shuffled into.
import { type EventLog, type Experiment, Fault, type PlannedShuffle, planShuffle, topicsThere } from '@parallax/core';
import { hiddenTopic } from '@parallax/platform';

/** @throws Fault `nothing-to-shuffle`, `topics-absent`, `shuffle-partitions` */
export async function makeTopics(log: EventLog, experiment: Experiment): Promise<readonly PlannedShuffle[]> {
  const infos = await log.topics();
  const there = infos.map(({ topic }) => topic);
  const plan = planShuffle(experiment, infos);
  if (plan.length === 0) {
    throw new Fault(`Experiment ${experiment.name} has no side that is to be shuffled.`, {
      code: 'nothing-to-shuffle',
      cure: 'Say `shuffle: true` at `legacy` or `candidate`, if the comparator advises it; otherwise leave the shuffler out.',
    });
  }
  const needed = experiment.outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate.topic]);
  const absent = needed.filter((topic) => !there.includes(topic));
  if (absent.length > 0) {
    throw (
      (await hiddenTopic(log, absent)) ??
      new Fault(`The event log ${log.address} has no topic ${absent.join(', ')}. ${topicsThere(absent, there)}`, {
        code: 'topics-absent',
        cure: 'Start the systems that publish to them first.',
      })
    );
  }
  for (const { target, partitions, retentionMs } of plan)
    await log.ensureTopic({ topic: target, partitions, timestamps: 'create', retentionMs });
  return plan;
}
