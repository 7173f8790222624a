// Which versions will do, however servers spell them.
import { expect, test } from 'vitest';
import { checkSupported, isSupported } from './server.ts';

test.each([
  ['24.8.1.2684', true],
  ['24.8', true],
  ['24.12.3.47', true],
  ['25.1.1.1', true],
  ['26.7.2.1', true],
  ['24.7.9.1', false],
  ['23.12.1.1', false],
  ['9.9', false],
  ['', false],
])('%s: %s', (version, supported) => {
  expect(isSupported(version)).toBe(supported);
});

test('an old server is told with both versions', () => {
  const facts = { address: 'http://here', version: '23.8.1.1', database: 'd', databaseEngine: 'Atomic' };
  const all = { ...facts, tables: new Map(), macros: new Set<string>(), cluster: undefined };
  expect(() => checkSupported(all)).toThrow(expect.objectContaining({ code: 'store-old-server' }));
  expect(() => checkSupported(all)).toThrow(/23\.8\.1\.1.*24\.8/);
});
