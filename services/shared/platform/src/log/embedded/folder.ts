// The folder of an embedded log: made if absent, or the reason why it cannot be.
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { Fault } from '@parallax/core';

/** Also sees that `file`, if it is there, can be written: SQLite would open it and fail at the first append. */
export function prepareFolder(directory: string, file: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
    if (existsSync(file)) accessSync(file, constants.W_OK);
  } catch (error) {
    throw reason(directory, error);
  }
}

function reason(directory: string, error: unknown): Fault {
  const cause = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (cause) {
    case 'EEXIST':
    case 'ENOTDIR':
      return new Fault(`${directory} is not a folder, and the event log needs one.`, {
        code: 'not-a-folder',
        cure: 'Name a folder, or a path where one can be made.',
        cause: error,
      });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new Fault(`The event log cannot write to the folder ${directory}, or to its file in it.`, {
        code: 'read-only',
        cure: 'Make both writable for this user, or name another folder.',
        cause: error,
      });
    case 'ENOSPC':
      return new Fault(`The disk is full: the folder ${directory} cannot be made.`, {
        code: 'disk-full',
        cure: 'Free space on that disk, then try again.',
        retryable: true,
        cause: error,
      });
    default:
      return new Fault(`The folder ${directory} cannot be used for the event log.`, {
        code: 'cannot-open',
        cure: 'Check that the disk can be written, and that no part of the path is a link that leads nowhere.',
        cause: error,
      });
  }
}
