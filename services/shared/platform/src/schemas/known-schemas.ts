// The schemas of one side that are known by now: those of its files from the start, those of its registry once asked for.
import {
  type Content,
  type FormatReader,
  keySchemaOf,
  type SchemaKey,
  type Schemas,
  type WriterSchema,
} from '@parallax/core';
import type { Registry } from './registry.ts';

/** Kept at most; beyond it the one learned first is forgotten, and asked for again. */
const MOST_KNOWN = 20_000;
const MOST_UNKNOWN = 10_000;
/** For how long a registry's word that it has no such schema holds. */
const UNKNOWN_MS = 30_000;

export class KnownSchemas implements Schemas {
  readonly registry: Registry | undefined;
  readonly #now: () => number;
  readonly #byId = new Map<number, WriterSchema>();
  readonly #byName = new Map<string, WriterSchema>();
  readonly #unknown = new Map<string, number>();
  readonly #asking = new Map<string, Promise<void>>();

  /**
   * @param files schemas by their fingerprints
   * @param now monotonic milliseconds
   */
  constructor(
    registry: Registry | undefined,
    files: ReadonlyMap<string, WriterSchema> = new Map(),
    now: () => number = () => performance.now(),
  ) {
    this.registry = registry;
    this.#now = now;
    for (const [fingerprint, schema] of files) this.#byName.set(fingerprint, schema);
  }

  get hasRegistry(): boolean {
    return this.registry !== undefined;
  }

  find(key: SchemaKey): WriterSchema | undefined {
    if (key.kind === 'id') return this.#byId.get(key.id);
    return this.#byName.get(key.kind === 'guid' ? key.guid : key.fingerprint);
  }

  /** Whether asking may help: it is not known, and the registry has not lately said that there is none. */
  isToBeLearned(key: SchemaKey): boolean {
    if (this.find(key) !== undefined || this.registry === undefined || key.kind === 'fingerprint') return false;
    const until = this.#unknown.get(textOf(key));
    return until === undefined || until <= this.#now();
  }

  /**
   * What these records name and {@link isToBeLearned}, as often as they name it.
   * @param format of the values; undefined: they name none
   * @param withKeys also what their keys name
   */
  missing(
    format: Pick<FormatReader, 'schemaOf'> | undefined,
    records: Iterable<Content>,
    withKeys: boolean = false,
  ): readonly SchemaKey[] {
    const keys: SchemaKey[] = [];
    const note = (key: SchemaKey | undefined): void => {
      if (key !== undefined && this.isToBeLearned(key)) keys.push(key);
    };
    for (const { key, value, headers } of records) {
      if (value !== null) note(format?.schemaOf?.(value, headers));
      if (withKeys && key !== null) note(keySchemaOf(key, headers));
    }
    return keys;
  }

  /** Afterwards none of them {@link isToBeLearned}. @throws Fault `registry-refused`, `registry-tls`; `registry-unreachable`, retryable */
  async learn(keys: Iterable<SchemaKey>): Promise<void> {
    for (const key of keys) {
      if (!this.isToBeLearned(key)) continue;
      const text = textOf(key);
      const asking = this.#asking.get(text) ?? this.#ask(key, text).finally(() => this.#asking.delete(text));
      this.#asking.set(text, asking);
      await asking;
    }
  }

  async #ask(key: SchemaKey, text: string): Promise<void> {
    const found = await this.registry?.schema(key);
    if (found === undefined) {
      this.#unknown.delete(text);
      keep(this.#unknown, text, this.#now() + UNKNOWN_MS, MOST_UNKNOWN);
    } else if (key.kind === 'id') keep(this.#byId, key.id, found, MOST_KNOWN);
    else keep(this.#byName, key.kind === 'guid' ? key.guid : key.fingerprint, found, MOST_KNOWN);
  }
}

function textOf(key: SchemaKey): string {
  return key.kind === 'id' ? String(key.id) : key.kind === 'guid' ? key.guid : key.fingerprint;
}

function keep<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.set(key, value);
  if (map.size <= most) return;
  const oldest = map.keys().next();
  if (oldest.done !== true) map.delete(oldest.value);
}
