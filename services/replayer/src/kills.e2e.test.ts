// The replayer killed at each of its crash points, on the built-in log and store and a folder.
import { openArchive } from '@parallax/platform';
import { testKills } from './testing/kills.ts';

testKills({
  prefix: '',
  open: openArchive,
  env: (folder) => ({
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_ARCHIVE: `file:${folder}/archive`,
    PARALLAX_STORE: `chdb:${folder}/store`,
  }),
});
