// Examples under a command's `--help`.
import type { Command } from 'commander';

const LOG_ENVIRONMENT = `
Environment, for a log on Kafka (docs/kafka.md):
  PARALLAX_LOG_TLS on|off, PARALLAX_LOG_CA_FILE, PARALLAX_LOG_CERT_FILE, PARALLAX_LOG_KEY_FILE,
  PARALLAX_LOG_SASL off|plain|scram-sha-256|scram-sha-512|oauthbearer, PARALLAX_LOG_USER, PARALLAX_LOG_PASSWORD(_FILE),
  PARALLAX_LOG_TOKEN_URL, PARALLAX_LOG_TOKEN_SCOPE, PARALLAX_LOG_TOKEN_FILE,
  PARALLAX_LOG_COMPRESSION none|gzip|snappy|lz4|zstd, PARALLAX_LOG_SESSION_MS
`;

/** Adds an "Examples:" section; each example is a line as a person would type it, and what it does. */
export function withExamples(command: Command, examples: readonly (readonly [line: string, does: string])[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length));
  const lines = examples.map(([line, does]) => `  ${line.padEnd(width)}   ${does}`);
  const withLog = command.options.some(({ long }) => long === '--log');
  return command.addHelpText('after', `${withLog ? LOG_ENVIRONMENT : ''}\nExamples:\n${lines.join('\n')}`);
}
