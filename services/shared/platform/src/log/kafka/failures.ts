// Turns what goes wrong between us and the brokers into a Fault that says what, where, and what to do.
import { Fault } from '@parallax/core';
import { unknownTopic } from '../faults.ts';
import {
  CLUSTER_AUTHORIZATION_FAILED,
  GROUP_AUTHORIZATION_FAILED,
  INVALID_TIMESTAMP,
  ProtocolFailure,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
  UNSUPPORTED_VERSION,
} from './error-codes.ts';

/** What was being done; it completes the sentence "… while". */
export interface Doing {
  readonly what: string;
  readonly topic?: string;
  readonly group?: string;
  /** The operation of the ACL it takes. */
  readonly operation?: 'Read' | 'Write' | 'Create' | 'Delete' | 'Describe';
}

export interface Where {
  /** Without secrets. */
  readonly address: string;
  /** Who we say we are; undefined: whoever our certificate or address makes us. */
  readonly user: string | undefined;
}

const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)|CERT_(HAS_EXPIRED|NOT_YET_VALID|UNTRUSTED|REVOKED|SIGNATURE)|ALTNAME|INVALID_CA/;
/** Also what a broker does that stops during the handshake, so it is not taken as final. */
const BROKEN_HANDSHAKE = /before secure TLS connection/;
/** What a listener without SASL answers to a login. */
const NO_LOGIN = /not valid given the current SASL state/;
const NOT_TLS = /WRONG_VERSION_NUMBER|EPROTO|ERR_SSL|packet length too long/i;

interface ClientError extends Error {
  readonly code?: unknown;
  readonly type?: unknown;
  readonly broker?: unknown;
}

/** Whether the same request may succeed in a moment, to another broker or to this one. */
export function isPassing(error: unknown): boolean {
  if (error instanceof Fault) return error.retryable;
  if (error instanceof ProtocolFailure) return error.passing;
  if (!(error instanceof Error)) return false;
  const { code, name } = error as ClientError;
  if (name === 'KafkaJSConnectionError')
    return !UNTRUSTED.test(String(code)) && !NOT_TLS.test(`${code} ${error.message}`);
  return /^KafkaJS(ConnectionClosedError|RequestTimeoutError|LockTimeout|Timeout|BrokerNotFound)$/.test(name);
}

/** Who may make a topic has to write it, and what Parallax writes it reads: all of it at once, or it is one refusal after another. */
const MAKING = ['Write', 'Read', 'Create'];

export function faultOf(error: unknown, doing: Doing, where: Where): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof ProtocolFailure) return protocolFault(error, doing, where);
  if (error instanceof Error && error.name.startsWith('KafkaJS')) return clientFault(error, doing, where);
  const said = error instanceof Error ? error.message : String(error);
  return new Fault(`${where.address} failed while ${doing.what}: ${said}`, { code: 'log-failed', cause: error });
}

function protocolFault(error: ProtocolFailure, doing: Doing, where: Where): Fault {
  const { errorCode } = error;
  const topic = error.topic ?? doing.topic;
  switch (errorCode) {
    case TOPIC_AUTHORIZATION_FAILED:
      return forbidden(doing, where, 'topic', topic ?? '*', error);
    case GROUP_AUTHORIZATION_FAILED:
      return forbidden(doing, where, 'group', doing.group ?? '*', error);
    case CLUSTER_AUTHORIZATION_FAILED:
      return forbidden(doing, where, 'cluster', undefined, error);
    case UNKNOWN_TOPIC_OR_PARTITION:
      if (topic !== undefined) return unknownTopic(topic, where.address);
      break;
    case UNSUPPORTED_VERSION:
      return tooOld(where.address, error);
    case INVALID_TIMESTAMP:
      return new Fault(`Topic "${topic}" refuses the time of a record: ${error.message}`, {
        code: 'bad-timestamp',
        cure: "Raise the topic's message.timestamp.after.max.ms or message.timestamp.before.max.ms, or give the record no time.",
        cause: error,
      });
  }
  return new Fault(`${where.address} failed while ${doing.what}: ${error.message}`, {
    code: error.passing ? 'log-unavailable' : 'log-refused',
    ...(error.passing ? { cure: 'Wait until its brokers are back and in sync; nothing is lost meanwhile.' } : {}),
    retryable: error.passing,
    cause: error,
  });
}

