// The options services have in common: said once, so that one variable means the same everywhere.
import type { Level } from '../telemetry/logger.ts';
import { oneOf, option, text } from './options.ts';

export const LOG_OPTION = option({
  name: 'log',
  env: 'PARALLAX_LOG',
  doc: 'event log both systems publish to',
  default: 'embedded:.parallax/log',
  parse: text,
});

export const STORE_OPTION = option({
  name: 'store',
  env: 'PARALLAX_STORE',
  doc: 'divergence store the judged pairs and the list of runs are kept in',
  default: 'chdb:.parallax/store',
  parse: text,
});

export const STORE_PASSWORD_OPTION = option({
  name: 'store password',
  env: 'PARALLAX_STORE_PASSWORD',
  doc: 'password of the user in the address of a ClickHouse server',
  default: '',
  secret: true,
  parse: text,
});

export const PRIVACY_KEY_OPTION = option({
  name: 'privacy key',
  env: 'PARALLAX_PRIVACY_KEY',
  doc: 'key of the hashes that `privacy: hmac` shows instead of values; with another key the same values look different',
  default: '',
  secret: true,
  parse: privacyKey,
});

/** Guessing keys is how a keyed hash is undone. */
function privacyKey(value: string): string {
  if (Buffer.byteLength(value) < 16) throw new Error('at least 16 bytes, as `openssl rand -hex 32` gives them');
  return value;
}

export const ARCHIVE_OPTION = option({
  name: 'archive',
  env: 'PARALLAX_ARCHIVE',
  doc: 'archive all traffic is kept in, file:DIR or s3://BUCKET/PREFIX',
  default: 'file:.parallax/archive',
  parse: text,
});

export const LOG_LEVEL_OPTION = option<Level>({
  name: 'logLevel',
  env: 'PARALLAX_LOG_LEVEL',
  doc: 'least level of the lines logged',
  default: 'info',
  parse: oneOf('debug', 'info', 'warn', 'error'),
});

export const CRASH_AT_OPTION = option({
  name: 'crashAt',
  env: 'PARALLAX_CRASH_AT',
  doc: 'for tests: the crash point at which the process kills itself, `name` or `name:n` for the n-th time',
  default: '',
  parse: text,
});
