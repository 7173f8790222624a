// The topics of the experiment and those Parallax writes: there, readable, kept long enough, safe enough.
import { type Experiment, formatDuration, type OutputPlan, SHUFFLE_CURE, topicsThere } from '@parallax/core';
import type { Allowed, KafkaInspection, Operation, TopicFacts } from '@parallax/platform';
import { counted } from '../output/amount.ts';
import type { Check, Finding } from './finding.ts';
import { isShuffledOutput, ownTopicsOf, type Role, rolesOf } from './subject.ts';

/** @param there asked only if a topic is absent */
export function topicChecks(
  inspection: KafkaInspection,
  experiment: Experiment,
  there: () => Promise<readonly string[]>,
): readonly Check[] {
  const roles = rolesOf(experiment);
  const names = [...new Set(roles.map(({ topic }) => topic))];
  let facts: Promise<ReadonlyMap<string, TopicFacts>> | undefined;
  // Asked once for all of these checks.
  const asked = () => {
    facts ??= inspection.topics(names).then((all) => new Map(all.map((each) => [each.topic, each])));
    return facts;
  };
  return [
    {
      area: 'topics',
      what: 'The topics',
      look: async () => {
        const known = await asked();
        const isAbsent = ({ topic }: Role) => (known.get(topic)?.kind ?? 'absent') === 'absent';
        const names = roles.some(isAbsent) ? await there() : [];
        return roles.flatMap((role) => {
          const facts = known.get(role.topic);
          if (facts === undefined || isAbsent(role)) return [absent(role, inspection.address, names)];
          return topicFindings(role, facts, inspection, experiment);
        });
      },
    },
    {
      area: 'topics',
      what: 'The partitions of both sides',
      look: async () => {
        const known = await asked();
        return countFindings(experiment, (topic) => known.get(topic)?.partitions.length ?? 0);
      },
    },
    ...ownTopicsOf(experiment).map(
      (own): Check => ({
        area: 'topics',
        what: `The topic ${own.topic}`,
        look: () => ownFindings(inspection, own),
      }),
    ),
  ];
}

/** For any log: what can be counted. 0 partitions: there is no such topic. */
export function countFindings({ outputs }: Experiment, countOf: (topic: string) => number): readonly Finding[] {
  return outputs.flatMap((output): readonly Finding[] => [
    ...sideFindings(output, countOf),
    ...twinFindings(output, countOf),
  ]);
}

function twinFindings({ output, legacy, twin }: OutputPlan, countOf: (topic: string) => number): readonly Finding[] {
  if (twin === undefined) return [];
  const [one, other] = [countOf(legacy.topic), countOf(twin.topic)];
  if (one === 0 || other === 0) return [];
  if (one === other) {
    return [{ area: 'topics', level: 'ok', says: `Legacy and its twin have ${one} partitions of ${output}.` }];
  }
  return [
    {
      area: 'topics',
      level: 'problem',
      says: `${legacy.topic} has ${one} partitions and ${twin.topic} ${other}.`,
      means: 'An id lies in another partition at the twin, so the two can never meet.',
      cure: `Let the twin publish to a topic of ${one} partitions, or leave \`twin\` out.`,
      code: 'twin-partition-counts',
    },
  ];
}

function sideFindings(output: OutputPlan, countOf: (topic: string) => number): readonly Finding[] {
  const { legacy, candidate } = output;
  const [one, other] = [countOf(legacy.topic), countOf(candidate.topic)];
  if (one === 0 || other === 0) return [];
  if (one === other) {
    return [{ area: 'topics', level: 'ok', says: `Both sides of ${output.output} have ${one} partitions.` }];
  }
  const says = `${legacy.topic} has ${one} partitions and ${candidate.topic} ${other}`;
  if (isShuffledOutput(output))
    return [{ area: 'topics', level: 'ok', says: `${says}; \`shuffle\` brings them together.` }];
  return [
    {
      area: 'topics',
      level: 'problem',
      says: `${says}.`,
      means: 'An id lies in another partition on each side, so the two can never meet.',
      cure: SHUFFLE_CURE,
      code: 'partition-counts',
    },
  ];
}

export function absent(role: Role, where: string, there: readonly string[]): Finding {
  return {
    area: 'topics',
    level: 'problem',
    says: `There is no topic "${role.topic}" in ${where} (${role.as}).`,
    cure: `Create the topic, or correct its name in the experiment. ${topicsThere([role.topic], there)}`,
    code: 'unknown-topic',
  };
}

function topicFindings(
  role: Role,
  facts: TopicFacts,
  inspection: KafkaInspection,
  experiment: Experiment,
): readonly Finding[] {
  const { topic, as } = role;
  if (facts.kind === 'hidden') return [forbidden(topic, as, 'Read', inspection)];
  const findings: Finding[] = [];
  if (lacks(facts.allowed, 'Read')) findings.push(forbidden(topic, as, 'Read', inspection));
  const leaderless = facts.partitions.filter(({ leader }) => leader < 0).length;
  if (leaderless > 0) {
    findings.push({
      area: 'topics',
      level: 'problem',
      says: `${leaderless} partitions of ${topic} have no leader.`,
      means: 'They cannot be read until a replica is back.',
      cure: 'Start the brokers that hold its replicas.',
    });
  }
  const behind = facts.partitions.filter(({ replicas, inSync }) => inSync.length < replicas.length).length;
  if (behind > 0) {
    findings.push({
      area: 'topics',
      level: 'warning',
      says: `${behind} partitions of ${topic} are under-replicated.`,
      means: 'Another broker that stops may take them away.',
      cure: 'See why replicas are not in sync.',
    });
  }
  findings.push(...settingFindings(role, facts.settings, experiment, inspection));
  const count = facts.partitions.length;
  if (findings.some(({ level }) => level === 'problem')) return findings;
  return [{ area: 'topics', level: 'ok', says: `${topic} (${as}) can be read: ${count} partitions.` }, ...findings];
}

