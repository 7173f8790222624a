// `describeOn`: tests that need real servers. They run on the ones that the test run has started and shares.
//
// Where a server cannot be had, its tests are skipped by name with the reason, and under REQUIRE_SERVERS=1 they fail;
// what names `containers` is exempt, because only an engine of containers can show it. A server that is here and does
// not start fails them always.
import { Fault } from '@parallax/core';
import { describe, inject, test } from 'vitest';
import { serversRequired } from './config.ts';
import type { Part, Presence, Running, SharedServers } from './start-shared.ts';

declare module 'vitest' {
  interface ProvidedContext {
    servers: SharedServers;
  }
  interface TaskMeta {
    /** What the tests stand on, as it is shown. */
    servers?: readonly string[];
    /** Why they were not run. */
    withoutServers?: string;
  }
}

/**
 * @param parts what the tests need; name `containers` only for what nothing else can show
 * @param body gets the addresses. The servers are shared: keep apart by topic, group, database and key prefix
 */
export function describeOn<P extends Part>(
  parts: P | readonly P[],
  name: string,
  body: (servers: Pick<Running, P>) => void,
): void {
  const needed: readonly P[] = typeof parts === 'string' ? [parts] : parts;
  const shared: SharedServers = inject('servers');
  const absent = needed.map((part): Presence<unknown> => shared[part]).filter((part) => part.kind !== 'there');
  if (absent.length === 0) {
    const there = Object.fromEntries(needed.map((part) => [part, at(shared, part)])) as Pick<Running, P>;
    describe(name, { meta: { servers: needed.map((part) => shared[part].shown) } }, () => body(there));
    return;
  }
  const why = absent.map((part) => ('why' in part ? `${part.shown}: ${part.why}` : '')).join('; ');
  const exempt = needed.some((part) => part === 'containers');
  const broken = absent.some((part) => part.kind === 'broken');
  if (broken || (serversRequired() && !exempt)) {
    test(`${name}: needs ${needed.join(' and ')}`, () => {
      throw new Fault(why, {
        code: 'server-missing',
        cure: absent.map((part) => ('cure' in part ? part.cure : '')).join(' '),
      });
    });
    return;
  }
  const without = exempt ? 'exempt, only containers can show it' : `skipped without ${needed.join(' and ')}`;
  test(`${name}: ${without}`, { meta: { withoutServers: why } }, ({ skip }) => skip(why));
}

/** The addresses of one part. @throws Fault `server-missing` with the reason; inside {@link describeOn} it is there */
export function servers<P extends Part>(part: P): Running[P] {
  return at(inject('servers'), part);
}

function at<P extends Part>(shared: SharedServers, part: P): Running[P] {
  const presence: Presence<Running[P]> = shared[part];
  if (presence.kind === 'there') return presence.there;
  throw new Fault(`${presence.shown}: ${presence.why}`, { code: 'server-missing' });
}
