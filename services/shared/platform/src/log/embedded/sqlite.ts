// SQLite's values and errors in our words.
import type { SQLOutputValue } from 'node:sqlite';
import { Fault } from '@parallax/core';

export type Row = Record<string, SQLOutputValue>;

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw new TypeError(`Column ${column} holds no number: ${typeof value}`);
}

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new TypeError(`Column ${column} holds no text: ${typeof value}`);
}

export function bytes(row: Row, column: string): Uint8Array | null {
  const value = row[column];
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeError(`Column ${column} holds no bytes: ${typeof value}`);
}

// Primary result codes, https://sqlite.org/rescode.html
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const PROTOCOL = 15;
const NOTADB = 26;

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code === BUSY || code === LOCKED || code === PROTOCOL;
}

/** The fault behind an error of SQLite; faults and errors that are not SQLite's come back as they are. */
export function asFault(error: unknown, path: string): unknown {
  switch (resultCode(error)) {
    case FULL:
      return new Fault(`The disk is full: nothing more can be written to ${path}.`, {
        code: 'disk-full',
        cure: 'Free space on that disk; nothing acknowledged is lost and writing goes on by itself.',
        retryable: true,
        cause: error,
      });
    case BUSY:
    case LOCKED:
    case PROTOCOL:
      return new Fault(`Other processes kept ${path} busy for too long.`, {
        code: 'log-busy',
        cure: 'Try again; if it stays, look for a process that is stopped or stuck while writing to that folder.',
        retryable: true,
        cause: error,
      });
    case READONLY:
      return new Fault(`${path} cannot be written: the file, its folder or the disk is read-only.`, {
        code: 'read-only',
        cure: 'Make the folder and the files in it writable, or name another folder.',
        cause: error,
      });
    case CANTOPEN:
      return new Fault(`${path} cannot be opened or created.`, {
        code: 'cannot-open',
        cure: 'Check that it is a file, that its folder is writable and that the disk is mounted.',
        cause: error,
      });
    case CORRUPT:
    case NOTADB:
      return new Fault(`${path} is damaged, or is no event log.`, {
        code: 'log-corrupt',
        cure: 'Restore the folder from a copy, or move it away to begin with an empty log.',
        cause: error,
      });
    case IOERR:
      return new Fault(`Reading or writing ${path} failed.`, {
        code: 'io-error',
        cure: 'Check the disk and the limits on file sizes.',
        retryable: true,
        cause: error,
      });
    default:
      return error;
  }
}

/** Extended codes carry the primary one in their low byte. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & 0xff;
}
