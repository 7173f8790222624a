// `format: auto`: each value is read as what its first bytes say it is, for topics that hold more than one format.
//
// Nothing is tried out: a value that begins as JSON and is none cannot be read, rather than being taken for text.
import { isUtf8 } from '../json/utf8.ts';
import type { Header } from '../ports/log.ts';
import type { AvroFormat } from './avro.ts';
import { BYTES_FORMAT } from './bytes.ts';
import type { FormatReader, Refusal } from './format.ts';
import { framingOf } from './framing.ts';
import type { SchemaKey } from './schemas.ts';
import { TEXT_FORMAT } from './text.ts';

/** Put before bytes that are no text, which never begins so: no text equals bytes by chance. */
const NOT_TEXT = new TextEncoder().encode('"\\u0000');

export class AutoFormat implements FormatReader {
  readonly #avro: AvroFormat;
  readonly #hasRegistry: boolean;

  /** @param hasRegistry a zero byte and a number before a value are taken for a registry's frame */
  constructor(avro: AvroFormat, hasRegistry: boolean) {
    this.#avro = avro;
    this.#hasRegistry = hasRegistry;
  }

  json(value: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal {
    if (this.#isFramed(value, headers)) return this.#avro.json(value, headers);
    const first = firstUnit(value);
    if (first === 0x7b || first === 0x5b) return value;
    if (value[0] !== 0 && isUtf8(value)) return TEXT_FORMAT.json(value, headers);
    const text = BYTES_FORMAT.json(value, headers) as Uint8Array;
    const marked = new Uint8Array(NOT_TEXT.length + text.length - 1);
    marked.set(NOT_TEXT);
    marked.set(text.subarray(1), NOT_TEXT.length);
    return marked;
  }

  schemaOf(value: Uint8Array, headers: readonly Header[]): SchemaKey | undefined {
    return this.#isFramed(value, headers) ? this.#avro.schemaOf(value, headers) : undefined;
  }

  refuses(value: Uint8Array, headers: readonly Header[]): Refusal | undefined {
    return this.#isFramed(value, headers) ? this.#avro.refuses(value, headers) : undefined;
  }

  #isFramed(value: Uint8Array, headers: readonly Header[]): boolean {
    const framed = framingOf(value, headers);
    return typeof framed === 'object' && (framed.key.kind === 'fingerprint' || this.#hasRegistry);
  }
}

/** The first byte that is no white space. */
function firstUnit(value: Uint8Array): number | undefined {
  return value.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
