// The door of @parallax/standalone.
export { parseFrom } from './config.ts';
export type { DemoSettings } from './demo/demo.ts';
export { runDemo } from './demo/demo.ts';
export type { Standalone, StandaloneOptions, StandalonePorts } from './pipeline.ts';
export { startStandalone } from './pipeline.ts';
export type { RunSettings } from './run.ts';
export { runStandalone } from './run.ts';
