// The store's address: `chdb:DIR` for the embedded engine, an http(s) URL for a ClickHouse server.
import { resolve } from 'node:path';
import { Fault } from '@parallax/core';

export type StoreAddress =
  | { readonly kind: 'embedded'; readonly directory: string; readonly shown: string }
  | {
      readonly kind: 'server';
      readonly url: string;
      readonly user: string;
      readonly database: string;
      readonly shown: string;
    };

const ALLOWED = 'chdb:DIR, http://user@host:8123/database or https://user@host:8443/database';

/** @throws Fault `store-address` naming what was given and what is allowed */
export function parseStoreAddress(address: string): StoreAddress {
  if (address.startsWith('chdb:')) {
    const directory = address.slice('chdb:'.length);
    if (directory === '') throw unknown(address);
    return { kind: 'embedded', directory: resolve(directory), shown: `chdb:${directory}` };
  }
  const url = URL.parse(address);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw unknown(address);
  if (url.password !== '') {
    throw new Fault(`The store's address holds a password.`, {
      code: 'store-address',
      cure: 'Leave it out of the address and give it in PARALLAX_STORE_PASSWORD or PARALLAX_STORE_PASSWORD_FILE.',
    });
  }
  const database = decodeURIComponent(url.pathname.slice(1)) || 'default';
  const user = decodeURIComponent(url.username) || 'default';
  return { kind: 'server', url: url.origin, user, database, shown: `${url.protocol}//${url.host}/${database}` };
}

function unknown(address: string): Fault {
  // An address that cannot be read may still hold a password.
  const safe = address.replace(/\/\/[^@/]*@/, '//…@');
  const meant = /^[^:]+$/.test(address)
    ? `For the folder ${address} give chdb:${address}.`
    : 'Give one with --store or PARALLAX_STORE.';
  return new Fault(`The store's address ${JSON.stringify(safe)} is not understood; allowed are ${ALLOWED}.`, {
    code: 'store-address',
    cure: meant,
  });
}
