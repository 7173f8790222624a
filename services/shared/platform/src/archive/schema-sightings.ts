// Which schemas a chunk's records name: what a registry must still have when they are fed again.
import { framingOf, KEY_SCHEMA_HEADER, type LogRecord, type SeenSchemas, VALUE_SCHEMA_HEADER } from '@parallax/core';

/** Of each kind; real topics have a handful, and binary records that begin with a zero look like frames. */
const MOST = 100;

export class SchemaSightings {
  readonly #ids = new Set<number>();
  readonly #guids = new Set<string>();
  #more = false;

  see({ key, value, headers }: LogRecord): void {
    if (headers.length > 0) {
      for (const [name, bytes] of headers) {
        if (bytes !== null && (name === VALUE_SCHEMA_HEADER || name === KEY_SCHEMA_HEADER)) this.#header(bytes);
      }
    }
    this.#frame(key);
    this.#frame(value);
  }

  /** Ascending; undefined where there was none. */
  seen(): SeenSchemas | undefined {
    if (this.#ids.size + this.#guids.size === 0) return undefined;
    const ids = [...this.#ids].sort((a, b) => a - b);
    return { ids, guids: [...this.#guids].sort(), ...(this.#more ? { more: true as const } : {}) };
  }

  /** A zero and the number, four bytes, before the value itself. */
  #frame(bytes: Uint8Array | null): void {
    if (bytes === null || bytes.length < 5 || bytes[0] !== 0) return;
    const [, a = 0, b = 0, c = 0, d = 0] = bytes;
    this.#id(((a << 24) | (b << 16) | (c << 8) | d) >>> 0);
  }

  #header(bytes: Uint8Array): void {
    const framed = framingOf(EMPTY, [[VALUE_SCHEMA_HEADER, bytes]]);
    if (typeof framed === 'string') return;
    if (framed.key.kind === 'id') this.#id(framed.key.id);
    if (framed.key.kind === 'guid') this.#add(this.#guids, framed.key.guid);
  }

  #id(id: number): void {
    this.#add(this.#ids, id);
  }

  #add<T>(set: Set<T>, one: T): void {
    if (set.size < MOST || set.has(one)) set.add(one);
    else this.#more = true;
  }
}

const EMPTY = new Uint8Array(0);
