// An NDJSON file of events: lines are found and checked in one pass, values are read again by their place.
import { type Content, type EventLine, LineReader, type ToPayload } from '@parallax/core';
import type { EventFile, SeekableFile, Visitor } from './event-file.ts';

const CHUNK_BYTES = 1 << 20;
const LINE_END = 0x0a;

export class NdjsonFile implements EventFile {
  readonly shown: string;
  readonly size: number;
  private readonly file: SeekableFile;
  private readonly reader = new LineReader();
  private readonly envelope: boolean;
  private readonly payload: ToPayload;
  /** Of each event: its line's place and length, and its value's place in the line. */
  private readonly offsets: number[] = [];
  private readonly lengths: number[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /** `envelope`: keys and headers are compared too, not only read for ids. */
  constructor(file: SeekableFile, envelope: boolean, payload: ToPayload) {
    this.file = file;
    this.shown = file.shown;
    this.size = file.size;
    this.envelope = envelope;
    this.payload = payload;
  }

  scan(visitor: Visitor): void {
    let number = 0;
    let offset = 0;
    for (const line of this.lines(visitor)) {
      number++;
      // Editors of some systems begin a file with a byte order mark.
      const mark = number === 1 && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf ? 3 : 0;
      const text = line.subarray(mark);
      if (!blank(text)) this.line(text, offset + mark, number, visitor);
      offset += line.length + 1;
    }
  }

  content(event: number): Content {
    const start = this.starts[event] as number;
    const end = this.ends[event] as number;
    const from = this.envelope ? 0 : start;
    const length = (this.envelope ? (this.lengths[event] as number) : end) - from;
    // A view of its own each time: both contents of a comparison may come from one file.
    const bytes = new Uint8Array(length);
    this.file.read(bytes, length, (this.offsets[event] as number) + from);
    if (!this.envelope) return { key: null, value: this.payload(bytes), headers: [] };
    const read = this.reader.read(bytes, true);
    if (read.kind !== 'event') throw new Error(`${this.shown} changed while it was read`);
    return this.contentOf(bytes, read);
  }

  close(): void {
    this.file.close();
  }

  private line(text: Uint8Array, offset: number, number: number, visitor: Visitor): void {
    const read = this.reader.read(text, true);
    if (read.kind === 'undecodable') {
      visitor.unreadable(number, read.why);
      return;
    }
    this.offsets.push(offset);
    this.lengths.push(text.length);
    this.starts.push(read.start);
    this.ends.push(read.end);
    visitor.event({ id: read.id, timestamp: read.timestamp, place: number }, () => this.contentOf(text, read));
  }

  private contentOf(line: Uint8Array, { key, headers, start, end }: EventLine): Content {
    return { key, value: this.payload(line.subarray(start, end)), headers };
  }

  /** Without their line ends; valid until the next one. */
  private *lines(visitor: Visitor): Generator<Uint8Array> {
    const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    /** The line begun in earlier chunks. */
    let begun: Uint8Array[] = [];
    let position = 0;
    for (;;) {
      const length = this.file.read(chunk, CHUNK_BYTES, position);
      if (length === 0) break;
      position += length;
      let from = 0;
      for (let end = chunk.indexOf(LINE_END, from); end >= 0 && end < length; end = chunk.indexOf(LINE_END, from)) {
        const piece = chunk.subarray(from, end);
        yield begun.length === 0 ? piece : Buffer.concat([...begun, piece]);
        begun = [];
        from = end + 1;
      }
      if (from < length) begun.push(Buffer.from(chunk.subarray(from, length)));
      visitor.progress(position);
    }
    if (begun.length > 0) yield Buffer.concat(begun);
  }
}

function blank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
