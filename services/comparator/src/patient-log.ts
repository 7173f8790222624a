// A log of which every call is repeated until it succeeds: for what is asked before anything runs, and while the joins of an
// assignment are opened. To append twice must do no harm there.
import type { EventLog } from '@parallax/core';

export type PatientLog = Pick<
  EventLog,
  'address' | 'append' | 'ensureTopic' | 'extents' | 'offsetsAt' | 'read' | 'topics'
>;

/** @param patiently tells of failures that may pass, waits, and tries again, until this is stopped */
export function patientLog(log: PatientLog, patiently: <T>(work: () => Promise<T>) => Promise<T>): PatientLog {
  return {
    address: log.address,
    append: (topic, records) => patiently(() => log.append(topic, records)),
    ensureTopic: (spec) => patiently(() => log.ensureTopic(spec)),
    extents: (topics) => patiently(() => log.extents(topics)),
    offsetsAt: (topic, timestamp) => patiently(() => log.offsetsAt(topic, timestamp)),
    read: (topic, partition, offset, limit) => patiently(() => log.read(topic, partition, offset, limit)),
    topics: () => patiently(() => log.topics()),
  };
}
