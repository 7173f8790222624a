// The brokers, and what they let this user do.
import { MAX_COMMIT_METADATA } from '@parallax/core';
import type { BrokerFacts, ClusterFacts, KafkaInspection } from '@parallax/platform';
import type { Check, Finding } from './finding.ts';

const A_DAY_MINUTES = 24 * 60;

export function clusterChecks(
  inspection: KafkaInspection,
  settings: { readonly metadataBytes: number; readonly lateMs: number },
): readonly Check[] {
  return [
    { area: 'log', what: 'The cluster', look: async () => clusterFindings(await inspection.cluster(), inspection) },
    {
      area: 'log',
      what: 'The settings of the brokers',
      look: async () => settingFindings(await inspection.brokerSettings(), inspection, settings),
    },
  ];
}

function clusterFindings({ brokers }: ClusterFacts, { address, user }: KafkaInspection): readonly Finding[] {
  const reached = brokers.filter(({ unreachable }) => unreachable === undefined);
  const versions = [...new Set(reached.map(({ since }) => since))].toSorted().join(', ');
  const who = user === undefined ? '' : ` as user "${user}"`;
  return [
    {
      area: 'log',
      level: 'ok',
      says: `${address} answers${who}: ${reached.length} of ${brokers.length} brokers, which speak the protocol of Kafka ${versions} or newer.`,
    },
    ...brokers.filter(({ unreachable }) => unreachable !== undefined).map(unreached),
  ];
}

function unreached({ id, address, unreachable }: BrokerFacts): Finding {
  return {
    area: 'log',
    level: 'problem',
    says: `Broker ${id} cannot be used at ${address}, the address it tells its clients: ${unreachable?.message}`,
    means: 'Partitions it leads can be neither read nor written from here.',
    ...(unreachable?.cure === undefined ? {} : { cure: unreachable.cure }),
    code: 'log-unreachable',
  };
}

function settingFindings(
  settings: ReadonlyMap<string, string> | undefined,
  { user }: KafkaInspection,
  { metadataBytes, lateMs }: { readonly metadataBytes: number; readonly lateMs: number },
): readonly Finding[] {
  if (settings === undefined) {
    return [
      {
        area: 'log',
        level: 'note',
        says: 'The settings of the brokers may not be read, so offset.metadata.max.bytes and offsets.retention.minutes were not looked at.',
        means: `A commit carries up to ${metadataBytes} bytes; brokers take ${MAX_COMMIT_METADATA} unless they were told otherwise.`,
        cure: `kafka-acls.sh --bootstrap-server HOST:PORT --add --allow-principal User:${user ?? 'NAME'} --operation DescribeConfigs --cluster`,
      },
    ];
  }
  const findings: Finding[] = [];
  const metadata = Number(settings.get('offset.metadata.max.bytes') ?? Number.NaN);
  if (metadata < metadataBytes) {
    findings.push({
      area: 'log',
      level: 'problem',
      says: `The brokers take ${metadata} bytes beside a commit (offset.metadata.max.bytes); a checkpoint may have ${metadataBytes}.`,
      means: 'Commits would be refused once many pairs are open.',
      cure: `Set PARALLAX_COMMIT_METADATA_BYTES=${metadata}, or raise offset.metadata.max.bytes to ${MAX_COMMIT_METADATA}.`,
    });
  }
  const minutes = Number(settings.get('offsets.retention.minutes') ?? Number.NaN);
  if (minutes < Math.max(A_DAY_MINUTES, lateMs / 60_000)) {
    findings.push({
      area: 'log',
      level: 'warning',
      says: `Commits of a group without members are forgotten after ${minutes} minutes (offsets.retention.minutes).`,
      means: 'A comparator that is stopped for longer begins anew.',
      cure: 'Raise offsets.retention.minutes; 10080, seven days, is the default.',
    });
  }
  return findings;
}
