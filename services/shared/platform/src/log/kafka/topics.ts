// Topics of a Kafka cluster: listed, created, deleted, and waited for until every broker agrees.
import { Fault, type TopicInfo, type TopicSpec } from '@parallax/core';
import { systemClock } from '../../lifecycle/clock.ts';
import type { Brokers } from './brokers.ts';
import {
  check,
  INVALID_CONFIG,
  NONE,
  NOT_CONTROLLER,
  ProtocolFailure,
  TOPIC_ALREADY_EXISTS,
  UNKNOWN_TOPIC_OR_PARTITION,
} from './error-codes.ts';
import { leadersOf, type Topology } from './topology.ts';

/** What the controller may take; below what an answer may take. */
const REQUEST_MS = 8_000;
const AGREEMENT_MS = 30_000;
const LOOK_MS = 25;
/** One request for the settings of so many topics. */
const DESCRIBED_AT_ONCE = 500;

/** Topics of Kafka's own are left out. */
export async function listTopics(brokers: Brokers, topology: Topology): Promise<readonly TopicInfo[]> {
  const { topicMetadata } = await brokers.metadata([]);
  const own = topicMetadata.filter(({ isInternal, topicErrorCode }) => !isInternal && topicErrorCode === NONE);
  const infos: TopicInfo[] = [];
  for (let at = 0; at < own.length; at += DESCRIBED_AT_ONCE) {
    const some = own.slice(at, at + DESCRIBED_AT_ONCE);
    const settings = await topology.describe(some.map(({ topic }) => topic));
    for (const { topic, partitionMetadata } of some) {
      const { compacted = false, timestamps = 'create' } = settings.get(topic) ?? {};
      infos.push({ topic, partitions: partitionMetadata.length, compacted, timestamps });
    }
  }
  return infos.toSorted((a, b) => (a.topic < b.topic ? -1 : 1));
}

/** Others may create it at the same time: then it exists. */
export async function createTopic(
  brokers: Brokers,
  topology: Topology,
  spec: TopicSpec,
  closed: AbortSignal,
): Promise<'created' | 'exists'> {
  if (await exists(topology, spec.topic)) return 'exists';
  let code = await tryCreating(brokers, spec, settingsFor(spec, true));
  // Brokers before Kafka 3.6 do not know the setting that lets records of any time in.
  if (code === INVALID_CONFIG) code = await tryCreating(brokers, spec, settingsFor(spec, false));
  if (code !== TOPIC_ALREADY_EXISTS) check(code);
  topology.forget(spec.topic);
  await agreed(brokers, spec.topic, closed, (known) => {
    const leaders = leadersOf(known?.partitionMetadata ?? []);
    return known?.topicErrorCode === NONE && leaders.length > 0 && leaders.every((leader) => leader >= 0);
  });
  return code === NONE ? 'created' : 'exists';
}

export async function removeTopic(
  brokers: Brokers,
  topology: Topology,
  topic: string,
  closed: AbortSignal,
): Promise<'deleted' | 'absent'> {
  if (!(await exists(topology, topic))) return 'absent';
  const controller = await controllerOf(brokers);
  const answer = await brokers.ask(controller, 'DeleteTopics', { topics: [topic], timeout: REQUEST_MS });
  const code = answer.topicErrors[0]?.errorCode ?? NONE;
  topology.forget(topic);
  if (code === UNKNOWN_TOPIC_OR_PARTITION) return 'absent';
  check(code);
  await agreed(brokers, topic, closed, (known) => known?.topicErrorCode === UNKNOWN_TOPIC_OR_PARTITION);
  topology.forget(topic);
  return 'deleted';
}

async function exists(topology: Topology, topic: string): Promise<boolean> {
  try {
    await topology.refresh(topic);
    return true;
  } catch (error) {
    if (error instanceof ProtocolFailure && error.errorCode === UNKNOWN_TOPIC_OR_PARTITION) return false;
    throw error;
  }
}

type Settings = readonly { readonly name: string; readonly value: string }[];

/**
 * A topic of ours keeps all it is given unless it is told otherwise: retention goes by the records' own times, so a replay of last month would be
 * deleted before anyone reads it. For the same reason a topic of creation times takes records of any.
 */
function settingsFor({ compacted = false, timestamps, retentionMs = -1 }: TopicSpec, anyTime: boolean): Settings {
  return [
    ...(compacted
      ? [{ name: 'cleanup.policy', value: 'compact' }]
      : [{ name: 'retention.ms', value: String(retentionMs) }]),
    ...(timestamps === 'append' ? [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] : []),
    ...(timestamps === 'create' ? [{ name: 'message.timestamp.type', value: 'CreateTime' }] : []),
    ...(anyTime && timestamps !== 'append'
      ? [{ name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }]
      : []),
  ];
}

/** Replicated as the brokers' default.replication.factor says. */
async function tryCreating(brokers: Brokers, spec: TopicSpec, configEntries: Settings): Promise<number> {
  const { topic, partitions } = spec;
  const topics = [{ topic, numPartitions: partitions, replicationFactor: -1, configEntries }];
  const controller = await controllerOf(brokers);
  const answer = await brokers.ask(controller, 'CreateTopics', { topics, timeout: REQUEST_MS });
  const { errorCode = NONE, errorMessage = null } = answer.topicErrors[0] ?? {};
  if (errorCode === INVALID_CONFIG || errorCode === TOPIC_ALREADY_EXISTS) return errorCode;
  check(errorCode, errorMessage);
  return NONE;
}

async function controllerOf(brokers: Brokers) {
  const { controllerId } = await brokers.metadata(['__consumer_offsets']);
  if (controllerId < 0) throw new ProtocolFailure(NOT_CONTROLLER);
  return brokers.node(controllerId);
}

type Known = Awaited<ReturnType<Brokers['metadata']>>['topicMetadata'][number] | undefined;

/** Waits until all brokers that can be reached see the topic so. */
async function agreed(
  brokers: Brokers,
  topic: string,
  closed: AbortSignal,
  asWanted: (known: Known) => boolean,
): Promise<void> {
  const until = performance.now() + AGREEMENT_MS;
  for (;;) {
    const answers = await brokers.metadataOfAll([topic]);
    if (answers.length > 0 && answers.every(({ topicMetadata }) => asWanted(topicMetadata[0]))) return;
    if (performance.now() > until || closed.aborted) {
      throw new Fault(`The brokers do not agree about topic "${topic}" after ${AGREEMENT_MS / 1_000} s.`, {
        code: 'log-unavailable',
        cure: 'Check that all brokers run and follow the controller.',
        retryable: true,
      });
    }
    await systemClock.sleep(LOOK_MS, closed);
  }
}
