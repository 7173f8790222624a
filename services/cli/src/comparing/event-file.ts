// A file of events, opened: each event is found once in order and read again by its number.
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Content, Fault } from '@parallax/core';

export interface ScannedEvent {
  readonly id: string | undefined;
  readonly timestamp: number;
  /** The number of its line or record, from 1. */
  readonly place: number;
}

export interface EventFile {
  /** As the person named it. */
  readonly shown: string;
  /** Bytes; for progress. */
  readonly size: number;
  /** Once, from the beginning. Events are numbered from 0 as they are visited. */
  scan(visitor: Visitor): void;
  /** Valid until the next call. */
  content(event: number): Content;
  close(): void;
}

export interface Visitor {
  /** `content` may be asked for during the visit. */
  event(event: ScannedEvent, content: () => Content): void;
  /** `place`: a line, from 1. */
  unreadable(place: number, why: string): void;
  /** Bytes read so far. */
  progress(bytes: number): void;
}

/** A file that can be read at any place: what is no regular file (a pipe) is copied aside first. */
export class SeekableFile {
  readonly shown: string;
  readonly size: number;
  private readonly fd: number;

  private constructor(shown: string, fd: number) {
    this.shown = shown;
    this.fd = fd;
    this.size = fstatSync(fd).size;
  }

  /** Throws a Fault that names the file: `file-not-found`, `file-unreadable`. */
  static open(path: string, shown: string): SeekableFile {
    let fd: number;
    try {
      fd = openSync(path, 'r');
    } catch (error) {
      throw refused(shown, error);
    }
    const stat = fstatSync(fd);
    if (stat.isFile()) return new SeekableFile(shown, fd);
    if (!stat.isDirectory()) return SeekableFile.spool(fd, shown);
    closeSync(fd);
    throw new Fault(`${shown} is a directory`, {
      code: 'file-unreadable',
      cure: 'Give one file of events: NDJSON, or an .avro object of the archive.',
    });
  }

  private static spool(from: number, shown: string): SeekableFile {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-compare-'));
    const fd = openSync(join(folder, 'events'), 'w+');
    // Open, it lives on until it is closed, however this process ends.
    rmSync(folder, { recursive: true, force: true });
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (let length = readSync(from, buffer); length > 0; length = readSync(from, buffer))
      writeSync(fd, buffer, 0, length);
    closeSync(from);
    return new SeekableFile(shown, fd);
  }

  /** Bytes read: fewer than asked for only at the end. */
  read(into: Uint8Array, length: number, position: number): number {
    let done = 0;
    while (done < length) {
      const count = this.readSome(into, done, length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  }

  close(): void {
    closeSync(this.fd);
  }

  private readSome(into: Uint8Array, at: number, length: number, position: number): number {
    try {
      return readSync(this.fd, into, at, length, position);
    } catch (error) {
      throw refused(this.shown, error);
    }
  }
}

function refused(shown: string, error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') {
    return new Fault(`There is no file ${shown}`, {
      code: 'file-not-found',
      cure: 'A relative path counts from the folder you are in.',
      cause: error,
    });
  }
  const why = error.code === 'EACCES' || error.code === 'EPERM' ? 'this user may not read it' : error.message;
  return new Fault(`Cannot read ${shown}: ${why}`, {
    code: 'file-unreadable',
    cure: 'Look at the file, its rights and its disk.',
    cause: error,
  });
}
