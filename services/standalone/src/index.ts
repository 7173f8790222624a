// The door of @parallax/standalone.
export { parseFrom } from './config.ts';
export type { Standalone, StandaloneOptions, StandalonePorts } from './pipeline.ts';
export { startStandalone } from './pipeline.ts';
export type { RunSettings } from './run.ts';
export { runStandalone } from './run.ts';
