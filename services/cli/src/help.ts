// What stands under a command's `--help`, within the width of the terminal: the environment of a cluster, and examples.
import type { Command } from 'commander';

const LOG_ENVIRONMENT = [
  'PARALLAX_LOG_TLS on|off',
  'PARALLAX_LOG_CA_FILE',
  'PARALLAX_LOG_CERT_FILE',
  'PARALLAX_LOG_KEY_FILE',
  'PARALLAX_LOG_SASL off|plain|scram-sha-256|scram-sha-512|oauthbearer',
  'PARALLAX_LOG_USER',
  'PARALLAX_LOG_PASSWORD(_FILE)',
  'PARALLAX_LOG_TOKEN_URL',
  'PARALLAX_LOG_TOKEN_SCOPE',
  'PARALLAX_LOG_TOKEN_FILE',
  'PARALLAX_LOG_COMPRESSION none|gzip|snappy|lz4|zstd',
  'PARALLAX_LOG_SESSION_MS',
];

const STORE_ENVIRONMENT = [
  'PARALLAX_STORE_PASSWORD(_FILE)',
  'PARALLAX_STORE_CA_FILE',
  'PARALLAX_STORE_CLUSTER',
  'PARALLAX_STORE_QUORUM auto|NUMBER',
];

const ARCHIVE_ENVIRONMENT = [
  'AWS_ENDPOINT_URL_S3',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_PROFILE',
  'NODE_EXTRA_CA_CERTS',
];

const EXPERIMENT_ENVIRONMENT = [
  'PARALLAX_PRIVACY_KEY(_FILE)',
  'PARALLAX_REGISTRY_USER',
  'PARALLAX_REGISTRY_PASSWORD(_FILE)',
  'PARALLAX_REGISTRY_TOKEN(_FILE)',
  'PARALLAX_REGISTRY_CA(_FILE)',
];

const DEFAULT_WIDTH = 80;

/** Adds an "Examples:" section; each example is a line as a person would type it, and what it does. */
export function withExamples(command: Command, examples: readonly (readonly [line: string, does: string])[]): Command {
  const takes = (name: string) => command.options.some(({ long }) => long === name);
  return command.configureHelp({ commandDescription: flowing }).addHelpText('after', () => {
    const width = command.configureOutput().getOutHelpWidth?.() ?? DEFAULT_WIDTH;
    return [
      ...(takes('--log') ? listed('Environment, for a log on Kafka (docs/kafka.md):', LOG_ENVIRONMENT, width) : []),
      ...(takes('--store')
        ? listed('Environment, for a store on ClickHouse (docs/clickhouse.md):', STORE_ENVIRONMENT, width)
        : []),
      ...(takes('--archive')
        ? listed('Environment, for an archive on S3 (docs/s3.md):', ARCHIVE_ENVIRONMENT, width)
        : []),
      ...(readsExperiment(command)
        ? listed('Environment, where the file has `privacy` or a `registry`:', EXPERIMENT_ENVIRONMENT, width)
        : []),
      '',
      'Examples:',
      ...side(examples, width),
    ].join('\n');
  });
}

function readsExperiment({ registeredArguments }: Command): boolean {
  return registeredArguments.some(({ description }) => /^the experiment.*YAML/.test(description));
}

/** Broken where the terminal ends, and nowhere else. */
function flowing(command: Command): string {
  return command.description().replaceAll('\n', ' ');
}

function listed(title: string, entries: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const [i, entry] of entries.entries()) {
    const said = i < entries.length - 1 ? `${entry},` : entry;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + said.length <= width) lines[lines.length - 1] = `${last} ${said}`;
    else lines.push(`  ${said}`);
  }
  return ['', title, ...lines];
}

/** Beside each other where that fits; otherwise what an example does stands below it. */
function side(examples: readonly (readonly [line: string, does: string])[], width: number): string[] {
  const longest = Math.max(...examples.map(([line]) => line.length));
  const fits = examples.every(([, does]) => longest + 5 + does.length <= width);
  return examples.flatMap(([line, does]) =>
    fits ? [`  ${line.padEnd(longest)}   ${does}`] : [`  ${line}`, `      ${does}`],
  );
}
