// The environment variables there are. One that is misspelt does nothing, which nobody would see: so it is told.
import { suggest } from '@parallax/core';
import type { Logger } from '../telemetry/logger.ts';
import type { Environment } from './options.ts';

/** Of processes and commands; each also as NAME_FILE. A test holds them against the options there are. */
export const VARIABLES = [
  'PARALLAX_ARCHIVE',
  'PARALLAX_ARCHIVE_CODEC',
  'PARALLAX_CHUNK_BYTES',
  'PARALLAX_CHUNK_RECORDS',
  'PARALLAX_COMMIT_METADATA_BYTES',
  'PARALLAX_CRASH_AT',
  'PARALLAX_CUT_MS',
  'PARALLAX_DEMO_FOLDER',
  'PARALLAX_DEMO_TIMINGS',
  'PARALLAX_GROUP',
  'PARALLAX_INPUT',
  'PARALLAX_LOG',
  'PARALLAX_LOG_CA',
  'PARALLAX_LOG_CERT',
  'PARALLAX_LOG_COMPRESSION',
  'PARALLAX_LOG_KEY',
  'PARALLAX_LOG_LEVEL',
  'PARALLAX_LOG_PASSWORD',
  'PARALLAX_LOG_SASL',
  'PARALLAX_LOG_SESSION_MS',
  'PARALLAX_LOG_TLS',
  'PARALLAX_LOG_TOKEN_FILE',
  'PARALLAX_LOG_TOKEN_SCOPE',
  'PARALLAX_LOG_TOKEN_URL',
  'PARALLAX_LOG_USER',
  'PARALLAX_OUTPUT',
  'PARALLAX_PRIVACY_KEY',
  'PARALLAX_REGISTRY_CA',
  'PARALLAX_REGISTRY_PASSWORD',
  'PARALLAX_REGISTRY_TOKEN',
  'PARALLAX_REGISTRY_USER',
  'PARALLAX_REPLAY_ALLOW',
  'PARALLAX_RUN',
  'PARALLAX_SAMPLE_MS',
  'PARALLAX_SHUFFLE_COMMIT_MS',
  'PARALLAX_SHUFFLE_PROGRESS_MS',
  'PARALLAX_STORE',
  'PARALLAX_STORE_CA',
  'PARALLAX_STORE_CLUSTER',
  'PARALLAX_STORE_PASSWORD',
  'PARALLAX_STORE_QUORUM',
  'PARALLAX_TAIL_MAX_AGE_MS',
  'PARALLAX_TAIL_QUIET_MS',
] as const;

/** Names that begin so are made by us for others, or belong to tests. */
const OTHERS = /^PARALLAX_(OUTPUT_|TEST_|DEMO_|CASES$)/;
/** What somebody may have meant as ours. */
const MEANT = /^PARR?A?LL?AX_/i;

export interface UnknownVariable {
  readonly name: string;
  /** As a sentence. */
  readonly message: string;
}

/** Variables that look like ours and are not; values are never shown. */
export function unknownVariables(environment: Environment): readonly UnknownVariable[] {
  const known = new Set<string>(VARIABLES.flatMap((name) => [name, `${name}_FILE`]));
  const rests = [...known].map((name) => name.replace(MEANT, ''));
  return Object.keys(environment)
    .filter((name) => environment[name] !== '' && MEANT.test(name) && !known.has(name) && !OTHERS.test(name))
    .sort()
    .map((name) => {
      const meant = suggest(name.replace(MEANT, ''), rests);
      const cure = meant === undefined ? '`--help` names those there are.' : `did you mean PARALLAX_${meant}?`;
      return { name, message: `The variable ${name} is not one of Parallax’s and has no effect: ${cure}` };
    });
}

/** Tells a process's operator. */
export function warnOfUnknown(environment: Environment, logger: Pick<Logger, 'warn'>): void {
  for (const { name, message } of unknownVariables(environment)) logger.warn({ variable: name }, message);
}
