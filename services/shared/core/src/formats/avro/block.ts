// The values of one block of an Avro container file, each as JSON text and as the bytes it was read from.
import type { Stopped } from '../json-out.ts';
import { AvroDecoder, type CompiledSchema, compileSchema } from './decode.ts';
import { parseAvroSchema } from './schema.ts';

export interface BlockValue {
  /** JSON text of its own. */
  readonly json: Uint8Array;
  /** A view of the block: the value's encoding without any frame. */
  readonly bytes: Uint8Array;
}

export class AvroBlocks {
  readonly #schema: CompiledSchema;
  readonly #decoder: AvroDecoder;

  /** @throws Fault `bad-schema` */
  constructor(schema: string, limits: { readonly bytes: number; readonly depth: number }) {
    this.#schema = compileSchema(parseAvroSchema(schema, []));
    this.#decoder = new AvroDecoder(limits);
  }

  /** `count` values, which are all of the unpacked block; or why they are not. */
  values(block: Uint8Array, count: number): BlockValue[] | Stopped['reason'] {
    const found: BlockValue[] = [];
    let at = 0;
    for (let n = 0; n < count; n++) {
      const read = this.#decoder.decodeNext(this.#schema, block, at);
      if (typeof read === 'string') return read;
      found.push({ json: read.json.slice(), bytes: block.subarray(at, read.end) });
      at = read.end;
    }
    return at === block.length ? found : 'trailing-bytes';
  }
}
