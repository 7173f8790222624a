// The archiver killed at each of its crash points, on the built-in log and a folder.
import { openArchive } from '@parallax/platform';
import { testKills } from './testing/kills.ts';

testKills({
  prefix: '',
  log: (folder) => `embedded:${folder}/log`,
  archive: (folder, name) => `file:${folder}/${name}`,
  open: openArchive,
  env: process.env,
});
