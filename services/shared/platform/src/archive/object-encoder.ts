// Writes archive objects: Avro object container files, whose bytes are a function of their records and the codec alone.
//
// Records are encoded as they come and blocks compressed as they fill, so that an open chunk costs its compressed size.
// Blocks end by raw bytes, hence a snapshot of an open chunk begins with the same blocks as the finished one.
import { createHash } from 'node:crypto';
import { Fault, type LogRecord, type SeenSchemas, type TimestampType } from '@parallax/core';
import { ByteWriter } from './bytes.ts';
import { type ArchiveCodec, type BlockCodec, codecOf } from './codecs.ts';
import { type RecordScope, recordSchema, writeRecord } from './record-codec.ts';
import { SchemaSightings } from './schema-sightings.ts';

export const MAGIC = Buffer.from('Obj\u0001', 'latin1');
export const SYNC_BYTES = 16;
/** Header entries of our own: what a reader needs to see that blocks are missing or altered. */
export const COUNT_ENTRY = 'parallax.records';
export const DIGEST_ENTRY = 'parallax.records.sha256';
/** The longest block readers accept, raw; one record must fit. */
export const MAX_BLOCK_BYTES = 256 * 1024 * 1024;
const BLOCK_BYTES = 128 * 1024;

export interface EncodedObject {
  readonly body: Uint8Array;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  /** SHA-256 over the records' encodings, hex. */
  readonly records: string;
  /** SHA-256 of `body`, hex. */
  readonly sha256: string;
  readonly earliest: number;
  readonly latest: number;
  /** Absent where no record names a schema. */
  readonly schemas?: SeenSchemas;
}

export interface EncodeOptions {
  /** Default `deflate`. */
  readonly codec?: ArchiveCodec;
}

export class ObjectEncoder {
  readonly #scope: RecordScope;
  readonly #codec: BlockCodec;
  readonly #schemas = new SchemaSightings();
  readonly #digest = createHash('sha256');
  readonly #blocks: Uint8Array[] = [];
  readonly #open = new ByteWriter();
  #openCount = 0;
  #packedRawBytes = 0;
  #count = 0;
  #first = 0;
  #last = -1;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(scope: RecordScope, { codec = 'deflate' }: EncodeOptions = {}) {
    this.#scope = scope;
    this.#codec = codecOf(codec);
  }

  /** Copies what it needs. Offsets must ascend. `timestampType`: where it is not that of the whole topic. */
  add(record: LogRecord, timestampType: TimestampType = this.#scope.timestampType): void {
    if (record.offset <= this.#last) throw new RangeError(`offset ${record.offset} after ${this.#last}`);
    if ((record.value?.length ?? 0) + (record.key?.length ?? 0) > MAX_BLOCK_BYTES / 2)
      throw tooLarge(this.#scope, record);
    if (this.#count === 0) this.#first = record.offset;
    this.#last = record.offset;
    this.#earliest = Math.min(this.#earliest, record.timestamp);
    this.#latest = Math.max(this.#latest, record.timestamp);
    writeRecord(this.#open, this.#scope, record, timestampType);
    this.#schemas.see(record);
    this.#count += 1;
    this.#openCount += 1;
    if (this.#open.length < BLOCK_BYTES) return;
    this.#packedRawBytes += this.#open.length;
    this.#digest.update(this.#open.view());
    this.#blocks.push(...this.#block());
    this.#open.clear();
    this.#openCount = 0;
  }

  /** Of the records so far, before they are compressed: what their digest is taken over. */
  get rawBytes(): number {
    return this.#packedRawBytes + this.#open.length;
  }

  /** The object of all records so far; more may be added afterwards. There must be one. */
  snapshot(): EncodedObject {
    const records = this.#digest.copy().update(this.#open.view()).digest('hex');
    const body = Buffer.concat([this.#header(records), ...this.#blocks, ...(this.#openCount > 0 ? this.#block() : [])]);
    const schemas = this.#schemas.seen();
    return {
      body,
      first: this.#first,
      last: this.#last,
      count: this.#count,
      records,
      sha256: createHash('sha256').update(body).digest('hex'),
      earliest: this.#earliest,
      latest: this.#latest,
      ...(schemas === undefined ? {} : { schemas }),
    };
  }

  #header(records: string): Buffer {
    const entries = [
      ['avro.codec', this.#codec.avro],
      ['avro.schema', recordSchema()],
      [COUNT_ENTRY, String(this.#count)],
      [DIGEST_ENTRY, records],
    ] as const;
    const out = new ByteWriter();
    out.raw(MAGIC);
    out.long(entries.length);
    for (const [name, value] of entries) {
      out.string(name);
      out.string(value);
    }
    out.long(0);
    out.raw(this.#sync());
    return out.view();
  }

  #block(): Uint8Array[] {
    const packed = this.#codec.pack(this.#open.view());
    const head = new ByteWriter();
    head.long(this.#openCount);
    head.long(packed.length);
    return [head.view(), packed, this.#sync()];
  }

  #sync(): Buffer {
    const { topic, partition } = this.#scope;
    return createHash('sha256').update(`${topic}+${partition}+${this.#first}`).digest().subarray(0, SYNC_BYTES);
  }
}

function tooLarge({ topic, partition }: RecordScope, { offset }: LogRecord): Fault {
  return new Fault(`The record at offset ${offset} of ${topic}, partition ${partition}, is too large to archive`, {
    code: 'archive-record-too-large',
    cure: `Key and value together may have up to ${MAX_BLOCK_BYTES / 2} bytes.`,
  });
}
