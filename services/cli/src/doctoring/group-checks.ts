// Consumer groups: ours, and the candidate's, which is the evidence of what it has read.
import type { Experiment } from '@parallax/core';
import type { KafkaInspection } from '@parallax/platform';
import type { Check, Finding } from './finding.ts';
import { groupOf } from './subject.ts';
import { lacks } from './topic-checks.ts';

export function groupChecks(
  inspection: KafkaInspection,
  experiment: Experiment,
  ends: (topic: string) => Promise<ReadonlyMap<number, number>>,
): readonly Check[] {
  const group = groupOf(experiment);
  return [
    { area: 'groups', what: `The group ${group}`, look: () => ourGroup(inspection, group) },
    { area: 'groups', what: "The candidate's group", look: () => candidateGroup(inspection, experiment, ends) },
  ];
}

async function ourGroup(inspection: KafkaInspection, group: string): Promise<readonly Finding[]> {
  const { state, members, allowed } = await inspection.group(group);
  if (lacks(allowed, 'Read')) return [forbidden(inspection, group, 'Read')];
  if (members === 0) {
    const says =
      state === 'Dead' ? `Group ${group} can be used: a first start.` : `Group ${group} can be used: it goes on.`;
    return [{ area: 'groups', level: 'ok', says }];
  }
  const says = `Group ${group} has ${members} members: a comparator of this experiment is running.`;
  return [{ area: 'groups', level: 'note', says, means: 'Another one shares its partitions with it.' }];
}

async function candidateGroup(
  inspection: KafkaInspection,
  { candidate, input }: Experiment,
  ends: (topic: string) => Promise<ReadonlyMap<number, number>>,
): Promise<readonly Finding[]> {
  const reads = candidate.input ?? input?.topic;
  const { group } = candidate;
  if (group === undefined || reads === undefined) {
    return [
      {
        area: 'groups',
        level: 'note',
        says: `The experiment names no ${group === undefined ? '`candidate.group`' : '`input`'}.`,
        means:
          'Whether a candidate that is silent is slow or has no answer can only be told by the lag of recent pairs.',
        cure: 'Name the consumer group the candidate reads with, and the input topic.',
      },
    ];
  }
  const { state, members, allowed } = await inspection.group(group);
  if (lacks(allowed, 'Describe')) return [forbidden(inspection, group, 'Describe')];
  if (state === 'Dead') {
    return [
      {
        area: 'groups',
        level: 'warning',
        says: `There is no consumer group "${group}" (candidate.group).`,
        means: 'Until it commits, nothing the candidate does not answer is called missing.',
        cure: 'Correct the name, or start the candidate.',
        code: 'no-group',
      },
    ];
  }
  const commits = await inspection.committed(group, [reads]);
  if (commits.length === 0) {
    return [
      {
        area: 'groups',
        level: 'warning',
        says: `Group "${group}" has committed nothing on ${reads}.`,
        means: 'Until it does, nothing the candidate does not answer is called missing.',
        cure: 'Does the candidate read another topic (candidate.input), or not commit at all?',
        code: 'no-commits',
      },
    ];
  }
  const at = await ends(reads);
  const lag = commits.reduce(
    (sum, { partition, offset }) => sum + Math.max(0, (at.get(partition) ?? offset) - offset),
    0,
  );
  const uncommitted = at.size - commits.length;
  const findings: Finding[] = [
    {
      area: 'groups',
      level: members === 0 ? 'warning' : 'ok',
      says: `Group "${group}" (the candidate) is ${lag.toLocaleString('en')} records behind on ${reads}, with ${members} members.`,
      ...(members === 0 ? { means: 'It does not run now.', cure: 'Start the candidate.' } : {}),
    },
  ];
  if (uncommitted > 0) {
    findings.push({
      area: 'groups',
      level: 'note',
      says: `It has committed nothing on ${uncommitted} partitions of ${reads}.`,
    });
  }
  if (candidate.input === undefined) {
    findings.push({
      area: 'groups',
      level: 'note',
      says: `The candidate reads ${reads} itself.`,
      means: 'Turning it off is up to whoever runs it: no mirror stands between.',
    });
  }
  return findings;
}

function forbidden({ user, address }: KafkaInspection, group: string, operation: string): Finding {
  const who = user === undefined ? 'This client' : `User "${user}"`;
  return {
    area: 'groups',
    level: 'problem',
    says: `${who} may not ${operation} group "${group}" of ${address}.`,
    cure: `kafka-acls.sh --bootstrap-server HOST:PORT --add --allow-principal User:${user ?? 'NAME'} --operation ${operation} --group '${group}'`,
    code: 'log-forbidden',
  };
}