function forbidden(
  doing: Doing,
  where: Where,
  kind: 'topic' | 'group' | 'cluster',
  name: string | undefined,
  cause: Error,
): Fault {
  const operation = kind === 'group' && doing.operation !== 'Delete' ? 'Read' : (doing.operation ?? 'Describe');
  const on = name === undefined ? 'the cluster' : `${kind} "${name}"`;
  const who = where.user === undefined ? 'This client' : `User "${where.user}"`;
  const principal = `User:${where.user ?? 'NAME'}`;
  const resource = name === undefined ? '--cluster' : `--${kind} '${name}'`;
  const operations = kind === 'topic' && operation === 'Create' ? MAKING : [operation];
  return new Fault(`${who} may not ${operation} on ${on} of ${where.address}, which ${doing.what} needs.`, {
    code: 'log-forbidden',
    cure: `Allow it: kafka-acls.sh --bootstrap-server HOST:PORT --add --allow-principal ${principal} ${operations.map((each) => `--operation ${each} `).join('')}${resource}`,
    cause,
  });
}

export function tooOld(address: string, cause?: unknown): Fault {
  return new Fault(`A broker of ${address} is older than Kafka 2.4.`, {
    code: 'log-too-old',
    cure: 'Use brokers of Kafka 2.4 or newer.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function clientFault(error: ClientError, doing: Doing, where: Where): Fault {
  const code = String(error.code ?? '');
  const at = typeof error.broker === 'string' ? error.broker : where.address;
  const fault = (of: string, message: string, cure: string, retryable = false): Fault =>
    new Fault(message, { code: of, cure, retryable, cause: error });
  if (error.name === 'KafkaJSSASLAuthenticationError') return loginFault(error, where);
  if (NO_LOGIN.test(error.message)) {
    return fault(
      'log-login',
      `The listener ${at} asks for no login, and PARALLAX_LOG_SASL names one.`,
      'Use the port of a listener with SASL, or PARALLAX_LOG_SASL=off for this one.',
    );
  }
  if (UNTRUSTED.test(code)) {
    return fault(
      'log-certificate',
      `The certificate of ${at} is not to be trusted: ${error.message}.`,
      'Give the PEM of the authority that signed it in PARALLAX_LOG_CA_FILE, and address the broker by the name in it.',
    );
  }
  const broken = BROKEN_HANDSHAKE.test(error.message);
  if (broken || NOT_TLS.test(`${code} ${error.message}`)) {
    return fault(
      'log-not-tls',
      `${at} does not speak TLS as asked: ${error.message}.`,
      'Use the TLS listener’s port, or PARALLAX_LOG_TLS=off for this one; a broker that asks for a certificate needs PARALLAX_LOG_CERT_FILE and PARALLAX_LOG_KEY_FILE.',
      broken,
    );
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return fault(
      'log-unreachable',
      `There is no host of the name in ${at}: ${code}.`,
      'Correct the name (PARALLAX_LOG or --log), or the name service of this machine.',
      true,
    );
  }
  if (error.name === 'KafkaJSConnectionClosedError') {
    return fault(
      'log-closed-by-broker',
      `${at} closed the connection while ${doing.what}.`,
      'If it never answers, its port may want TLS (PARALLAX_LOG_TLS=on) or a login (PARALLAX_LOG_SASL); otherwise it restarts, and waiting helps.',
      true,
    );
  }
  if (error.name === 'KafkaJSServerDoesNotSupportApiKey') return tooOld(where.address, error);
  const why = error.name === 'KafkaJSConnectionError' ? 'cannot be reached' : 'did not answer in time';
  return fault(
    'log-unreachable',
    `${at} ${why} while ${doing.what}: ${error.message}.`,
    'Check that the broker runs, that this machine reaches it, and that its advertised.listeners name addresses this machine can use.',
    true,
  );
}

function loginFault(error: Error, { address, user }: Where): Fault {
  if (/not supported by|does not support|UNSUPPORTED_SASL/i.test(error.message)) {
    return new Fault(`${address} does not offer the login that PARALLAX_LOG_SASL names: ${error.message}.`, {
      code: 'log-login',
      cure: 'Name one that its listener has in sasl.enabled.mechanisms.',
      cause: error,
    });
  }
  return new Fault(`${address} refuses ${user === undefined ? 'the login' : `user "${user}"`}.`, {
    code: 'log-login',
    cure: 'Check PARALLAX_LOG_USER, PARALLAX_LOG_PASSWORD or PARALLAX_LOG_PASSWORD_FILE (or the token), and that the user exists for the mechanism in PARALLAX_LOG_SASL.',
    cause: error,
  });
}
