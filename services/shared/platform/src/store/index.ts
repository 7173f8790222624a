// Opens the divergence store that an address names.
import type { DivergenceStore } from '@parallax/core';
import { parseStoreAddress } from './address.ts';
import { clickHouseStore } from './clickhouse.ts';
import { serverConnection } from './connection.ts';
import { embeddedConnection } from './embedded.ts';

export interface StoreOptions {
  /** For a server; the embedded engine has a token of its own. */
  readonly password?: string;
  /** Milliseconds until an unanswered request is given up as retryable; default 60,000. Keep it below the log's rebalance timeout. */
  readonly requestTimeoutMs?: number;
}

/**
 * `chdb:DIR` starts the engine of the directory if no process has it yet; `http(s)://user@host:port/database` is a
 * ClickHouse server. The tables are made by {@link DivergenceStore.migrate}.
 * @throws Fault when the address is not understood; everything else fails at the first call, as a Fault
 */
export async function openStore(address: string, options: StoreOptions = {}): Promise<DivergenceStore> {
  const parsed = parseStoreAddress(address);
  const { password = '', requestTimeoutMs = 60_000 } = options;
  if (parsed.kind === 'embedded') {
    return clickHouseStore(embeddedConnection(parsed.directory, parsed.shown, requestTimeoutMs));
  }
  const { url, user, database, shown } = parsed;
  return clickHouseStore(serverConnection({ url, user, password, database, requestTimeoutMs, compress: true }, shown));
}
