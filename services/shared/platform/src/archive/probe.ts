// Asks of an archive all that Parallax needs of one, on throw-away keys: what `doctor` shows before anything depends on it.
import { randomUUID } from 'node:crypto';
import { type Archive, Fault } from '@parallax/core';
import { openArchive } from './open-archive.ts';
import type { S3Options } from './s3/options.ts';

/** In the order in which they are asked; what follows a failure is asked all the same, as far as it can be. */
export type ArchiveNeed =
  | 'create'
  | 'read'
  | 'list'
  /** A second create of a key is refused, and does not replace it. */
  | 'refuse'
  /** Of many creates of one key at once, one succeeds. */
  | 'race'
  /** As `create` and `refuse`, for objects that are stored in parts; on S3 only. */
  | 'parts'
  | 'remove';

export interface ArchiveFinding {
  readonly need: ArchiveNeed;
  readonly met: boolean;
  /** What is so, as a sentence. */
  readonly says: string;
  /** What to do, when it is not met. */
  readonly cure?: string;
  /** The fault's, or `archive-unfit` when the server answers and does not keep the promise. */
  readonly code?: string;
}

const AT_ONCE = 8;
const RACES = 5;
const UNFIT =
  'Use a server that honours If-None-Match on PutObject and CompleteMultipartUpload, as Amazon S3 does: on this one two archivers could overwrite each other’s objects.';

/** Never rejects for what the archive does; at most a few dozen small requests, and nothing is left behind. */
export async function probeArchive(address: string, s3: S3Options = {}): Promise<readonly ArchiveFinding[]> {
  const archive = openArchive(address, s3);
  const inParts = address.toLowerCase().startsWith('s3:')
    ? openArchive(address, { ...s3, multipartBytes: 0 })
    : undefined;
  const findings: ArchiveFinding[] = [];
  const folder = `probe/${randomUUID()}`;
  const used = new Set<string>();
  const key = (name: string) => {
    used.add(`${folder}/${name}`);
    return `${folder}/${name}`;
  };
  /** `work` tells what is wrong, or nothing. */
  const ask = async (need: ArchiveNeed, fine: string, work: () => Promise<string | undefined>): Promise<void> => {
    findings.push(await findingOf(need, fine, work));
  };

  try {
    await ask('create', 'Objects can be stored.', async () => {
      const outcome = await archive.create(key('a'), bytes('first'));
      return outcome === 'created' ? undefined : 'A key nobody has used is said to be taken.';
    });
    await ask('read', 'Objects can be read.', async () => {
      const found = await archive.read(key('a'));
      return found !== undefined && text(found) === 'first' ? undefined : 'What was stored is not what is read.';
    });
    await ask('list', 'Objects can be listed.', async () => {
      const found = await Array.fromAsync(archive.list(`${folder}/`));
      return found.some((object) => object.key === key('a')) ? undefined : 'What was stored is not in the list.';
    });
    await ask('refuse', 'An object is never replaced.', () => refusal(archive, archive, key('a')));
    await ask('race', 'Of many writers of one object one succeeds.', () => race(archive, key));
    if (inParts !== undefined) {
      await ask('parts', 'Large objects can be stored, and are never replaced.', async () => {
        const outcome = await inParts.create(key('parts'), bytes('first'));
        if (outcome !== 'created') return 'A key nobody has used is said to be taken.';
        return refusal(inParts, archive, key('parts'));
      });
    }
  } finally {
    await ask('remove', 'Objects can be removed.', async () => {
      for (const each of used) await archive.remove(each);
      return (await archive.read(key('a'))) === undefined ? undefined : 'What was removed is still there.';
    });
    await Promise.all([archive.close(), inParts?.close()]);
  }
  return findings;
}

async function findingOf(
  need: ArchiveNeed,
  fine: string,
  work: () => Promise<string | undefined>,
): Promise<ArchiveFinding> {
  try {
    const wrong = await work();
    if (wrong === undefined) return { need, met: true, says: fine };
    return { need, met: false, says: wrong, cure: UNFIT, code: 'archive-unfit' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message: says, cure, code } = error;
    return { need, met: false, says, code, ...(cure === undefined ? {} : { cure }) };
  }
}

async function refusal(writer: Archive, reader: Archive, key: string): Promise<string | undefined> {
  const outcome = await writer.create(key, bytes('second'));
  const held = await reader.read(key);
  if (held !== undefined && text(held) === 'second') return 'The server replaces an object that is there.';
  return outcome === 'exists' ? undefined : 'The server says it has stored an object whose key was taken.';
}

/** Several times: servers that check and then store let two through only sometimes. */
async function race(archive: Archive, key: (name: string) => string): Promise<string | undefined> {
  for (let round = 0; round < RACES; round++) {
    const contested = key(`race-${round}`);
    const outcomes = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => archive.create(contested, bytes(`writer ${n}`))),
    );
    const winners = outcomes.filter((outcome) => outcome === 'created').length;
    if (winners !== 1) return `Of ${AT_ONCE} writers of one object at once ${winners} were told that they created it.`;
  }
  return undefined;
}

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function text(value: Uint8Array): string {
  return new TextDecoder().decode(value);
}
