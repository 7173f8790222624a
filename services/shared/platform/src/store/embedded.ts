// A connection to the embedded engine of a directory: starts it when there is none, and again when it has died.
import { setTimeout as delay } from 'node:timers/promises';
import { Fault } from '@parallax/core';
import { type Connection, connect } from './connection.ts';
import { type Endpoint, readEndpoint } from './endpoint.ts';
import { ENGINE_DATABASE } from './engine/protocol.ts';
import { asFault, connectionLost } from './failures.ts';
import { type StartedEngine, startEngine } from './spawn.ts';
import type { StoreClient } from './store-client.ts';

/** How long a request outlives dying engines, and how long another process may hold the directory without answering. */
const PATIENCE_MS = 30_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

interface Live {
  readonly quick: StoreClient;
  readonly patient: StoreClient;
  readonly token: string;
}

export interface EmbeddedOptions {
  readonly requestTimeoutMs: number;
  readonly queryTimeoutMs: number;
}

/** @throws Fault when the engine cannot be started; a request that fails for a dead engine is repeated */
export function embeddedConnection(directory: string, address: string, options: EmbeddedOptions): Connection {
  let live: Promise<Live> | undefined;
  let engine: StartedEngine | undefined;
  let closed = false;

  function client(endpoint: Endpoint, timeoutMs: number): StoreClient {
    const { url, token } = endpoint;
    return connect({
      url,
      user: 'parallax',
      password: token,
      database: ENGINE_DATABASE,
      ca: '',
      compress: false,
      ...options,
      timeoutMs,
    });
  }

  function liveAt(endpoint: Endpoint): Live {
    return {
      quick: client(endpoint, options.requestTimeoutMs),
      patient: client(endpoint, options.queryTimeoutMs),
      token: endpoint.token,
    };
  }

  /** The engine that answers now: the one known by the directory's endpoint, or else one started here. */
  async function find(deadBefore: string | undefined): Promise<Live> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const known = readEndpoint(directory);
      if (known !== undefined && known.token !== deadBefore) {
        const candidate = liveAt(known);
        // Not /ping: that answers without a token, and the port may have gone to somebody else's engine.
        if ((await candidate.quick.ping({ select: true })).success) return candidate;
        await closeClients(candidate);
      }
      const started = await startEngine(directory, address);
      if (started.kind === 'ready') {
        engine = started;
        return liveAt(started.endpoint);
      }
      if (performance.now() > deadline) {
        throw new Fault(`The directory of the store ${address} is held by a process that does not answer.`, {
          code: 'store-locked',
          cure: `Find it with \`fuser ${directory}/lock.sqlite\` and end it, or choose another directory.`,
          retryable: true,
        });
      }
      // Somebody else's engine is starting, or an old one is ending.
      await delay(pause);
      deadBefore = undefined;
    }
  }

  function ensure(dead?: Live): Promise<Live> {
    live ??= find(dead?.token).catch((error: unknown) => {
      live = undefined;
      throw error;
    });
    return live;
  }

  return {
    address,
    ...options,
    async run(work, pace) {
      const deadline = performance.now() + PATIENCE_MS;
      let dead: Live | undefined;
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
        if (closed) throw new Fault(`The store ${address} is closed.`, { code: 'store-closed' });
        const using = ensure(dead);
        const current = await using;
        try {
          return await work(pace === 'patient' ? current.patient : current.quick);
        } catch (error) {
          if (!connectionLost(error) || performance.now() > deadline) throw asFault(error, address);
          // Requests fail together when the engine dies: only the first of them gives it up.
          if (live === using) {
            live = undefined;
            void closeClients(current);
          }
          dead = current;
          await delay(pause);
        }
      }
    },
    async close() {
      closed = true;
      const current = await live?.catch(() => undefined);
      if (current !== undefined) await closeClients(current);
      await engine?.release();
    },
  };
}

async function closeClients({ quick, patient }: Live): Promise<void> {
  await Promise.all([quick.close(), patient.close()]);
}
