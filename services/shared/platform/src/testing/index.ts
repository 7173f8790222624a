// The door of @parallax/platform/testing: behaving doubles and conformance suites.

export type { ArchiveUnderTest } from './describe-archive.ts';
export { describeArchive } from './describe-archive.ts';
export type { LogSubject } from './describe-event-log.ts';
export { describeEventLog } from './describe-event-log.ts';
export type { MemoryArchive } from './memory-archive.ts';
export { memoryArchive } from './memory-archive.ts';
export type { MemoryLog, MemoryLogOptions } from './memory-log/log.ts';
export { memoryLog } from './memory-log/log.ts';
export type { HeldWrite, MemoryStore, MemoryStoreOptions, WriteFate } from './memory-store.ts';
export { memoryStore } from './memory-store.ts';
export type { MixedTraffic, Traffic } from './mixed-traffic.ts';
export { mixedTraffic, TRAFFIC_BEGINS, TRAFFIC_LATE_MS } from './mixed-traffic.ts';
export type { Ended, ProcessUnderTest } from './process.ts';
export { runProcess, startProcess } from './process.ts';
export type { RecordingTelemetry } from './recording-telemetry.ts';
export { recordingTelemetry } from './recording-telemetry.ts';
export type { SimulationReport } from './simulator/simulate.ts';
export { simulate } from './simulator/simulate.ts';
export { describeStore, HOSTILE_STRINGS } from './store-conformance.ts';
export { differenceRow, ledgerRow, pairRow } from './store-rows.ts';
export type { StoreSnapshot } from './store-snapshot.ts';
export { storeSnapshot } from './store-snapshot.ts';
export type { Shown, StoreSubject, View } from './store-subject.ts';
export { memorySubject, sqlSubject } from './store-subject.ts';
