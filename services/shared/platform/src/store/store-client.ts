// The official client, narrowed to what the store asks of it, and believing only what ClickHouse itself has answered.
import type { ClickHouseClient } from '@clickhouse/client';

export type StoreClient = Pick<ClickHouseClient, 'query' | 'exec' | 'command' | 'ping' | 'close'>;

/** Servers name the query, and more, in headers of every answer; a proxy that answers in their place has none of them. */
const OWN_HEADER = /^x-clickhouse-/i;

/**
 * To the client every 200 is a success. A page of a proxy (a login, maintenance) would then be rows that were written and
 * are not there, or a look-up that found nothing.
 */
export function believingOnlyClickHouse(client: ClickHouseClient): StoreClient {
  const query: StoreClient['query'] = async (params) => {
    const result = await client.query(params);
    if (!isOwn(result.response_headers)) {
      result.close();
      throw foreignAnswer();
    }
    return result;
  };
  return {
    query,
    async exec(params) {
      const result = await client.exec(params);
      if (!isOwn(result.response_headers)) {
        result.stream.destroy();
        throw foreignAnswer();
      }
      return result;
    },
    async command(params) {
      const result = await client.command(params);
      if (!isOwn(result.response_headers)) throw foreignAnswer();
      return result;
    },
    ping: (params) => client.ping(params),
    close: () => client.close(),
  };
}

function isOwn(headers: object): boolean {
  return Object.keys(headers).some((name) => OWN_HEADER.test(name));
}

/** Told as other answers in the store's place are. */
function foreignAnswer(): Error {
  return new Error('it says 200 without any X-ClickHouse header, as a proxy or another server does.');
}
