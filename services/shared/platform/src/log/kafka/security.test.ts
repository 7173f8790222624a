// Options that do not go together are refused before anything is connected; those that do become the client's.
import { expect, test } from 'vitest';
import { brokersOf } from './address.ts';
import { type KafkaSecurity, securityOf } from './security.ts';

const PEM = '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----';

test.each<[string, KafkaSecurity, RegExp]>([
  ['an authority without TLS', { logCa: PEM }, /PARALLAX_LOG_CA need PARALLAX_LOG_TLS=on/],
  ['a certificate without its key', { logTls: 'on', logCert: PEM }, /PARALLAX_LOG_CERT and PARALLAX_LOG_KEY/],
  ['a user without a login', { logUser: 'u' }, /need PARALLAX_LOG_SASL/],
  ['a login without a user', { logSasl: 'plain', logPassword: 'p' }, /plain needs PARALLAX_LOG_USER/],
  ['a login without a password', { logSasl: 'scram-sha-512', logUser: 'u' }, /PARALLAX_LOG_PASSWORD_FILE/],
  ['a token for another login', { logSasl: 'plain', logUser: 'u', logPassword: 'p', logTokenFile: 'f' }, /not plain/],
  [
    'oauthbearer without a source',
    { logSasl: 'oauthbearer' },
    /either PARALLAX_LOG_TOKEN_URL or PARALLAX_LOG_TOKEN_FILE/,
  ],
  ['oauthbearer with two', { logSasl: 'oauthbearer', logTokenUrl: 'https://x', logTokenFile: 'f' }, /either/],
  ['an endpoint without a client', { logSasl: 'oauthbearer', logTokenUrl: 'https://x' }, /client's id/],
])('%s is refused', (_, options, said) => {
  const securing = () => securityOf(options);
  expect(securing).toThrow(expect.objectContaining({ code: 'log-security' }));
  expect(securing).toThrow(said);
});

test('all that does not go together is told at once', () => {
  expect(() => securityOf({ logCa: PEM, logUser: 'u' })).toThrow(/PARALLAX_LOG_CA .*; .*PARALLAX_LOG_SASL/);
});

test('nothing asked is nothing set, and TLS alone trusts what Node trusts', () => {
  expect(securityOf({ logTls: 'off', logCa: '', logSasl: 'off', logUser: '' })).toEqual({});
  expect(securityOf({ logTls: 'on' })).toEqual({ ssl: {} });
});

test('TLS, certificate and login become what the client takes', () => {
  const options = { logTls: 'on', logCa: 'ca', logCert: 'cert', logKey: 'key' } as const;
  expect(securityOf({ ...options, logSasl: 'scram-sha-256', logUser: 'u', logPassword: 'p' })).toEqual({
    ssl: { ca: 'ca', cert: 'cert', key: 'key' },
    sasl: { mechanism: 'scram-sha-256', username: 'u', password: 'p' },
  });
});

test('an address is a list of brokers', () => {
  expect(brokersOf('kafka://one:9092,two.example.org:1/')).toEqual(['one:9092', 'two.example.org:1']);
});

test.each([
  'kafka://',
  'kafka:one:9092',
  'kafka://one',
  'kafka://one:0',
  'kafka://one:70000',
  'kafka://a b:1',
  'kafka://u:pw@h:1',
])('%s is no address, and no password of it is shown', (address) => {
  expect(() => brokersOf(address)).toThrow(expect.objectContaining({ code: 'bad-address' }));
  expect(() => brokersOf(address)).not.toThrow(/pw/);
});
