// What the file system refuses, told as faults of the archive.
import { Fault } from '@parallax/core';

interface Refusal {
  readonly code: string;
  readonly says: string;
  readonly cure: string;
  readonly retryable?: true;
}

const FULL: Refusal = {
  code: 'archive-full',
  says: 'the disk is full',
  cure: 'Free some space, or point the archive elsewhere; nothing is lost meanwhile: the log keeps what is not archived.',
  retryable: true,
};
const READ_ONLY: Refusal = {
  code: 'archive-not-writable',
  says: 'it may not be written to',
  cure: 'Give this user the right to write there, or point the archive elsewhere with --archive or PARALLAX_ARCHIVE.',
};
const UNREADABLE: Refusal = {
  code: 'archive-not-readable',
  says: 'this user may not read there',
  cure: 'Give this user the right to read the files and to enter the folders, or name another archive with --archive or PARALLAX_ARCHIVE.',
};
/** Clauses of what only reads. */
const READING = /^(?:read|list) /;
const IN_THE_WAY: Refusal = {
  code: 'archive-not-a-folder',
  says: 'a file stands where a folder is needed, or a folder where a file is',
  cure: 'The archive must have its folder for itself: point --archive or PARALLAX_ARCHIVE at an empty or new one.',
};
const BUSY: Refusal = {
  code: 'archive-unavailable',
  says: 'the file system does not answer as it should',
  cure: 'It may pass by itself; otherwise look at the disk and at the limit of open files.',
  retryable: true,
};
const UNFIT: Refusal = {
  code: 'archive-unfit',
  says: 'its file system cannot create a file under a name only when the name is free',
  cure: 'Use a file system with hard links for the archive, not FAT or some network shares.',
};
const TOO_LONG: Refusal = {
  code: 'archive-key-too-long',
  says: 'the path is too long',
  cure: 'Point the archive at a folder with a shorter path.',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  ENOTDIR: IN_THE_WAY,
  EISDIR: IN_THE_WAY,
  EEXIST: IN_THE_WAY,
  EIO: BUSY,
  EBUSY: BUSY,
  ESTALE: BUSY,
  EMFILE: BUSY,
  ENFILE: BUSY,
  ENOTSUP: UNFIT,
  EOPNOTSUPP: UNFIT,
  EMLINK: UNFIT,
  ENAMETOOLONG: TOO_LONG,
};

export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** `doing` is a clause: "store topics/…". Errors without a place in the table are handed back as they are. */
export function archiveFault(address: string, doing: string, error: unknown): unknown {
  const named = REFUSALS[errorCode(error) ?? ''];
  const refusal = named === READ_ONLY && READING.test(doing) ? UNREADABLE : named;
  if (refusal === undefined) return error;
  const { code, says, cure, retryable = false } = refusal;
  return new Fault(`Cannot ${doing} in the archive ${address}: ${says}`, { code, cure, retryable, cause: error });
}
