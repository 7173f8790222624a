// What a cluster asks is read from the environment and from files, and secrets stay secret.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LOG_OPTIONS } from './log-options.ts';
import { readOptions, redacted } from './options.ts';

const CA = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function fileOf(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-options-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'value');
  writeFileSync(file, content);
  return file;
}

test('nothing given is a log in a folder that asks nothing', () => {
  const values = readOptions(LOG_OPTIONS, {});
  expect(values).toMatchObject({ log: 'embedded:.parallax/log', logTls: 'off', logSasl: 'off', logPassword: '' });
});

test('authority, key and password may stand in files', () => {
  const values = readOptions(LOG_OPTIONS, {
    PARALLAX_LOG_TLS: 'on',
    PARALLAX_LOG_CA_FILE: fileOf(CA),
    PARALLAX_LOG_SASL: 'scram-sha-512',
    PARALLAX_LOG_USER: 'parallax',
    PARALLAX_LOG_PASSWORD_FILE: fileOf('of a file\n'),
  });
  expect(values).toMatchObject({ logTls: 'on', logCa: CA.trimEnd(), logUser: 'parallax', logPassword: 'of a file' });
});

test('the token file is named, not read: it changes', () => {
  const file = fileOf('token');
  expect(readOptions(LOG_OPTIONS, { PARALLAX_LOG_TOKEN_FILE: file }).logTokenFile).toBe(file);
});

test.each([
  ['PARALLAX_LOG_TLS', 'yes', /PARALLAX_LOG_TLS is 'yes' and must be one of off, on/],
  ['PARALLAX_LOG_SASL', 'SCRAM', /one of off, plain, scram-sha-256, scram-sha-512, oauthbearer/],
  ['PARALLAX_LOG_CA', '/etc/ca.pem', /PARALLAX_LOG_CA is .* must be a PEM .* _FILE/],
  ['PARALLAX_LOG_TOKEN_URL', 'idp:8080', /must be an https:\/\/ address/],
  ['PARALLAX_LOG_COMPRESSION', 'brotli', /one of none, gzip, snappy, lz4, zstd/],
])('%s=%s is refused with what is allowed', (name, value, said) => {
  expect(() => readOptions(LOG_OPTIONS, { [name]: value })).toThrow(said);
});

test('a key that is no key is refused without being shown', () => {
  const reading = () => readOptions(LOG_OPTIONS, { PARALLAX_LOG_KEY: 'hunter2' });
  expect(reading).toThrow(/PARALLAX_LOG_KEY must be a PEM/);
  expect(reading).not.toThrow(/hunter2/);
});

test('password and key are never shown', () => {
  const values = readOptions(LOG_OPTIONS, { PARALLAX_LOG_PASSWORD: 'hunter2' });
  expect(JSON.stringify(redacted(LOG_OPTIONS, values))).not.toContain('hunter2');
});
