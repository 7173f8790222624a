// Topic, archive, replay, archive: every record comes back with the digest it left with, in its partition and its place.
import { startArchiver } from '@parallax/archiver';
import { World } from '@parallax/comparator/testing';
import { type ArchivedRecord, digestBytes, type NewRecord, parseExperiment } from '@parallax/core';
import { readArchived } from '@parallax/platform';
import { memoryArchive, memoryStore } from '@parallax/platform/testing';
import { startReplay } from '@parallax/replayer';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const START = Date.parse('2026-01-31T12:00:00Z');
const PARTITIONS = 3;
const RUN_TOPIC = 'in.replay.r';
const OWN = ['x-parallax-source', 'x-parallax-timestamp', 'x-parallax-run', 'x-parallax-shadow'];

const parsed = parseExperiment(
  'experiment: x\ncorrelation: [header:id]\ninput: { topic: in }\nlegacy: { topic: a }\ncandidate: { topic: b }\n',
  'x.yaml',
);
if (parsed.kind !== 'ok') throw new Error('The experiment of this test cannot be read.');
const { experiment } = parsed;

const bytes = fc.uint8Array({ maxLength: 30 });
const header = fc.tuple(fc.constantFrom('', 'id', 'twice', 'x-parallax-source', 'ü'), fc.option(bytes));
const record: fc.Arbitrary<NewRecord> = fc.record({
  partition: fc.integer({ min: 0, max: PARTITIONS - 1 }),
  timestamp: fc.integer({ min: START, max: START + 5_000 }),
  key: fc.option(bytes),
  value: fc.option(bytes, { freq: 4 }),
  headers: fc.array(header, { maxLength: 6 }),
});

async function archived(world: World, archive: ReturnType<typeof memoryArchive>, topics: readonly string[]) {
  const archiver = await startArchiver(
    { log: world.log.connect(), archive, telemetry: world.telemetry, clock: world.clock },
    { experiment: `x.${topics[0]}`, topics, limits: { records: 4, bytes: 1e6 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
}

/** Of everything a consumer can see of a record. */
function digest({ timestamp, key, value }: ArchivedRecord, headers: ArchivedRecord['headers']): string {
  const text = (part: Uint8Array | null) => (part === null ? 'null' : Buffer.from(part).toString('hex'));
  const seen = [timestamp, text(key), text(value), ...headers.map(([name, part]) => [name, text(part)])];
  return digestBytes(Buffer.from(JSON.stringify(seen)));
}

async function digests(archive: ReturnType<typeof memoryArchive>, topic: string, isReplayed: boolean) {
  const found: string[][] = [];
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const part: string[] = [];
    for await (const batch of readArchived(archive, topic, partition)) {
      for (const one of batch) {
        const own = isReplayed ? one.headers.slice(-OWN.length) : [];
        expect(own.map(([name]) => name)).toEqual(isReplayed ? OWN : []);
        part.push(digest(one, one.headers.slice(0, one.headers.length - own.length)));
      }
    }
    found.push(part);
  }
  return found;
}

test('null and empty keys and values, binary and repeated headers, odd times: all as it was', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 40 }), async (records) => {
      const world = await new World({ topics: { in: PARTITIONS, a: PARTITIONS, b: PARTITIONS } }).open();
      await world.append('in', records);
      await world.append('a', [{ partition: 0, timestamp: START, key: null, value: null }]);
      const [first, second] = [memoryArchive(), memoryArchive()];
      await archived(world, first, ['in', 'a']);
      const store = Object.assign(memoryStore(), { query: async () => [] });
      const { telemetry, clock } = world;
      const replay = await startReplay(
        { log: world.log.connect(), archive: first, store, telemetry, clock },
        { experiment, run: 'r', pace: 'flat-out' },
      );
      await replay.done;
      await replay.finish();
      await archived(world, second, [RUN_TOPIC]);
      const before = await digests(first, 'in', false);
      expect(before.flat()).toHaveLength(records.length);
      expect(await digests(second, RUN_TOPIC, true)).toEqual(before);
    }),
    { numRuns: 40 },
  );
});
