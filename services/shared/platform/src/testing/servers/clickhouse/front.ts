// ClickHouse without a container engine: the embedded engine in a process of its own, behind the server's HTTP.
//
// The same statements and errors as a server's. What only a server has: replication, clusters, users with rights,
// cancelling a statement.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '@parallax/core';
import { freePorts, LOOPBACK } from '../ports.ts';
import { type ServerProcess, startServerProcess, untilServing } from '../server-process.ts';
import { versionOf } from './answers.ts';
import {
  type ClickHouseOptions,
  DATABASE,
  DEFAULT_PASSWORD,
  DEFAULT_USER,
  type RunningClickHouse,
  storeAddress,
} from './options.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** @throws Fault `server-missing` where the engine's package is not installed */
export async function startClickHouseFront(options: ClickHouseOptions): Promise<RunningClickHouse> {
  const { user = DEFAULT_USER, password = DEFAULT_PASSWORD } = options;
  requireEngine();
  const folder = mkdtempSync(join(tmpdir(), 'parallax-clickhouse-'));
  const [port] = await freePorts(1);
  const url = `http://${LOOPBACK}:${port}`;
  let version = '';
  let server: ServerProcess;
  const start = async () => {
    server = await startServerProcess({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', MAIN, join(folder, 'data'), String(port)],
      env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '8', CLICKHOUSE_USER: user, CLICKHOUSE_PASSWORD: password },
      folder,
      log: join(folder, 'front.log'),
    });
    await untilServing('ClickHouse', server, async () => {
      version = (await versionOf({ url, user, password })) ?? '';
      return version !== '';
    });
  };
  const stop = async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    await start();
    return {
      by: 'front',
      version,
      url,
      user,
      password,
      store: (database = DATABASE) => storeAddress(url, user, database),
      kill: () => server.kill(),
      start: async () => {
        if (!server.running()) await start();
      },
      pause: async () => server.pause(),
      resume: async () => server.resume(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function requireEngine(): void {
  try {
    createRequire(import.meta.url).resolve('chdb');
  } catch (error) {
    throw new Fault(`no container engine answers, and the embedded engine is not installed (${process.platform})`, {
      code: 'server-missing',
      cure: 'Run `npm install` on Linux with glibc or on macOS, or start a container engine.',
      cause: error,
    });
  }
}
