// Opens the divergence store that an address names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DivergenceStore, Fault } from '@parallax/core';
import { parseStoreAddress } from './address.ts';
import { clickHouseStore } from './clickhouse.ts';
import { isLoopback, serverConnection } from './connection.ts';
import { embeddedConnection } from './embedded.ts';
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
  const parsed = parseStoreAddress(address);
  const { storePassword: password = '', storeCa: ca = '', storeCluster, storeQuorum: quorum = 'auto' } = options;
  const { create = true } = options;
  const { requestTimeoutMs = 30_000, queryTimeoutMs = 300_000 } = options;
  const timeouts = { requestTimeoutMs, queryTimeoutMs };
  if (parsed.kind === 'embedded') {
    if (!create && !existsSync(join(parsed.directory, 'data'))) {
      throw new Fault(`There is no store at ${parsed.shown} yet.`, {
        code: 'store-missing',
        cure: '`parallax start` makes one; if yours is elsewhere, give it with --store or PARALLAX_STORE.',
      });
    }
    return clickHouseStore(embeddedConnection(parsed.directory, parsed.shown, timeouts), {
      quorum,
      cluster: undefined,
    });
  }
  const { url, user, database, shown } = parsed;
  const compress = options.compress ?? !isLoopback(url);
  const connection = serverConnection({ url, user, password, database, ca, compress, ...timeouts }, shown);
  return clickHouseStore(connection, { quorum, cluster: storeCluster || undefined });
}