function settingFindings(
  { topic, side }: Role,
  settings: ReadonlyMap<string, string> | undefined,
  { window }: Experiment,
  { user }: KafkaInspection,
): readonly Finding[] {
  if (settings === undefined) {
    return [
      {
        area: 'topics',
        level: 'note',
        says: `The settings of ${topic} may not be read: whether it is compacted, how long it keeps records, who stamps them.`,
        means: 'It is taken for one that is not compacted and whose producers stamp.',
        cure: `kafka-acls.sh --bootstrap-server HOST:PORT --add --allow-principal User:${user ?? 'NAME'} --operation DescribeConfigs --topic '${topic}'`,
      },
    ];
  }
  const findings: Finding[] = [];
  const policy = settings.get('cleanup.policy') ?? 'delete';
  if (side !== undefined && policy.includes('compact')) {
    findings.push({
      area: 'topics',
      level: 'warning',
      says: `${topic} is compacted (cleanup.policy=${policy}).`,
      means: 'Events of a key may go before they were read; what may have been lost is inconclusive, never missing.',
      cure: 'Compare a topic with cleanup.policy=delete, or keep the comparator running close behind the end.',
      code: 'compacted',
    });
  }
  const retention = Number(settings.get('retention.ms') ?? -1);
  const needed = window.deadlineMs + window.outageMs;
  if (policy.includes('delete') && retention > 0 && retention < window.maxOutageMs + window.deadlineMs) {
    const isShort = retention < 2 * needed;
    findings.push({
      area: 'topics',
      level: isShort ? 'problem' : 'warning',
      says: `${topic} keeps records for ${formatDuration(retention)}; deadline is ${formatDuration(window.deadlineMs)}, maxOutage ${formatDuration(window.maxOutageMs)}.`,
      means: isShort
        ? 'Events would be deleted while their pairs are still open.'
        : 'Events of an outage, or those a stopped comparator left, may be deleted before they are judged: inconclusive.',
      cure: 'Raise retention.ms of the topic, or shorten the windows.',
      code: 'retention',
    });
  }
  if (settings.get('message.timestamp.type') === 'LogAppendTime') {
    findings.push({ area: 'topics', level: 'note', says: `${topic} is stamped by the brokers on append.` });
  }
  return findings;
}

async function ownFindings(
  inspection: KafkaInspection,
  { topic, compacted }: { readonly topic: string; readonly compacted: boolean },
): Promise<readonly Finding[]> {
  const [facts] = await inspection.topics([topic]);
  if (facts === undefined || facts.kind !== 'there') {
    const fault = await inspection.whyNotCreated(topic, compacted);
    if (fault === undefined) return [{ area: 'topics', level: 'ok', says: `${topic} can be made when it is needed.` }];
    const { message: says, code, cure = 'Make it beforehand, or allow it to be made.' } = fault;
    return [{ area: 'topics', level: 'problem', says, means: 'Parallax writes it beside your topics.', cure, code }];
  }
  const findings: Finding[] = (['Read', 'Write'] as const)
    .filter((operation) => lacks(facts.allowed, operation))
    .map((operation) => forbidden(topic, 'our own', operation, inspection));
  const copies = Math.min(...facts.partitions.map(({ replicas }) => replicas.length));
  const least = Number(facts.settings?.get('min.insync.replicas') ?? 1);
  const inSync = Math.min(...facts.partitions.map((partition) => partition.inSync.length));
  if (inSync < least) {
    findings.push({
      area: 'topics',
      level: 'problem',
      says: `${topic} has ${inSync} replicas in sync and needs ${least} (min.insync.replicas) to be written.`,
      cure: 'Start the brokers that hold its replicas, or give it more of them.',
    });
  }
  const { brokers } = await inspection.cluster();
  if (copies === 1 && brokers.length > 1) {
    findings.push({
      area: 'topics',
      level: 'warning',
      says: `${topic} has one replica on ${brokers.length} brokers.`,
      means: 'If that broker is lost, so are the checkpoints in it.',
      cure: 'Raise default.replication.factor before the first start, or reassign the topic.',
    });
  }
  return findings.length > 0
    ? findings
    : [{ area: 'topics', level: 'ok', says: `${topic} can be written: ${counted(copies, 'replica')}.` }];
}

export function lacks(allowed: Allowed, operation: Operation): boolean {
  return allowed !== undefined && !allowed.has(operation);
}

function forbidden(topic: string, as: string, operation: Operation, { user, address }: KafkaInspection): Finding {
  const who = user === undefined ? 'This client' : `User "${user}"`;
  return {
    area: 'topics',
    level: 'problem',
    says: `${who} may not ${operation} topic "${topic}" of ${address} (${as}), if it is there at all.`,
    cure: `kafka-acls.sh --bootstrap-server HOST:PORT --add --allow-principal User:${user ?? 'NAME'} --operation ${operation} --topic '${topic}'`,
    code: 'log-forbidden',
  };
}
