// Reads a partition back out of the archive: in offset order, each record once, one object in memory at a time.
import { type ArchivedRecord, type ArchiveReader, Fault, type Manifest, readingPlan } from '@parallax/core';
import { type Catalogued, catalogue } from './catalog.ts';
import { sha256Of } from './describe-object.ts';
import { decodeObject } from './object-decoder.ts';

export interface ReadArchivedOptions {
  /** First offset wanted; default 0. */
  readonly from?: number;
  /** First offset no longer wanted; default none. */
  readonly to?: number;
  /** Whether nothing of this object is wanted: it is not read. */
  readonly skip?: (object: Manifest) => boolean;
}

const ATTEMPTS = 5;

/**
 * Batches of records, across full objects and tails. Their bytes are views of the block they came in: copy what is kept.
 * Every object is checked against its manifest before a record of it is given out; a damaged one is a fault. What the
 * archiver adds after the call is not read; tails it replaces meanwhile are read from what replaced them.
 */
export async function* readArchived(
  archive: ArchiveReader,
  topic: string,
  partition: number,
  { from = 0, to = Number.MAX_SAFE_INTEGER, skip }: ReadArchivedOptions = {},
): AsyncGenerator<readonly ArchivedRecord[]> {
  let next = from;
  let upTo = to;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const plan = readingPlan(await catalogue(archive, topic, partition), { from: next, to: upTo });
    upTo = Math.min(upTo, attempt === 0 ? (plan.at(-1)?.to ?? 0) : upTo);
    let vanished = false;
    for (const step of plan) {
      if (skip?.(step.piece)) {
        next = step.to;
        continue;
      }
      const body = await archive.read(step.piece.key);
      vanished = body === undefined;
      if (body === undefined) break;
      check(step.piece, body);
      for (const block of decodeObject(body, step.piece.key)) {
        const wanted = block.filter(({ offset }) => offset >= step.from && offset < step.to);
        if (wanted.length > 0) yield wanted;
      }
      next = step.to;
      attempt = 0;
    }
    if (!vanished) return;
  }
  throw new Fault(`Objects of ${topic}, partition ${partition}, vanish while they are read, from offset ${next} on`, {
    code: 'archive-object-vanished',
    cure: 'See that nothing but Parallax removes objects of the archive, then try again.',
    retryable: true,
  });
}

function check(expected: Catalogued, body: Uint8Array): void {
  if (body.length === expected.bytes && sha256Of(body) === expected.sha256) return;
  throw new Fault(`${expected.key} is damaged: it is not the object its manifest describes`, {
    code: 'archive-object-damaged',
    cure: 'Restore the object from a copy; `parallax archive verify` lists every damaged one.',
  });
}
