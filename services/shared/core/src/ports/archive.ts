// The archive port: a flat space of immutable objects, as S3 gives with conditional puts.

export interface ArchiveObject {
  /** Slash-separated, relative to the archive's root, e.g. topics/orders/partition=0/orders+0+0000000000.avro. */
  readonly key: string;
  readonly bytes: number;
}

export interface ArchiveWriter {
  /**
   * Stores the whole object or nothing, durable when resolved, and never replaces one: 'exists' when the key is taken,
   * whatever it holds (the caller compares). A reader never sees a part of an object.
   */
  create(key: string, body: Uint8Array): Promise<'created' | 'exists'>;
}

export interface ArchiveReader {
  /** The whole object, or undefined when there is none. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Objects whose key starts with `prefix`, in ascending order of their key's UTF-8 bytes. */
  list(prefix: string): AsyncIterable<ArchiveObject>;
}

export interface ArchiveAdmin {
  /** Removing what is not there is fine. */
  remove(key: string): Promise<void>;
}

export interface Archive extends ArchiveWriter, ArchiveReader, ArchiveAdmin {
  /** Shown in messages; never contains a secret. */
  readonly address: string;
  close(): Promise<void>;
}
