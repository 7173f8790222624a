// Retention by age: whole objects are removed, from a partition's start on only, so that what is left has no hole.
//
// First a mark is created that says below which offset nothing is kept any more; then, for each object in its order, its
// manifest is removed and then the object. So a crash anywhere leaves either more than the mark promises, which the next
// time removes, or exactly that; a reader never finds a hole, and whoever imports knows what not to bring back.
import { type Archive, type ArchiveReader, manifestKey, partitionPrefix } from '@parallax/core';
import { archivedPartitions, archivedTopics, type Catalogued, catalogue } from './catalog.ts';

const EXPIRED_PREFIX = 'expired/';
const MARK = /^expired\/[^/]+\/partition=\d+\/(\d{10,16})$/;

export interface ExpiryOptions {
  /** Objects all of whose records are older go. Epoch milliseconds. */
  readonly before: number;
  /** Default: all. */
  readonly topics?: readonly string[];
  /** Tell what would go, remove nothing. */
  readonly dryRun?: boolean;
}

export interface Expired {
  readonly topic: string;
  readonly partition: number;
  readonly objects: number;
  readonly bytes: number;
  /** Offsets of the first to the last record that go. */
  readonly first: number;
  readonly last: number;
  /** Of the newest record that goes, epoch milliseconds. */
  readonly latest: number;
}

/** One for each partition that has something to go; each partition's mark stands before anything of it is removed. */
export async function* expireArchive(archive: Archive, options: ExpiryOptions): AsyncGenerator<Expired> {
  for (const topic of options.topics ?? (await archivedTopics(archive))) {
    for (const partition of await archivedPartitions(archive, topic)) {
      const objects = await catalogue(archive, topic, partition);
      const kept = await expiredBelow(archive, topic, partition);
      const leaving = leavingOf(objects, options.before, kept);
      const end = leaving.at(-1);
      if (end === undefined) continue;
      if (options.dryRun !== true) await remove(archive, topic, partition, leaving);
      yield {
        topic,
        partition,
        objects: leaving.length,
        bytes: leaving.reduce((sum, { bytes }) => sum + bytes, 0),
        first: Math.min(...leaving.map(({ first }) => first)),
        last: Math.max(...leaving.map(({ last }) => last)),
        latest: Math.max(...leaving.map(({ latest }) => latest)),
      };
    }
  }
}

/** Nothing below this offset is kept; 0 where nothing has expired. */
export async function expiredBelow(archive: ArchiveReader, topic: string, partition: number): Promise<number> {
  let below = 0;
  for await (const { key } of archive.list(markPrefix(topic, partition))) {
    below = Math.max(below, Number(MARK.exec(key)?.[1] ?? 0));
  }
  return below;
}

export function isExpiryMark(key: string): boolean {
  return MARK.test(key);
}

/** In the order of their records; nothing behind an object that stays. What a former time left over goes in any case. */
function leavingOf(objects: readonly Catalogued[], before: number, kept: number): Catalogued[] {
  const inOrder = objects.toSorted((a, b) => a.first - b.first || a.last - b.last);
  const stays = inOrder.find(({ latest, last }) => latest >= before && last >= kept);
  const bound = stays?.first ?? Number.MAX_SAFE_INTEGER;
  return inOrder.filter(({ latest, last }) => last < bound && (latest < before || last < kept));
}

async function remove(
  archive: Archive,
  topic: string,
  partition: number,
  leaving: readonly Catalogued[],
): Promise<void> {
  const below = Math.max(...leaving.map(({ last }) => last)) + 1;
  const mark = `${markPrefix(topic, partition)}${String(below).padStart(10, '0')}`;
  await archive.create(mark, new TextEncoder().encode(`${JSON.stringify({ below })}\n`));
  for (const { key } of leaving) {
    await archive.remove(manifestKey(key));
    await archive.remove(key);
  }
  for await (const { key } of archive.list(markPrefix(topic, partition))) {
    const older = Number(MARK.exec(key)?.[1] ?? Number.POSITIVE_INFINITY);
    if (older < below) await archive.remove(key);
  }
}

function markPrefix(topic: string, partition: number): string {
  return `${EXPIRED_PREFIX}${partitionPrefix('full', topic, partition).slice('topics/'.length)}`;
}
