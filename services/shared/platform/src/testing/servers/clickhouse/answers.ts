// Whether a ClickHouse answers a statement, which takes the right password: nobody else's server is taken for ours.
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Fault } from '@parallax/core';

export interface Login {
  readonly url: string;
  readonly user: string;
  readonly password: string;
}

const PATIENCE_MS = 60_000;

/** The server's version, or undefined when it does not answer. */
export async function versionOf({ url, user, password }: Login): Promise<string | undefined> {
  const log = { level: ClickHouseLogLevel.OFF };
  const client = createClient({ url, username: user, password, request_timeout: 2_000, log });
  try {
    const answer = await client.query({ query: 'SELECT version()', format: 'TabSeparated' });
    return (await answer.text()).trim();
  } catch {
    return undefined;
  } finally {
    await client.close();
  }
}

/** @throws Fault `server-start` after a minute */
export async function untilAnswers(login: Login): Promise<string> {
  for (const deadline = performance.now() + PATIENCE_MS; ; ) {
    const version = await versionOf(login);
    if (version !== undefined) return version;
    if (performance.now() > deadline) {
      throw new Fault(`ClickHouse at ${login.url} does not answer after ${PATIENCE_MS / 1000} s.`, {
        code: 'server-start',
        retryable: true,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
