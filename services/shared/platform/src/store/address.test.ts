// Addresses of the store: understood whole, or refused with what is allowed, and never repeating a secret.
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseStoreAddress } from './address.ts';

test('a folder is the embedded store', () => {
  expect(parseStoreAddress('chdb:.parallax/store')).toEqual({
    kind: 'embedded',
    directory: resolve('.parallax/store'),
    shown: 'chdb:.parallax/store',
  });
});

test('a URL is a server, with user and database or their defaults', () => {
  expect(parseStoreAddress('http://jo@ch:8123/parallax')).toMatchObject({
    url: 'http://ch:8123',
    user: 'jo',
    database: 'parallax',
  });
  expect(parseStoreAddress('https://ch')).toMatchObject({ url: 'https://ch', user: 'default', database: 'default' });
});

test.each(['', 'chdb:', 'kafka://x', 'ch:8123', '/tmp/x'])('%j is refused with what is allowed', (address) => {
  expect(() => parseStoreAddress(address)).toThrow(
    expect.objectContaining({ code: 'store-address', message: expect.stringContaining('chdb:DIR') }),
  );
});

test('a bare name is told what it probably means', () => {
  expect(() => parseStoreAddress('foo')).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('chdb:DIR'),
      cure: expect.stringContaining('chdb:foo'),
    }),
  );
});

test('a password in the address is refused and not repeated', () => {
  for (const address of ['http://jo:secret@ch:8123/db', 'htp://jo:secret@ch']) {
    expect(() => parseStoreAddress(address)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  }
});
