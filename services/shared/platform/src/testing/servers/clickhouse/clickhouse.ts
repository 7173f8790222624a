// Starts a ClickHouse over HTTP: a server in a container where an engine answers, the embedded engine elsewhere.
import { containerEngine } from '../containers.ts';
import { startClickHouseInContainer } from './container.ts';
import { startClickHouseFront } from './front.ts';
import type { ClickHouseOptions, RunningClickHouse } from './options.ts';

/**
 * Ready in about a second. Whoever starts it stops it; should the process die first, it ends, too. Tests keep apart by
 * database.
 * @throws Fault `server-missing` when there is neither an engine nor the package chdb
 */
export async function startClickHouse(options: ClickHouseOptions = {}): Promise<RunningClickHouse> {
  const engine = await containerEngine();
  return engine === undefined ? startClickHouseFront(options) : startClickHouseInContainer(engine, options);
}
