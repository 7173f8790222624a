// Reads a partition back out of the archive: in offset order, each record once, one object in memory at a time.
import { webcrypto } from 'node:crypto';
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
/** Of an object, left to be used when the next one is asked for. */
const AHEAD_RECORDS = 500;
const LARGE_BYTES = 256 * 1024;

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
    let ahead: Ahead | undefined;
    for (const [at, step] of plan.entries()) {
      if (skip?.(step.piece)) {
        next = step.to;
        continue;
      }
      const body = await (ahead?.key === step.piece.key ? ahead.body : archive.read(step.piece.key));
      ahead = undefined;
      vanished = body === undefined;
      if (body === undefined) break;
      await check(step.piece, body);
      let left = step.piece.count;
      for (const block of decodeObject(body, step.piece.key)) {
        const wanted = block.filter(({ offset }) => offset >= step.from && offset < step.to);
        left -= block.length;
        // While the last of this object are used, so that nobody waits for a slow archive at the end of each.
        if (ahead === undefined && left < AHEAD_RECORDS) ahead = readAhead(archive, plan[at + 1], skip);
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

interface Ahead {
  readonly key: string;
  readonly body: ReturnType<ArchiveReader['read']>;
}

function readAhead(
  archive: ArchiveReader,
  step: { readonly piece: Catalogued } | undefined,
  skip: ReadArchivedOptions['skip'],
): Ahead | undefined {
  if (step === undefined || skip?.(step.piece)) return undefined;
  const body = archive.read(step.piece.key);
  // Awaited when its turn comes; until then, and if it never comes, it must not count as unhandled.
  body.catch(() => undefined);
  return { key: step.piece.key, body };
}

async function check(expected: Catalogued, body: Uint8Array): Promise<void> {
  if (body.length === expected.bytes && (await hashed(body)) === expected.sha256) return;
  throw new Fault(`${expected.key} is damaged: it is not the object its manifest describes`, {
    code: 'archive-object-damaged',
    cure: 'Restore the object from a copy; `parallax archive verify` lists every damaged one.',
  });
}

/** A large object beside this thread: hashing it here would hold up whatever is to be sent at a time. */
async function hashed(body: Uint8Array): Promise<string> {
  if (body.length < LARGE_BYTES) return sha256Of(body);
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex');
}
