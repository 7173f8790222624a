// How a ClickHouse server is reached: from the environment, with what is wrong told and the password never.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOptions, redacted } from './options.ts';
import { STORE_OPTIONS } from './store-options.ts';

test('nothing is needed for a store on this machine', () => {
  expect(readOptions(STORE_OPTIONS, {})).toEqual({
    store: 'chdb:.parallax/store',
    storePassword: '',
    storeCa: '',
    storeCluster: '',
    storeQuorum: 'auto',
  });
});

test('certificate and password may stand in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-store-options-'));
  const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
  writeFileSync(join(folder, 'ca.pem'), pem);
  writeFileSync(join(folder, 'password'), 'hunter2\n');
  const values = readOptions(STORE_OPTIONS, {
    PARALLAX_STORE_CA_FILE: join(folder, 'ca.pem'),
    PARALLAX_STORE_PASSWORD_FILE: join(folder, 'password'),
    PARALLAX_STORE_QUORUM: '2',
  });
  expect(values).toMatchObject({ storePassword: 'hunter2', storeQuorum: 2 });
  expect(values.storeCa).toContain('MIIB');
  expect(JSON.stringify(redacted(STORE_OPTIONS, values))).not.toContain('hunter2');
});

test.each([
  ['PARALLAX_STORE_QUORUM', 'most', 'a whole number from 0 to 100'],
  ['PARALLAX_STORE_CA', '/etc/ca.pem', 'PARALLAX_STORE_CA_FILE names a file'],
])('%s=%s says what is allowed', (name, value, said) => {
  expect(() => readOptions(STORE_OPTIONS, { [name]: value })).toThrow(said);
});
