// The embedded log against the suite of all event logs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEventLog } from '../../testing/describe-event-log.ts';
import { openEmbeddedLog } from './log.ts';

describeEventLog('the embedded log', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parallax-log-'));
  const log = await openEmbeddedLog({ directory, clock: Date.now });
  return {
    log,
    clock: Date.now,
    exclusiveGroups: true,
    connect: () => openEmbeddedLog({ directory }),
    async close() {
      await log.close();
      await rm(directory, { recursive: true });
    },
  };
});
