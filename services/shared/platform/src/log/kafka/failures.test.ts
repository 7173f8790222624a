// What goes wrong at the brokers becomes a fault that says what, where and what to do, and whether waiting helps.
import { Fault } from '@parallax/core';
import { expect, test } from 'vitest';
import { ProtocolFailure } from './error-codes.ts';
import { type Doing, faultOf, isPassing } from './failures.ts';

const DOING: Doing = { what: 'writing to topic "orders"', topic: 'orders', operation: 'Write' };
const WHERE = { address: 'kafka://broker:9092', user: 'alice' };

/** As KafkaJS makes them. */
function clientError(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

const connection = (message: string, code: string) =>
  clientError('KafkaJSConnectionError', `Connection error: ${message}`, { code, broker: 'broker:9092' });

test.each([
  ['nobody listens', connection('connect ECONNREFUSED', 'ECONNREFUSED'), 'log-unreachable', true, /broker:9092/],
  ['the name is unknown', connection('getaddrinfo', 'ENOTFOUND'), 'log-unreachable', true, /no host of the name/],
  ['no answer comes', clientError('KafkaJSRequestTimeoutError', 'timed out'), 'log-unreachable', true, /in time/],
  ['the broker hangs up', clientError('KafkaJSConnectionClosedError', 'x'), 'log-closed-by-broker', true, /closed/],
  [
    'the authority is unknown',
    connection('self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'),
    'log-certificate',
    false,
    /trust/,
  ],
  ['the name is another', connection('altnames', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'log-certificate', false, /trust/],
  ['the port is plain', connection('wrong version', 'ERR_SSL_WRONG_VERSION_NUMBER'), 'log-not-tls', false, /TLS/],
  ['the password is wrong', clientError('KafkaJSSASLAuthenticationError', 'failed'), 'log-login', false, /"alice"/],
  [
    'the login is unknown',
    clientError('KafkaJSSASLAuthenticationError', 'not supported by the server'),
    'log-login',
    false,
    /PARALLAX_LOG_SASL/,
  ],
  [
    'no login is asked for',
    clientError('KafkaJSProtocolError', 'Request is not valid given the current SASL state', {
      type: 'ILLEGAL_SASL_STATE',
    }),
    'log-login',
    false,
    /asks for no login/,
  ],
  ['the topic is absent', new ProtocolFailure(3), 'unknown-topic', false, /"orders"/],
  ['the right is missing', new ProtocolFailure(29), 'log-forbidden', false, /"alice" may not Write on topic "orders"/],
  ['the cluster right is missing', new ProtocolFailure(31), 'log-forbidden', false, /the cluster/],
  ['the broker is old', new ProtocolFailure(35), 'log-too-old', false, /Kafka 2\.4/],
  ['the time is refused', new ProtocolFailure(32), 'bad-timestamp', false, /time of a record/],
  ['replicas are missing', new ProtocolFailure(19), 'log-unavailable', true, /NOT_ENOUGH_REPLICAS/],
  ['a policy says no', new ProtocolFailure(44, 'no such names'), 'log-refused', false, /no such names/],
  ['something else', new TypeError('a bug'), 'log-failed', false, /a bug/],
])('%s', (_, error, code, retryable, said) => {
  const fault = faultOf(error, DOING, WHERE);
  expect(fault).toMatchObject({ code, retryable });
  expect(fault.message).toMatch(said);
});

test('what was already said stays as it is', () => {
  const fault = new Fault('said', { code: 'said' });
  expect(faultOf(fault, DOING, WHERE)).toBe(fault);
});

test('a missing right is named with the call that gives it', () => {
  expect(faultOf(new ProtocolFailure(29), DOING, WHERE).cure).toContain(
    "--add --allow-principal User:alice --operation Write --topic 'orders'",
  );
  expect(faultOf(new ProtocolFailure(30), { what: 'x', group: 'g' }, { ...WHERE, user: undefined }).cure).toContain(
    "--allow-principal User:NAME --operation Read --group 'g'",
  );
});

test.each([
  [connection('reset', 'ECONNRESET'), true],
  [connection('Client network socket disconnected before secure TLS connection was established', 'ECONNRESET'), true],
  [connection('expired', 'CERT_HAS_EXPIRED'), false],
  [clientError('KafkaJSSASLAuthenticationError', 'failed'), false],
  [clientError('KafkaJSLockTimeout', 'waiting'), true],
  [new ProtocolFailure(6), true],
  [new ProtocolFailure(3), false],
  [new Error('a bug'), false],
])('%s is tried again: %s', (error, passing) => {
  expect(isPassing(error)).toBe(passing);
});
