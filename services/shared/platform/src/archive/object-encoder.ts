// Writes archive objects: Avro object container files, whose bytes are a function of their records and the codec alone.
//
// Records are encoded as they come and blocks compressed as they fill, so that an open chunk costs its compressed size.
// Blocks end by raw bytes, hence a snapshot of an open chunk begins with the same blocks as the finished one, whether
// they are packed here or beside this thread.
import { createHash, webcrypto } from 'node:crypto';
import { Fault, type LogRecord, type SeenSchemas, type TimestampType } from '@parallax/core';
import { ByteWriter } from './bytes.ts';
import { type ArchiveCodec, type BlockCodec, codecOf } from './codecs.ts';
import { BlockRoom, type PackedBlock, PackedBlocks } from './packed-blocks.ts';
import type { Packer } from './packing.ts';
import { type RecordScope, RecordWriter, recordSchema } from './record-codec.ts';
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
  /** Packs blocks beside this thread; such an object is had by {@link ObjectEncoder.seal} only. Default: none. */
  readonly packer?: Packer;
}

/** `packed` is absent while it is under way. */
interface Block {
  readonly count: number;
  packed: PackedBlock | undefined;
  readonly packing: Promise<unknown> | undefined;
}

/** What is known of an object before its blocks are packed. */
interface Outline {
  readonly blocks: readonly Block[];
  /** The last block, which the encoder goes on filling, packed as it is now. */
  readonly rest: Uint8Array;
  readonly restCount: number;
  readonly described: Omit<EncodedObject, 'body' | 'sha256'>;
}

export class ObjectEncoder {
  readonly #scope: RecordScope;
  readonly #codec: BlockCodec;
  readonly #packer: Packer | undefined;
  readonly #writer: RecordWriter;
  readonly #schemas = new SchemaSightings();
  readonly #digest = createHash('sha256');
  readonly #blocks: Block[] = [];
  readonly #packed: PackedBlocks;
  #open: ByteWriter;
  #openCount = 0;
  #packedRawBytes = 0;
  #count = 0;
  #first = 0;
  #last = -1;
  #earliest = Number.POSITIVE_INFINITY;
  #latest = Number.NEGATIVE_INFINITY;

  constructor(scope: RecordScope, { codec = 'deflate', packer }: EncodeOptions = {}) {
    this.#scope = scope;
    this.#codec = codecOf(codec);
    this.#packer = packer;
    this.#packed = new PackedBlocks(packer?.room ?? new BlockRoom(Number.POSITIVE_INFINITY));
    this.#writer = new RecordWriter(scope);
    this.#open = packer?.writer() ?? new ByteWriter();
  }

