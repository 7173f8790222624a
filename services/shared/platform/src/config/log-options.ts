// How a service reaches its event log: the address, and what a Kafka cluster asks of those who come.
import type { Compression } from '../log/kafka/codecs.ts';
import { DEFAULT_TIMING } from '../log/kafka/consuming/timing.ts';
import type { SaslMechanism } from '../log/kafka/security.ts';
import { LOG_OPTION } from './common-options.ts';
import { integer, oneOf, option, text } from './options.ts';

/** Beside the address; docs/kafka.md shows which go together. */
export const LOG_ACCESS_OPTIONS = {
  logTls: option<'off' | 'on'>({
    name: 'logTls',
    env: 'PARALLAX_LOG_TLS',
    doc: 'whether the brokers are reached by TLS',
    default: 'off',
    parse: oneOf('off', 'on'),
  }),
  logCa: option({
    name: 'logCa',
    env: 'PARALLAX_LOG_CA',
    doc: "PEM of the authority that signed the brokers' certificates; without it, those Node trusts",
    default: '',
    parse: pem('CERTIFICATE'),
  }),
  logCert: option({
    name: 'logCert',
    env: 'PARALLAX_LOG_CERT',
    doc: 'PEM of the certificate shown to brokers that ask for one',
    default: '',
    parse: pem('CERTIFICATE'),
  }),
  logKey: option({
    name: 'logKey',
    env: 'PARALLAX_LOG_KEY',
    doc: 'PEM of the key of that certificate',
    default: '',
    secret: true,
    parse: pem('KEY'),
  }),
  logSasl: option<SaslMechanism>({
    name: 'logSasl',
    env: 'PARALLAX_LOG_SASL',
    doc: 'how this client logs in at the brokers',
    default: 'off',
    parse: oneOf('off', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'),
  }),
  logUser: option({
    name: 'logUser',
    env: 'PARALLAX_LOG_USER',
    doc: "user at the brokers; the client's id at a token endpoint",
    default: '',
    parse: text,
  }),
  logPassword: option({
    name: 'logPassword',
    env: 'PARALLAX_LOG_PASSWORD',
    doc: "password of that user; the client's secret at a token endpoint",
    default: '',
    secret: true,
    parse: text,
  }),
  logTokenUrl: option({
    name: 'logTokenUrl',
    env: 'PARALLAX_LOG_TOKEN_URL',
    doc: 'OAuth token endpoint, asked with the client credentials grant',
    default: '',
    parse: url,
  }),
  logTokenScope: option({
    name: 'logTokenScope',
    env: 'PARALLAX_LOG_TOKEN_SCOPE',
    doc: 'scope asked of the token endpoint',
    default: '',
    parse: text,
  }),
  logTokenFile: option({
    name: 'logTokenFile',
    env: 'PARALLAX_LOG_TOKEN_FILE',
    doc: 'file that holds the OAuth token and is read again whenever one is needed, in place of an endpoint',
    default: '',
    parse: text,
  }),
  logCompression: option<Compression>({
    name: 'logCompression',
    env: 'PARALLAX_LOG_COMPRESSION',
    doc: 'how records written to Kafka are packed; what is read may be packed in any of these ways',
    default: 'none',
    parse: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd'),
  }),
  logSessionMs: option({
    name: 'logSessionMs',
    env: 'PARALLAX_LOG_SESSION_MS',
    doc: "how long a group waits for a member on another machine that has gone silent; the brokers' group.min.session.timeout.ms and group.max.session.timeout.ms bound it",
    unit: 'ms',
    default: DEFAULT_TIMING.sessionMs,
    parse: integer(1_000, 1_800_000),
  }),
} as const;

export const LOG_OPTIONS = { log: LOG_OPTION, ...LOG_ACCESS_OPTIONS } as const;

function pem(what: 'CERTIFICATE' | 'KEY'): (value: string) => string {
  return (value) => {
    if (/-----BEGIN [A-Z ]+-----/.test(value) && value.includes(`${what}-----`)) return value;
    throw new Error(`a PEM (-----BEGIN … ${what}-----), or its file named by the variable with _FILE behind it`);
  };
}

function url(value: string): string {
  const protocol = URL.parse(value)?.protocol;
  if (protocol === 'https:' || protocol === 'http:') return value;
  throw new Error('an https:// address');
}
