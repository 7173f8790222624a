// The embedded engine passes the store's suite through the official client.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeStore } from '../testing/store-conformance.ts';
import { sqlSubject } from '../testing/store-subject.ts';
import { openStore } from './index.ts';

describeStore('embedded', { sql: true }, async () =>
  sqlSubject(await openStore(`chdb:${mkdtempSync(join(tmpdir(), 'parallax-store-'))}`)),
);
