// How a Kafka cluster is reached safely: TLS and SASL, as KafkaJS wants them.
import { Fault } from '@parallax/core';
import type { KafkaConfig } from 'kafkajs';
import { tokenFrom } from './token.ts';

export type SaslMechanism = 'off' | 'plain' | 'scram-sha-256' | 'scram-sha-512' | 'oauthbearer';

/** Every field may be left out or empty: then it is not used. */
export interface KafkaSecurity {
  readonly logTls?: 'off' | 'on';
  /** PEM of the authority that signed the brokers' certificates; default: those Node trusts. */
  readonly logCa?: string;
  /** PEM of our own certificate and its key, where the brokers ask for one. */
  readonly logCert?: string;
  readonly logKey?: string;
  readonly logSasl?: SaslMechanism;
  /** With oauthbearer and a token endpoint: the client's id. */
  readonly logUser?: string;
  /** With oauthbearer and a token endpoint: the client's secret. */
  readonly logPassword?: string;
  /** The OAuth token endpoint, asked with the client credentials grant (RFC 6749, 4.4). */
  readonly logTokenUrl?: string;
  readonly logTokenScope?: string;
  /** A file that holds the token and is read again when one is needed; instead of an endpoint. */
  readonly logTokenFile?: string;
}

/** @throws Fault `log-security`: options that do not go together, all named at once. */
export function securityOf(options: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  const faults = [...tlsFaults(options), ...saslFaults(options)];
  if (faults.length > 0) {
    throw new Fault(`The log's security options do not go together: ${faults.join('; ')}.`, {
      code: 'log-security',
      cure: 'Set or unset the variables named above; docs/kafka.md shows each combination.',
    });
  }
  const sasl = saslOf(options);
  return { ...(options.logTls === 'on' ? { ssl: tlsOf(options) } : {}), ...(sasl === undefined ? {} : { sasl }) };
}

function tlsFaults({ logTls, logCa, logCert, logKey }: KafkaSecurity): string[] {
  const faults: string[] = [];
  const given = [logCa && 'PARALLAX_LOG_CA', logCert && 'PARALLAX_LOG_CERT', logKey && 'PARALLAX_LOG_KEY'];
  const named = given.filter((name) => Boolean(name));
  if (logTls !== 'on' && named.length > 0) faults.push(`${named.join(', ')} need PARALLAX_LOG_TLS=on`);
  if (Boolean(logCert) !== Boolean(logKey)) faults.push('PARALLAX_LOG_CERT and PARALLAX_LOG_KEY go together');
  return faults;
}

function saslFaults(options: KafkaSecurity): string[] {
  const { logSasl = 'off', logUser, logPassword, logTokenUrl, logTokenFile } = options;
  const faults: string[] = [];
  const token = [logTokenUrl && 'PARALLAX_LOG_TOKEN_URL', logTokenFile && 'PARALLAX_LOG_TOKEN_FILE'].filter(Boolean);
  if (logSasl === 'off') {
    if (logUser || logPassword) faults.push('PARALLAX_LOG_USER and PARALLAX_LOG_PASSWORD need PARALLAX_LOG_SASL');
    if (token.length > 0) faults.push(`${token.join(', ')} need PARALLAX_LOG_SASL=oauthbearer`);
    return faults;
  }
  if (logSasl === 'oauthbearer') {
    if (token.length !== 1) {
      faults.push('oauthbearer needs either PARALLAX_LOG_TOKEN_URL or PARALLAX_LOG_TOKEN_FILE');
    }
    if (logTokenUrl && !(logUser && logPassword)) {
      faults.push(
        "PARALLAX_LOG_TOKEN_URL needs the client's id in PARALLAX_LOG_USER and its secret in PARALLAX_LOG_PASSWORD",
      );
    }
    return faults;
  }
  if (token.length > 0) faults.push(`${token.join(', ')} need PARALLAX_LOG_SASL=oauthbearer, not ${logSasl}`);
  if (!logUser) faults.push(`${logSasl} needs PARALLAX_LOG_USER`);
  if (!logPassword) faults.push(`${logSasl} needs PARALLAX_LOG_PASSWORD or PARALLAX_LOG_PASSWORD_FILE`);
  return faults;
}

function tlsOf({ logCa, logCert, logKey }: KafkaSecurity): NonNullable<Exclude<KafkaConfig['ssl'], boolean>> {
  return { ...(logCa ? { ca: logCa } : {}), ...(logCert && logKey ? { cert: logCert, key: logKey } : {}) };
}

function saslOf(options: KafkaSecurity): KafkaConfig['sasl'] {
  const { logSasl = 'off', logUser = '', logPassword = '' } = options;
  if (logSasl === 'off') return undefined;
  if (logSasl === 'oauthbearer') return { mechanism: logSasl, oauthBearerProvider: tokenFrom(options) };
  const login = { username: logUser, password: logPassword };
  switch (logSasl) {
    case 'plain':
      return { mechanism: 'plain', ...login };
    case 'scram-sha-256':
      return { mechanism: 'scram-sha-256', ...login };
    case 'scram-sha-512':
      return { mechanism: 'scram-sha-512', ...login };
  }
}
