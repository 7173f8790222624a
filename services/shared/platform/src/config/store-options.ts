// How a service reaches its divergence store: the address, and what a ClickHouse server asks of those who come.
import type { Quorum } from '../store/settings.ts';
import { STORE_OPTION, STORE_PASSWORD_OPTION } from './common-options.ts';
import { integer, option, text } from './options.ts';

/** Beside the address; docs/clickhouse.md tells when each is wanted. */
export const STORE_ACCESS_OPTIONS = {
  storePassword: STORE_PASSWORD_OPTION,
  storeCa: option({
    name: 'storeCa',
    env: 'PARALLAX_STORE_CA',
    doc: "PEM of the authority that signed the server's certificate; without it, those Node trusts",
    default: '',
    parse: certificates,
  }),
  storeCluster: option({
    name: 'storeCluster',
    env: 'PARALLAX_STORE_CLUSTER',
    doc: 'cluster on whose servers the tables are made, replicated; without it they are on the server of the address alone',
    default: '',
    parse: text,
  }),
  storeQuorum: option<Quorum>({
    name: 'storeQuorum',
    env: 'PARALLAX_STORE_QUORUM',
    doc: 'replicas that must have rows before they count as written; auto: most of them',
    unit: 'replicas',
    default: 'auto',
    parse: (value) => (value === 'auto' ? 'auto' : integer(0, 100)(value)),
  }),
} as const;

export const STORE_OPTIONS = { store: STORE_OPTION, ...STORE_ACCESS_OPTIONS } as const;

function certificates(value: string): string {
  if (/-----BEGIN CERTIFICATE-----/.test(value)) return value;
  throw new Error('PEM (-----BEGIN CERTIFICATE-----); PARALLAX_STORE_CA_FILE names a file that holds it');
}
