// Reads a partition back out of the archive: in offset order, each record once, one object in memory at a time.
import { webcrypto } from 'node:crypto';
import {
  type ArchivedRecord,
  type ArchiveReader,
  Fault,
  gaps,
  type Manifest,
  parseObjectKey,
  readingPlan,
} from '@parallax/core';
import { type Catalogued, catalogue } from './catalog.ts';
import { sha256Of } from './describe-object.ts';
import { decodeObject } from './object-decoder.ts';
import { type ArchiveProblem, gapProblem, type OnProblem, objectFault, objectProblem } from './problems.ts';

export interface ReadArchivedOptions {
  /** First offset wanted; default 0. */
  readonly from?: number;
  /** First offset no longer wanted; default none. */
  readonly to?: number;
  /** Whether nothing of this object is wanted: it is not read. */
  readonly skip?: (object: Manifest) => boolean;
  /**
   * Told of what cannot be read and of what is missing in between, each once, when its place is reached; reading goes on
   * with the rest. Without it, an object that cannot be read ends the reading with a fault, and a gap goes by in silence.
   */
  readonly onProblem?: OnProblem | undefined;
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
  { from = 0, to = Number.MAX_SAFE_INTEGER, skip, onProblem }: ReadArchivedOptions = {},
): AsyncGenerator<readonly ArchivedRecord[]> {
  let next = from;
  let upTo = to;
  const told = onProblem === undefined ? undefined : new Told(topic, partition, { from, to, skip }, onProblem);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const problems: ArchiveProblem[] = [];
    const tell: OnProblem | undefined = told && ((problem) => void problems.push(problem));
    const objects = await catalogue(archive, topic, partition, tell);
    for (const problem of problems) if (!isBefore(from, problem, objects)) told?.once(problem);
    const sound = objects.filter(({ key }) => told?.has(key) !== true);
    const plan = readingPlan(sound, { from: next, to: upTo });
    upTo = Math.min(upTo, attempt === 0 ? (plan.at(-1)?.to ?? next) : upTo);
    let isToPlanAgain = false;
    let ahead: Ahead | undefined;
    for (const [at, step] of plan.entries()) {
      told?.gapsBefore(step.from, sound);
      if (skip?.(step.piece)) {
        next = step.to;
        continue;
      }
      try {
        const body = await (ahead?.key === step.piece.key ? ahead.body : archive.read(step.piece.key));
        ahead = undefined;
        isToPlanAgain = body === undefined;
        if (body === undefined) break;
        await check(step.piece, body);
        let left = step.piece.count;
        for (const block of decodeObject(body, step.piece.key)) {
          const wanted = block.filter(({ offset }) => offset >= Math.max(next, step.from) && offset < step.to);
          left -= block.length;
          // While the last of this object are used, so that nobody waits for a slow archive at the end of each.
          if (ahead === undefined && left < AHEAD_RECORDS) ahead = readAhead(archive, plan[at + 1], skip);
          if (wanted.length > 0) yield wanted;
          next = Math.max(next, (wanted.at(-1)?.offset ?? -1) + 1);
        }
      } catch (error) {
        if (told === undefined) throw error;
        told.once(objectProblem(step.piece.key, objectFault(error)));
        // What others hold of it is read from them.
        isToPlanAgain = true;
        attempt = 0;
        break;
      }
      next = step.to;
      attempt = 0;
    }
    if (isToPlanAgain) continue;
    told?.gapsBefore(to, sound);
    return;
  }
  throw new Fault(`Objects of ${topic}, partition ${partition}, vanish while they are read, from offset ${next} on`, {
    code: 'archive-object-vanished',
    cure: 'See that nothing but Parallax removes objects of the archive, then try again.',
    retryable: true,
  });
}

/** Whether it speaks of an object whose records all come before `from`: another one, at or before it, comes behind. */
function isBefore(from: number, { place }: ArchiveProblem, objects: readonly Catalogued[]): boolean {
  const first = parseObjectKey(place)?.first;
  return first !== undefined && objects.some((one) => one.first > first && one.first <= from);
}

interface Within {
  readonly from: number;
  readonly to: number;
  readonly skip: ReadArchivedOptions['skip'] | undefined;
}

/** What was told so far, so that planning again does not tell it again. */
class Told {
  readonly #topic: string;
  readonly #partition: number;
  readonly #within: Within;
  readonly #onProblem: OnProblem;
  readonly #places = new Set<string>();
  #gapsTo = 0;

  constructor(topic: string, partition: number, within: Within, onProblem: OnProblem) {
    this.#topic = topic;
    this.#partition = partition;
    this.#within = within;
    this.#onProblem = onProblem;
  }

  has(key: string): boolean {
    return this.#places.has(key);
  }

  readonly once = (problem: ArchiveProblem): void => {
    if ((parseObjectKey(problem.place)?.first ?? 0) >= this.#within.to || this.#places.has(problem.place)) return;
    this.#places.add(problem.place);
    this.#onProblem(problem);
  };

  /** Of the offsets wanted, those that no object covers; but none where both objects beside them are skipped alike. */
  gapsBefore(end: number, objects: readonly Catalogued[]): void {
    const { from, to, skip } = this.#within;
    for (const gap of gaps(objects)) {
      const hole = { from: Math.max(gap.from, from, this.#gapsTo), to: Math.min(gap.to, to) };
      if (gap.from >= end || hole.from >= hole.to) continue;
      const before = objects.find(({ last }) => last === gap.from - 1);
      const after = objects.find((one) => one.from === gap.to);
      this.#gapsTo = hole.to;
      if (before !== undefined && after !== undefined && skip?.(between(before, after))) continue;
      this.#onProblem(gapProblem(this.#topic, this.#partition, hole));
    }
  }
}

/** Of a whole partition. */
export function gapsOf(topic: string, partition: number, objects: readonly Catalogued[]): ArchiveProblem[] {
  return gaps(objects).map((hole) => gapProblem(topic, partition, hole));
}

/** What was recorded between two objects has a time between theirs, as far as one can tell. */
function between(before: Catalogued, after: Catalogued): Manifest {
  const [earliest, latest] = [Math.min(before.latest, after.earliest), Math.max(before.latest, after.earliest)];
  return { ...before, earliest, latest };
}

/** All of an object's records, by block; of one that is gone none, and, once told, of one that cannot be read. */
export async function blocksOrTell(
  archive: ArchiveReader,
  key: string,
  onProblem: OnProblem | undefined,
): Promise<readonly (readonly ArchivedRecord[])[]> {
  try {
    const body = await archive.read(key);
    return body === undefined ? [] : [...decodeObject(body, key)];
  } catch (error) {
    if (onProblem === undefined) throw error;
    onProblem(objectProblem(key, objectFault(error)));
    return [];
  }
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
