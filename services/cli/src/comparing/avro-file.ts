// An object of the archive as a file of events. Its records have no id of their own: correlation finds it.
import { type ArchivedRecord, type Content, Fault } from '@parallax/core';
import { decodeObject } from '@parallax/platform';
import type { EventFile, SeekableFile, Visitor } from './event-file.ts';

/** Objects are held whole: the archiver ends them long before this. */
const LARGEST_BYTES = 1 << 30;

export class AvroFile implements EventFile {
  readonly shown: string;
  readonly size: number;
  private readonly file: SeekableFile;
  private readonly records: ArchivedRecord[] = [];

  constructor(file: SeekableFile) {
    this.file = file;
    this.shown = file.shown;
    this.size = file.size;
  }

  /** A cut or damaged object is a Fault: nothing of it is compared, for nobody knows what is not there. */
  scan(visitor: Visitor): void {
    if (this.size > LARGEST_BYTES) {
      throw new Fault(`${this.shown} has ${this.size} bytes; archive objects have at most ${LARGEST_BYTES}`, {
        code: 'file-too-large',
        cure: 'Give one object of the archive, or its events as NDJSON.',
      });
    }
    const body = Buffer.allocUnsafe(this.size);
    this.file.read(body, this.size, 0);
    for (const block of decodeObject(body, this.shown)) {
      for (const record of block) {
        const place = this.records.push(record);
        visitor.event({ id: undefined, timestamp: record.timestamp, place }, () => record);
      }
    }
    visitor.progress(this.size);
  }

  /** All its records. */
  all(): readonly ArchivedRecord[] {
    this.scan({ event: () => undefined, unreadable: () => undefined, progress: () => undefined });
    return this.records;
  }

  content(event: number): Content {
    return this.records[event] as ArchivedRecord;
  }

  close(): void {
    this.file.close();
  }
}
