// A connection to a ClickHouse server: the official client with every setting that matters named.
import { setTimeout as delay } from 'node:timers/promises';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { USER_AGENT_PREFIX } from './engine/protocol.ts';
import { asFault, connectionLost } from './failures.ts';
import { believingOnlyClickHouse, type StoreClient } from './store-client.ts';

/** Runs work against the store. Everything it is given must be safe to repeat. */
export interface Connection {
  /** Shown in messages; never contains a secret. */
  readonly address: string;
  /** How long an answer is waited for, in milliseconds. */
  readonly requestTimeoutMs: number;
  readonly queryTimeoutMs: number;
  /** @param pace `patient`: what may take as long as a person waits (queryTimeoutMs); default: requestTimeoutMs */
  run<T>(work: (client: StoreClient) => Promise<T>, pace?: 'patient'): Promise<T>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly requestTimeoutMs: number;
  readonly queryTimeoutMs: number;
  /** Worth its time over a network, not on loopback. */
  readonly compress: boolean;
  /** PEM of the authority that signed the server's certificate, where the system does not know it; '' for none. */
  readonly ca: string;
}

/**
 * The server closes connections idle for 3 s (before 23.11) or 10 s: the client is to be the first, or a request sent into
 * a closing connection is lost.
 */
const IDLE_SOCKET_MS = 2_000;

/** Attempts of one request whose connection broke, and the pause before the second; whoever waits longer asks again. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 100;

/** zstd at its quickest takes 0.4 µs a pair's row and leaves 50 bytes of 300; gzip takes 1.7 µs and leaves 74. */
const COMPRESSION = { request: { codec: 'zstd', level: 1 }, response: { codec: 'gzip' } } as const;

export function connect(options: ServerOptions & { readonly timeoutMs: number }): StoreClient {
  const { url, ca } = options;
  const client = createClient({
    url,
    username: options.user,
    password: options.password,
    database: options.database,
    application: `${USER_AGENT_PREFIX}${process.pid}`,
    request_timeout: options.timeoutMs,
    compression: options.compress ? COMPRESSION : { request: false, response: false },
    keep_alive: { enabled: true, idle_socket_ttl: IDLE_SOCKET_MS, eagerly_destroy_stale_sockets: true },
    ...(ca === '' ? {} : { tls: { ca_cert: Buffer.from(ca) } }),
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      // An error comes before any of the answer.
      wait_end_of_query: 1,
      output_format_json_quote_64bit_integers: 0,
    },
  });
  return believingOnlyClickHouse(client);
}

/** Whether the server is on this machine, so that what goes there crosses no network. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

/** A server somebody else keeps running: its failures are told, not waited for. */
export function serverConnection(options: ServerOptions, address: string): Connection {
  const { requestTimeoutMs, queryTimeoutMs } = options;
  const quick = connect({ ...options, timeoutMs: requestTimeoutMs });
  const patient = connect({ ...options, timeoutMs: queryTimeoutMs });
  let isClosed = false;
  return {
    address,
    requestTimeoutMs,
    queryTimeoutMs,
    async run(work, pace) {
      const client = pace === 'patient' ? patient : quick;
      for (let attempt = 1; ; attempt++) {
        try {
          return await work(client);
        } catch (error) {
          // Closing broke it: asked again, it would keep the process alive as long as a server that hangs.
          if (isClosed || attempt === ATTEMPTS || !connectionLost(error)) throw asFault(error, address);
          await delay(FIRST_PAUSE_MS * attempt);
        }
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([quick.close(), patient.close()]);
    },
  };
}
