// Packs blocks beside the thread that fills them: on the threads Node has for files, several blocks of an object at once.
//
// Bounded by the bytes that are on their way. Beyond that whoever fills a block packs it himself, so that neither thread
// waits for the other and nothing piles up.
import { ByteWriter } from './bytes.ts';
import type { BlockCodec } from './codecs.ts';
import type { PackBeside } from './deflating.ts';
import { BlockRoom } from './packed-blocks.ts';

/** Half a slice of delivery: answers come when the loop turns, and until then there must be work. */
const MOST_BYTES = 4 * 1024 * 1024;
/** What a huge record has made grow is not kept. */
const KEPT_BYTES = 512 * 1024;
/** A block and the record that ends it. */
const BLOCK_CAPACITY = 160 * 1024;

/** One for all objects of a process. */
export class Packer {
  /** For what is packed, until its object is whole. */
  readonly room: BlockRoom;
  readonly #most: number;
  readonly #free: ByteWriter[] = [];
  readonly #ways = new Map<BlockCodec, PackBeside | undefined>();
  #bytes = 0;

  /** @param most raw bytes on their way at once */
  constructor(most = MOST_BYTES, room = new BlockRoom()) {
    this.#most = most;
    this.room = room;
  }

  /**
   * Takes `raw` and is the only one to touch it from now on; {@link writer} gives another. undefined: it was not taken,
   * because enough is on its way or the codec has no use for it.
   */
  take(codec: BlockCodec, raw: ByteWriter): Promise<Uint8Array> | undefined {
    const bytes = raw.length;
    const pack = this.#way(codec);
    if (pack === undefined || (this.#bytes > 0 && this.#bytes + bytes > this.#most)) return undefined;
    this.#bytes += bytes;
    return pack(raw.view()).finally(() => {
      this.#bytes -= bytes;
      raw.clear();
      if (raw.capacity <= KEPT_BYTES) this.#free.push(raw);
    });
  }

  /** An empty one. */
  writer(): ByteWriter {
    return this.#free.pop() ?? new ByteWriter(BLOCK_CAPACITY);
  }

  #way(codec: BlockCodec): PackBeside | undefined {
    if (!this.#ways.has(codec)) this.#ways.set(codec, codec.besides?.());
    return this.#ways.get(codec);
  }
}
