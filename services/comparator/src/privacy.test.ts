// What is private is in no byte of what the comparator writes or tells, and what is equal is still seen to be.
import { macFor } from '@parallax/platform';
import { mixedTraffic, TRAFFIC_BEGINS } from '@parallax/platform/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { experiment, World } from './testing/world.ts';

const KEY = 'a key that nobody else has';
const SIDES = `experiment: x
legacy: { topic: a }
candidate: { topic: b }
compare: { value: true, key: true, headers: [trace] }
window: { settle: 200ms, deadline: 2s, late: 1h }
`;

function event(id: string, value: unknown, key: string, trace: string) {
  return {
    partition: 0,
    timestamp: TRAFFIC_BEGINS,
    key: Buffer.from(key),
    value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
    headers: [['correlation-id', Buffer.from(id)] as const, ['trace', Buffer.from(trace)] as const],
  };
}

/** Every byte written or told. */
function everything(world: World): string {
  const rows = [world.store.pairs(), world.store.differences(), world.store.ledger(), world.telemetry.events];
  return JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

test('masked values, keys, headers and ids are nowhere in rows, signatures and logs', async () => {
  const secret = fc.stringMatching(/^[a-z]{3,12}$/).map((text) => `S3CRET${text}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(secret, secret, secret), { minLength: 1, maxLength: 5 }),
      fc.constantFrom('hmac', 'drop'),
      fc.constantFrom('default', '/**', '""', '/who'),
      async (people, action, place) => {
        const privacy = `privacy: { ${place}: ${action}, key: ${action}, header:trace: ${action}, id: hmac }\n`;
        const world = await new World({ topics: { a: 1, b: 1 } }).open();
        for (const [id, one, other] of people) {
          // One that differs, one that is gone, one of another type, one that cannot be read.
          await world.append('a', [
            event(`${id}1`, { who: { [place === '/who' ? one : 'name']: one } }, one, one),
            event(`${id}2`, { who: one }, one, one),
            event(`${id}3`, { who: one }, one, one),
            event(`${id}4`, `{"who":"${one}`, one, one),
            { ...event('', `{"who":"${one}`, one, one), headers: [] },
          ]);
          await world.append('b', [
            event(`${id}1`, { who: { [place === '/who' ? other : 'name']: other } }, other, other),
            event(`${id}3`, { who: [other] }, other, other),
            event(`${id}4`, { who: other }, other, other),
          ]);
        }
        await world.catchUp({ experiment: experiment(SIDES + privacy), means: { mac: macFor(KEY) } });
        expect(world.store.pairs().filter(({ outcome }) => outcome === 'mismatch').length).toBeGreaterThan(0);
        expect(everything(world)).not.toMatch(/S3CRET/);
      },
    ),
    { numRuns: 25 },
  );
});

test('masking changes no outcome and no ledger', async () => {
  const { first } = mixedTraffic(5, 60);
  const judged = async (privacy: string) => {
    const world = await new World().open();
    await world.append('a', first.legacy);
    await world.append('b', first.candidate);
    await world.catchUp({
      experiment: experiment(SIDES.replace(/compare.*\n/, '') + privacy),
      means: { mac: macFor(KEY) },
    });
    const { pairs, ledger } = world.visible();
    return { pairs, ledger };
  };
  expect(await judged('privacy: { default: drop }\n')).toEqual(await judged(''));
});

test('another key begins a new epoch, so that rows of one version are the same rows', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const epoch = async (id: string, key: string) => {
    await world.append('a', [event(id, { a: 1 }, 'k', 't')]);
    await world.append('b', [event(id, { a: 2 }, 'k', 't')]);
    await world.catchUp({ experiment: experiment(`${SIDES}privacy: { /a: hmac }\n`), means: { mac: macFor(key) } });
    return world.store.pairs().find((pair) => pair.id === id)?.rules_version ?? 0;
  };
  const [first, same, other] = [await epoch('1', KEY), await epoch('2', KEY), await epoch('3', `${KEY}!`)];
  expect(same).toBe(first);
  expect(other).toBeGreaterThan(first);
});

test('without the key nothing is read', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const comparator = await world.start({ experiment: experiment(`${SIDES}privacy: { /a: hmac }\n`) });
  expect(await comparator.ended).toMatchObject({ code: 'privacy-key-missing' });
  expect(world.store.pairs()).toEqual([]);
});
