// The door of @parallax/platform/testing: behaving doubles and conformance suites.

export type { RecordingTelemetry } from './recording-telemetry.ts';
export { recordingTelemetry } from './recording-telemetry.ts';
