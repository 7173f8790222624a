// Opens the divergence store that an address names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DivergenceStore, Fault } from '@parallax/core';
import { parseStoreAddress } from './address.ts';
import { clickHouseStore } from './clickhouse.ts';
import { serverConnection } from './connection.ts';
import { embeddedConnection } from './embedded.ts';

export interface StoreOptions {
  /** false: an embedded store that is not there is a Fault `store-missing`, not made. Default true. */
  readonly create?: boolean;
  /** For a server; the embedded engine has a token of its own. */
  readonly password?: string;
  /** Milliseconds until an unanswered request is given up as retryable; default 60,000. Keep it below the log's rebalance timeout. */
  readonly requestTimeoutMs?: number;
}

/**
 * `chdb:DIR` starts the engine of the directory if no process has it yet; `http(s)://user@host:port/database` is a
 * ClickHouse server. The tables are made by {@link DivergenceStore.migrate}.
 * @throws Fault when the address is not understood, or nothing is there and it may not be made; everything else fails at the first call, as a Fault
 */
export async function openStore(address: string, options: StoreOptions = {}): Promise<DivergenceStore> {
  const parsed = parseStoreAddress(address);
  const { password = '', requestTimeoutMs = 60_000, create = true } = options;
  if (parsed.kind === 'embedded') {
    if (!create && !existsSync(join(parsed.directory, 'data'))) {
      throw new Fault(`There is no store at ${parsed.shown} yet.`, {
        code: 'store-missing',
        cure: '`parallax start` makes one; if yours is elsewhere, give it with --store or PARALLAX_STORE.',
      });
    }
    return clickHouseStore(embeddedConnection(parsed.directory, parsed.shown, requestTimeoutMs));
  }
  const { url, user, database, shown } = parsed;
  return clickHouseStore(serverConnection({ url, user, password, database, requestTimeoutMs, compress: true }, shown));
}
