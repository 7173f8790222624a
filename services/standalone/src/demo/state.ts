// How far the demo's story has come, in one small file, so that the next start goes on from there.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** `live`: both systems are compared; `off`: build A is shut down; `told`: the whole story has been told. */
const demoState = z.strictObject({
  phase: z.enum(['live', 'off', 'told']),
  /** Documents fed when build A was shut down. */
  fedAtShutdown: z.int().optional(),
});

export type DemoState = z.infer<typeof demoState>;

/** A file that cannot be read counts as none: the topics and groups know what has been done. */
export function readState(file: string): DemoState {
  try {
    return demoState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { phase: 'live' };
  }
}

export function writeState(file: string, state: DemoState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.next`, JSON.stringify(state));
  renameSync(`${file}.next`, file);
}
