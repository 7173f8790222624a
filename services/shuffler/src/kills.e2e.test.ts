// The shuffler killed at each of its crash points, on the built-in log.
import { testKills } from './testing/kills.ts';

testKills({ prefix: '', env: (folder) => ({ ...process.env, PARALLAX_LOG: `embedded:${folder}/log` }) });
