// Looks at everything an experiment needs before it is started: each thing by itself, so that all that is wrong is told at once.
import { type EventLog, type Experiment, Fault } from '@parallax/core';
import {
  inspectLog,
  type KafkaInspection,
  type LogAccess,
  type OpenedSchemas,
  openLog,
  type StoreAccess,
} from '@parallax/platform';
import { clusterChecks } from './cluster-checks.ts';
import { type Check, examine, type Finding, findingOf } from './finding.ts';
import { groupChecks } from './group-checks.ts';
import { archiveChecks, machineChecks } from './place-checks.ts';
import { recordChecks } from './record-checks.ts';
import { registryChecks } from './registry-checks.ts';
import { storeChecks } from './store-checks.ts';
import { rolesOf } from './subject.ts';
import { absent, countFindings, topicChecks } from './topic-checks.ts';

export interface Patient {
  readonly experiment: Experiment;
  readonly log: string;
  readonly logAccess: LogAccess;
  readonly store: string;
  readonly storeAccess: StoreAccess;
  /** undefined: not looked at. */
  readonly archive: string | undefined;
  /** What a commit may carry beside its offset, as the comparator is told. */
  readonly metadataBytes: number;
  /** What records may be written with. */
  readonly schemas?: OpenedSchemas;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** In a fixed order: the log first. Rejects only for what is a bug. */
export async function examinePatient(patient: Patient): Promise<readonly Finding[]> {
  const { archive, experiment, store, storeAccess, now, schemas = {} } = patient;
  const [log, rest] = await Promise.all([
    logFindings(patient),
    examine([
      ...storeChecks(store, storeAccess),
      ...(archive === undefined ? [] : archiveChecks(archive, now)),
      ...machineChecks(experiment.budgets),
      ...registryChecks(schemas),
    ]),
  ]);
  return [...log, ...rest];
}

async function logFindings(patient: Patient): Promise<readonly Finding[]> {
  const { experiment, now, schemas = {} } = patient;
  let log: EventLog | undefined;
  let inspection: KafkaInspection | undefined;
  try {
    inspection = await inspectLog(patient.log, patient.logAccess);
    log = await openLog(patient.log, patient.logAccess);
    const settings = { metadataBytes: patient.metadataBytes, lateMs: experiment.window.lateMs };
    const opened = log;
    const records = (await areThere(opened, experiment))
      ? recordChecks(opened, inspection, experiment, now, schemas)
      : [];
    if (inspection === undefined) return await examine([folderCheck(opened, experiment), ...records]);
    return await examine([
      ...clusterChecks(inspection, settings),
      ...topicChecks(inspection, experiment, async () => (await opened.topics()).map(({ topic }) => topic)),
      ...records,
      ...groupChecks(inspection, experiment, async (topic) => {
        return new Map((await opened.extents([topic])).map(({ partition, end }) => [partition, end]));
      }),
    ]);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const means = 'Its topics, groups and records could not be looked at.';
    return [{ ...findingOf('log', error), means }];
  } finally {
    await Promise.all([log?.close(), inspection?.close()]);
  }
}

/** Records are looked at where both topics are there and may be read; why they are not is told by others. */
async function areThere(log: EventLog, experiment: Experiment): Promise<boolean> {
  const outputs = rolesOf(experiment).filter(({ side }) => side !== undefined);
  try {
    for (const { topic } of outputs) {
      const extents = await log.extents([topic]);
      for (const { partition, end } of extents.slice(0, 1)) await log.read(topic, partition, end, 1);
    }
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

/** A folder has neither brokers nor rights. */
function folderCheck(log: EventLog, experiment: Experiment): Check {
  return {
    area: 'topics',
    what: 'The topics',
    look: async () => {
      const known = new Map((await log.topics()).map(({ topic, partitions }) => [topic, partitions]));
      const roles = rolesOf(experiment);
      const missing = roles
        .filter(({ topic }) => !known.has(topic))
        .map((role) => absent(role, log.address, [...known.keys()]));
      const there = roles
        .filter(({ topic }) => known.has(topic))
        .map(({ topic, as }): Finding => {
          return { area: 'topics', level: 'ok', says: `${topic} (${as}) is there: ${known.get(topic)} partitions.` };
        });
      return [...missing, ...there, ...countFindings(experiment, (topic) => known.get(topic) ?? 0)];
    },
  };
}
