// The door of @parallax/standalone.
export { parseFrom } from '@parallax/comparator';
export type { DemoSettings } from './demo/demo.ts';
export { runDemo } from './demo/demo.ts';
export type { Standalone, StandaloneOptions, StandalonePorts } from './pipeline.ts';
export { startStandalone } from './pipeline.ts';
export type { BuildSettings, RunningBuild, ShellBuild, StartBuild } from './replay/build.ts';
export { buildEnvironment, shellBuild } from './replay/build.ts';
export type {
  ReplayingRun,
  ReplayRunOptions,
  ReplayRunPorts,
  ReplayRunProgress,
  ReplayRunResult,
} from './replay/replaying.ts';
export { buildSettings, startReplayRun } from './replay/run.ts';
export type { StopRules } from './replay/stop-rules.ts';
export type { RunSettings } from './run.ts';
export { runStandalone } from './run.ts';
