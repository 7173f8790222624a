// The demo's fixed numbers and names.
import { fileURLToPath } from 'node:url';

export const EXPERIMENT_FILE = fileURLToPath(new URL('./experiment.yaml', import.meta.url));

/** Documents fed, of those found; a steady number keeps the demo's length steady. */
export const DOCUMENTS = 240;
export const PER_SECOND = 20;
export const PARTITIONS = 2;
/** So that the screen can show the archive grow; production is in less of a hurry. Milliseconds. */
export const ARCHIVED_WITHIN = { quietMs: 300, maxAgeMs: 1000 };
export const SEED = 42;
/** The planned faults are among the first documents, so that all of them are judged before build A is shut down. */
export const FAULTY_SHARE = 0.35;
/** Build A is shut down midway, once the planned faults have been judged, and at the latest here. */
export const SHUTDOWN_FROM = 0.55;
export const SHUTDOWN_BY = 0.85;
/** Name of the replay that feeds the backlog to build B. */
export const REPLAY_RUN = 'build-b';

export const SYSTEMS = {
  legacy: 'marked 4.3.0, as it has been running',
  a: 'marked 18.2.1, with its defaults',
  b: 'marked 18.2.1 with the heading-id plugin and an option that escapes text as before',
} as const;

/** Where the demo's log, store and archive are; what is left out lies in its folder. */
export interface DemoAddresses {
  readonly log?: string;
  readonly store?: string;
  readonly archive?: string;
}

export interface DemoFolders {
  readonly root: string;
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly state: string;
  readonly faults: string;
  readonly logs: string;
}

export function demoFolders(root: string, elsewhere: DemoAddresses = {}): DemoFolders {
  return {
    root,
    log: elsewhere.log ?? `embedded:${root}/log`,
    store: elsewhere.store ?? `chdb:${root}/store`,
    archive: elsewhere.archive ?? `file:${root}/archive`,
    state: `${root}/demo.json`,
    faults: `${root}/faults.json`,
    logs: `${root}/demo.log`,
  };
}
