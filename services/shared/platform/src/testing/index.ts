// The door of @parallax/platform/testing: behaving doubles and conformance suites.

export type { ArchiveUnderTest } from './describe-archive.ts';
export { describeArchive } from './describe-archive.ts';
export type { MemoryArchive } from './memory-archive.ts';
export { memoryArchive } from './memory-archive.ts';
export type { RecordingTelemetry } from './recording-telemetry.ts';
export { recordingTelemetry } from './recording-telemetry.ts';