  /** Copies what it needs. Offsets must ascend. `timestampType`: where it is not that of the whole topic. */
  add(record: LogRecord, timestampType: TimestampType = this.#scope.timestampType): void {
    const { offset, timestamp, key, value } = record;
    if (offset <= this.#last) throw new RangeError(`offset ${offset} after ${this.#last}`);
    if ((value?.length ?? 0) + (key?.length ?? 0) > MAX_BLOCK_BYTES / 2) throw tooLarge(this.#scope, record);
    if (this.#count === 0) this.#first = offset;
    this.#last = offset;
    if (timestamp < this.#earliest) this.#earliest = timestamp;
    if (timestamp > this.#latest) this.#latest = timestamp;
    this.#writer.write(this.#open, record, timestampType);
    this.#schemas.see(record);
    this.#count += 1;
    this.#openCount += 1;
    if (this.#open.length >= BLOCK_BYTES) this.#endBlock();
  }

  /** Of the records so far, before they are compressed: what their digest is taken over. */
  get rawBytes(): number {
    return this.#packedRawBytes + this.#open.length;
  }

  /**
   * The object of all records so far; more may be added afterwards. There must be one.
   * @throws Error where blocks are packed by a packer: {@link seal} waits for them
   */
  snapshot(): EncodedObject {
    if (this.#packer !== undefined) throw new Error('What a packer packs is waited for: call seal().');
    return this.#assembled(this.#outline());
  }

  /**
   * As {@link snapshot}, of the records that were added before the call; put together when it is asked for, as often as it
   * is. Until then it takes the memory of its last block.
   */
  cut(): () => Promise<EncodedObject> {
    const outline = this.#outline();
    return () => this.#assemble(outline);
  }

  /** As {@link cut}, at once. */
  seal(): Promise<EncodedObject> {
    return this.cut()();
  }

  /** No object is to be had any more: what its blocks take is free. */
  letGo(): void {
    this.#packed.letGo();
  }

  async #assemble(outline: Outline): Promise<EncodedObject> {
    // Nothing here waits for other threads then: a simulation's world depends on its seed alone.
    if (this.#packer === undefined) return this.#assembled(outline);
    for (const { packing } of outline.blocks) await packing;
    const body = this.#body(outline);
    // A large one beside this thread, too.
    const sha256 = Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex');
    return { body, sha256, ...outline.described };
  }

  #assembled(outline: Outline): EncodedObject {
    const body = this.#body(outline);
    return { body, sha256: createHash('sha256').update(body).digest('hex'), ...outline.described };
  }

  #endBlock(): void {
    const raw = this.#open;
    const count = this.#openCount;
    this.#packedRawBytes += raw.length;
    this.#digest.update(raw.view());
    this.#openCount = 0;
    const packing = this.#packer?.take(this.#codec, raw);
    if (packing === undefined) {
      this.#blocks.push({ count, packed: this.#packed.keep(this.#codec.pack(raw.view())), packing });
      raw.clear();
      return;
    }
    this.#open = this.#packer?.writer() ?? new ByteWriter();
    const block: Block = {
      count,
      packed: undefined,
      packing: packing.then((packed) => {
        block.packed = this.#packed.keep(packed);
      }),
    };
    // Told when the object is sealed; an object that never is has nobody to tell.
    block.packing?.catch(() => undefined);
    this.#blocks.push(block);
  }

  #outline(): Outline {
    const rest = this.#open.view();
    const schemas = this.#schemas.seen();
    const described = {
      first: this.#first,
      last: this.#last,
      count: this.#count,
      records: this.#digest.copy().update(rest).digest('hex'),
      earliest: this.#earliest,
      latest: this.#latest,
      ...(schemas === undefined ? {} : { schemas }),
    };
    const packed = this.#openCount > 0 ? this.#codec.pack(rest) : rest.subarray(0, 0);
    return { blocks: [...this.#blocks], rest: packed, restCount: this.#openCount, described };
  }

  #body({ blocks, rest, restCount, described: { count, records } }: Outline): Uint8Array<ArrayBuffer> {
    const sync = this.#sync();
    const header = this.#header(count, records, sync);
    const heads = blocks.map(({ count: due, packed }) => {
      if (packed === undefined) throw new Error('A block of the object was not packed.');
      return { packed, head: blockHead(due, packed.bytes) };
    });
    const last = restCount > 0 ? [blockHead(restCount, rest.length), rest, sync] : [];
    let length = header.length;
    for (const { packed, head } of heads) length += head.length + packed.bytes + sync.length;
    for (const part of last) length += part.length;
    const body = Buffer.allocUnsafeSlow(length);
    let at = 0;
    const put = (part: Uint8Array) => {
      body.set(part, at);
      at += part.length;
    };
    put(header);
    for (const { packed, head } of heads) {
      put(head);
      this.#packed.copy(packed, body, at);
      at += packed.bytes;
      put(sync);
    }
    for (const part of last) put(part);
    return body;
  }

  #header(count: number, records: string, sync: Uint8Array): Buffer {
    const entries = [
      ['avro.codec', this.#codec.avro],
      ['avro.schema', recordSchema()],
      [COUNT_ENTRY, String(count)],
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
    out.raw(sync);
    return out.view();
  }

  #sync(): Buffer {
    const { topic, partition } = this.#scope;
    return createHash('sha256').update(`${topic}+${partition}+${this.#first}`).digest().subarray(0, SYNC_BYTES);
  }
}

/** How many records a block has, and how many bytes. */
function blockHead(count: number, bytes: number): Uint8Array {
  const head = new ByteWriter(20);
  head.long(count);
  head.long(bytes);
  return head.view();
}

function tooLarge({ topic, partition }: RecordScope, { offset }: LogRecord): Fault {
  return new Fault(`The record at offset ${offset} of ${topic}, partition ${partition}, is too large to archive`, {
    code: 'archive-record-too-large',
    cure: `Key and value together may have up to ${MAX_BLOCK_BYTES / 2} bytes.`,
  });
}
