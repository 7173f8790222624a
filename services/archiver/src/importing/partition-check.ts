// Whether records that are given places by their keys would get those they have in the archive: with another number of
// partitions they would stand there twice.
import { type Archive, type ArchivedRecord, Fault, sameRecord } from '@parallax/core';
import { archivedPartitions, readArchived } from '@parallax/platform';
import type { GivenRecord } from './given-record.ts';
import { Placing } from './placing.ts';

/** Records of the input, and of each archived partition, that are held against each other. */
export const LOOKED_AT = 1_000;
/** How many more partitions than the archive shows are tried. */
const MORE = 64;

/** By partition and offset. */
type Archived = ReadonlyMap<number, ReadonlyMap<number, ArchivedRecord>>;

/**
 * Only a number that explains what the archive has, where the given one does not, is a mistake to refuse: other records in
 * the same places are a conflict, and an import that was broken off has a part of them.
 * @param records the first of the topic, none of which tells its place
 * @throws Fault `import-other-partitions`
 */
export async function checkPartitions(
  archive: Archive,
  topic: string,
  records: readonly GivenRecord[],
  partitions: number,
): Promise<void> {
  const archived = await firstOf(archive, topic);
  if (archived.size === 0 || fits(archived, records, partitions)) return;
  const least = Math.max(...archived.keys()) + 1;
  const meant = Array.from({ length: MORE }, (_, n) => least + n).find((count) => fits(archived, records, count));
  if (meant === undefined) return;
  throw new Fault(
    `The archive ${archive.address} has these records of ${topic} in ${meant} partitions, not in ${partitions}: some would stand there twice`,
    {
      code: 'import-other-partitions',
      cure: `Give --partitions ${meant}, as when they were imported first, or another --topic. Nothing was stored.`,
    },
  );
}

async function firstOf(archive: Archive, topic: string): Promise<Archived> {
  const found = new Map<number, Map<number, ArchivedRecord>>();
  for (const partition of await archivedPartitions(archive, topic)) {
    const records = new Map<number, ArchivedRecord>();
    for await (const batch of readArchived(archive, topic, partition, { to: LOOKED_AT })) {
      for (const record of batch) records.set(record.offset, record);
    }
    found.set(partition, records);
  }
  return found;
}

/** Whether no record has another one in its place, and half of what could be there is: a few may agree by chance. */
function fits(archived: Archived, records: readonly GivenRecord[], partitions: number): boolean {
  if ([...archived.keys()].some((partition) => partition >= partitions)) return false;
  const placing = new Placing(partitions);
  let same = 0;
  for (const record of records) {
    const { partition, offset } = placing.place(record);
    const there = archived.get(partition)?.get(offset);
    if (there === undefined) continue;
    if (!sameRecord(there, { ...record, offset })) return false;
    same += 1;
  }
  const held = [...archived.values()].reduce((sum, { size }) => sum + size, 0);
  return same * 2 >= Math.min(held, records.length);
}
