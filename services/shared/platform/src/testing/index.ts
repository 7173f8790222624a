// The door of @parallax/platform/testing: behaving doubles and conformance suites.

export type { TransactionalProducer } from '../log/kafka/consuming/testing/transactions.ts';
export {
  addPartitions,
  createTopic,
  deleteBelow,
  put as putIn,
  transactionalProducer,
} from '../log/kafka/consuming/testing/transactions.ts';
export type { ArchiveUnderTest } from './describe-archive.ts';
export { describeArchive } from './describe-archive.ts';
export type { LogSubject } from './describe-event-log.ts';
export { describeEventLog } from './describe-event-log.ts';
export { experimentFile } from './experiment-file.ts';
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
export type { NewSchema, RegistryStub } from './registry-stub.ts';
export { registryStub } from './registry-stub.ts';
export type { S3Fault, S3Faults, S3Step } from './s3-faults.ts';
export { s3Faults } from './s3-faults.ts';
export type { S3Subject } from './s3-subject.ts';
export { s3Options, s3Subject, withoutLitter } from './s3-subject.ts';
export { startClickHouse } from './servers/clickhouse/clickhouse.ts';
export type { ClickHouseOptions, RunningClickHouse } from './servers/clickhouse/options.ts';
export { describeOn, servers } from './servers/describe-on.ts';
export type { FaultKind, FaultOptions, FaultProxy } from './servers/fault-proxy.ts';
export { faultProxy, httpAnswer } from './servers/fault-proxy.ts';
export { jarsOf } from './servers/java.ts';
export { startKafka } from './servers/kafka/kafka.ts';
export type { KafkaNode, KafkaOptions, KafkaSecurity, RunningKafka } from './servers/kafka/options.ts';
export type { RunningRegistry } from './servers/registry/registry.ts';
export { startRegistry } from './servers/registry/registry.ts';
export type { RunningS3, S3Options } from './servers/s3/options.ts';
export { startS3 } from './servers/s3/s3.ts';
export type { Part, Running, SharedServers } from './servers/start-shared.ts';
export type { MachineAround } from './simulator/machine.ts';
export { SimulatedMachine } from './simulator/machine.ts';
export { consult, expectedColumn, idOf } from './simulator/oracle.ts';
export { Random } from './simulator/random.ts';
export type { Scenario } from './simulator/scenario.ts';
export { planScenario } from './simulator/scenario.ts';
export type { Step } from './simulator/scheduler.ts';
export { Scheduler, settled } from './simulator/scheduler.ts';
export type { SimulationReport } from './simulator/simulate.ts';
export { simulate } from './simulator/simulate.ts';
export type { StoppedStart, StoppedStartsOptions, World } from './stopped-starts.ts';
export { stoppedStarts } from './stopped-starts.ts';
export { describeStore, HOSTILE_STRINGS } from './store-conformance.ts';
export { differenceRow, ledgerRow, pairRow } from './store-rows.ts';
export type { StoreSnapshot } from './store-snapshot.ts';
export { storeSnapshot } from './store-snapshot.ts';
export type { Shown, StoreSubject, View } from './store-subject.ts';
export { memorySubject, sqlSubject } from './store-subject.ts';
