// How a process opens what it works with. Handed in, so that tests can have their own.
import { openArchive } from '../archive/open-archive.ts';
import { openLog } from '../log/index.ts';
import { openStore } from '../store/index.ts';

export interface Parts {
  readonly openLog: typeof openLog;
  readonly openStore: typeof openStore;
  readonly openArchive: typeof openArchive;
}

/** What addresses name. */
export const PARTS: Parts = { openLog, openStore, openArchive };
