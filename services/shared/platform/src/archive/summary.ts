// The archive at a glance: what it has of each partition.
import { type ArchiveReader, gaps, type Range, readingPlan, type SeenSchemas } from '@parallax/core';
import { archivedPartitions, archivedTopics, type Catalogued, catalogue } from './catalog.ts';
import { expiredBelow } from './expiry.ts';
import type { OnProblem } from './problems.ts';
import { blocksOrTell } from './reader.ts';

export interface PartitionSummary {
  readonly topic: string;
  readonly partition: number;
  /** Full chunks. */
  readonly objects: number;
  readonly tails: number;
  /** Each record once, however many objects hold it. */
  readonly records: number;
  /** Stored size of the objects, bytes. */
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** Lowest and highest record timestamp, epoch milliseconds. */
  readonly earliest: number;
  readonly latest: number;
  readonly gaps: readonly Range[];
  /** Nothing below this offset is kept any more; absent where nothing has expired. */
  readonly expiredBelow?: number;
  /** Schemas that keys and values name; absent where they name none. */
  readonly schemas?: SeenSchemas;
}

/**
 * One summary a partition, ordered by topic and partition; from the manifests, without reading the records. Objects that
 * cannot be used end it with a fault; with `onProblem` they are told and left out.
 */
export async function* listArchive(
  archive: ArchiveReader,
  topic?: string,
  onProblem?: OnProblem,
): AsyncGenerator<PartitionSummary> {
  for (const name of topic === undefined ? await archivedTopics(archive) : [topic]) {
    for (const partition of await archivedPartitions(archive, name, onProblem)) {
      const summary = await summarise(archive, name, partition, onProblem);
      if (summary !== undefined) yield summary;
    }
  }
}

async function summarise(
  archive: ArchiveReader,
  topic: string,
  partition: number,
  onProblem: OnProblem | undefined,
): Promise<PartitionSummary | undefined> {
  const objects = await catalogue(archive, topic, partition, onProblem);
  if (objects.length === 0) return undefined;
  const below = await expiredBelow(archive, topic, partition);
  const schemas = schemasOf(objects);
  const extreme = (pick: (a: number, b: number) => number, of: (object: Catalogued) => number) =>
    objects.map(of).reduce((a, b) => pick(a, b));
  return {
    topic,
    partition,
    objects: objects.filter(({ name }) => name.kind === 'full').length,
    tails: objects.filter(({ name }) => name.kind === 'tail').length,
    records: await countOnce(archive, objects, onProblem),
    bytes: objects.reduce((sum, object) => sum + object.bytes, 0),
    first: extreme(Math.min, ({ first }) => first),
    last: extreme(Math.max, ({ last }) => last),
    earliest: extreme(Math.min, ({ earliest }) => earliest),
    latest: extreme(Math.max, ({ latest }) => latest),
    gaps: gaps(objects),
    ...(below === 0 ? {} : { expiredBelow: below }),
    ...(schemas === undefined ? {} : { schemas }),
  };
}

function schemasOf(objects: readonly Catalogued[]): SeenSchemas | undefined {
  const seen = objects.flatMap(({ schemas }) => (schemas === undefined ? [] : [schemas]));
  if (seen.length === 0) return undefined;
  const ids = [...new Set(seen.flatMap((one) => one.ids))].sort((a, b) => a - b);
  const guids = [...new Set(seen.flatMap((one) => one.guids))].sort();
  return { ids, guids, ...(seen.some(({ more }) => more) ? { more: true as const } : {}) };
}

async function countOnce(
  archive: ArchiveReader,
  objects: readonly Catalogued[],
  onProblem: OnProblem | undefined,
): Promise<number> {
  let records = 0;
  for (const { piece, from, to } of readingPlan(objects, { from: 0, to: Number.MAX_SAFE_INTEGER })) {
    const isWhole = from === piece.first && to === piece.last + 1;
    records += isWhole ? piece.count : await countWithin(archive, piece.key, { from, to }, onProblem);
  }
  return records;
}

/** Only where objects overlap. */
async function countWithin(
  archive: ArchiveReader,
  key: string,
  { from, to }: Range,
  onProblem: OnProblem | undefined,
): Promise<number> {
  let records = 0;
  for (const block of await blocksOrTell(archive, key, onProblem)) {
    records += block.filter(({ offset }) => offset >= from && offset < to).length;
  }
  return records;
}
