// Opens the divergence store that an address names.
import type { DivergenceStore } from '@parallax/core';
import { parseStoreAddress } from './address.ts';
import { clickHouseStore } from './clickhouse.ts';
import { type Connection, isLoopback, serverConnection } from './connection.ts';
import { embeddedConnection } from './embedded.ts';
import { checkEmbedded, probe, type StoreProbe } from './probe.ts';
import type { Quorum } from './settings.ts';

/** What a server asks of those who come; the embedded engine asks nothing. */
export interface StoreAccess {
  readonly storePassword?: string;
  /** PEM of the authority that signed the server's certificate; '' or absent: those Node trusts. */
  readonly storeCa?: string;
  /** The cluster all of whose servers hold the tables; '' or absent: the server that is asked, alone. */
  readonly storeCluster?: string;
  /** Replicas that must have rows before they count as written; `auto`, the default: most of them. */
  readonly storeQuorum?: Quorum;
}

export interface StoreOptions extends StoreAccess {
  /** false: an embedded store that is not there is a Fault `store-missing`, not made. Default true. */
  readonly create?: boolean;
  /** Whether what goes to and from a server is compressed; default: where it crosses a network. */
  readonly compress?: boolean;
  /**
   * Milliseconds until an unanswered request of a service is given up as retryable; default 30,000. Keep it below the
   * log's rebalance timeout: a member that waits longer for its rows is put out of its group.
   */
  readonly requestTimeoutMs?: number;
  /** The same for queries somebody typed, and for what changes tables; default 300,000. */
  readonly queryTimeoutMs?: number;
}

/**
 * `chdb:DIR` starts the engine of the directory if no process has it yet; `http(s)://user@host:port/database` is a
 * ClickHouse server. The tables are made by {@link DivergenceStore.migrate}.
 * @throws Fault when the address is not understood, or nothing is there and it may not be made; everything else fails at the first call, as a Fault
 */
export async function openStore(address: string, options: StoreOptions = {}): Promise<DivergenceStore> {
  const { storeQuorum: quorum = 'auto' } = options;
  const { connection, cluster } = connectionTo(address, options);
  return clickHouseStore(connection, { quorum, cluster });
}

/**
 * Looks at a store without changing it: version, schema, rights, settings, clock, disk; see {@link StoreProbe}.
 * @throws Fault when it cannot be reached, or refuses the user, the password, the certificate or the database
 */
export async function probeStore(address: string, options: Omit<StoreOptions, 'create'> = {}): Promise<StoreProbe> {
  const { connection, cluster } = connectionTo(address, { ...options, create: false });
  try {
    return await probe(connection, cluster);
  } finally {
    await connection.close();
  }
}

function connectionTo(
  address: string,
  options: StoreOptions,
): { readonly connection: Connection; readonly cluster: string | undefined } {
  const parsed = parseStoreAddress(address);
  const { storePassword: password = '', storeCa: ca = '', storeCluster, create = true } = options;
  const { requestTimeoutMs = 30_000, queryTimeoutMs = 300_000 } = options;
  const timeouts = { requestTimeoutMs, queryTimeoutMs };
  if (parsed.kind === 'embedded') {
    if (!create) checkEmbedded(parsed.directory, parsed.shown);
    return { connection: embeddedConnection(parsed.directory, parsed.shown, timeouts), cluster: undefined };
  }
  const { url, user, database, shown } = parsed;
  const compress = options.compress ?? !isLoopback(url);
  const connection = serverConnection({ url, user, password, database, ca, compress, ...timeouts }, shown);
  return { connection, cluster: storeCluster || undefined };
}
