// A connection to a ClickHouse server: the official client with every setting that matters named.
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { USER_AGENT_PREFIX } from './engine/protocol.ts';
import { asFault } from './failures.ts';

/** Runs work against the store. Everything it is given must be safe to repeat. */
export interface Connection {
  /** Shown in messages; never contains a secret. */
  readonly address: string;
  run<T>(work: (client: ClickHouseClient) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly requestTimeoutMs: number;
  /** Worth its time over a network, not on loopback. */
  readonly compress: boolean;
}

export function connect(options: ServerOptions): ClickHouseClient {
  return createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database,
    application: `${USER_AGENT_PREFIX}${process.pid}`,
    request_timeout: options.requestTimeoutMs,
    compression: { request: options.compress, response: options.compress },
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
    clickhouse_settings: {
      // The answer comes when the rows are in the table, not in a buffer, and an error comes before any of the answer.
      async_insert: 0,
      wait_end_of_query: 1,
      input_format_skip_unknown_fields: 0,
      output_format_json_quote_64bit_integers: 0,
      max_partitions_per_insert_block: '0',
    },
  });
}

/** A server somebody else keeps running: its failures are told, not waited for. */
export function serverConnection(options: ServerOptions, address: string): Connection {
  const client = connect(options);
  return {
    address,
    run: async (work) => {
      try {
        return await work(client);
      } catch (error) {
        throw asFault(error, address);
      }
    },
    close: () => client.close(),
  };
}
