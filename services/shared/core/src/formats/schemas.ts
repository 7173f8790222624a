// Schemas by what records name them with: looked up without waiting, so they must be known before a record is read.
import { type CompiledSchema, compileSchema } from './avro/decode.ts';
import { parseAvroSchema } from './avro/schema.ts';

/** How a record names the schema of its value. */
export type SchemaKey =
  /** Number in the registry. */
  | { readonly kind: 'id'; readonly id: number }
  /** The registry's GUID, as 32 hexadecimal digits. */
  | { readonly kind: 'guid'; readonly guid: string }
  /** CRC-64-AVRO, as 16 hexadecimal digits in the order of the bytes of a single object. */
  | { readonly kind: 'fingerprint'; readonly fingerprint: string };

/** A schema values were written with. Of JSON Schema nothing is needed: the value is JSON text. */
export type WriterSchema =
  | { readonly kind: 'avro'; readonly schema: CompiledSchema }
  | { readonly kind: 'json' }
  /** There is one, and it cannot be read: another kind of schema, or faulty. */
  | { readonly kind: 'unreadable' };

/** Of one side: what number 7 is depends on the registry. `undefined`: not known. */
export interface Schemas {
  /** Whether numbers and GUIDs can be looked up at all. */
  readonly hasRegistry: boolean;
  find(key: SchemaKey): WriterSchema | undefined;
}

export const NO_SCHEMAS: Schemas = { hasRegistry: false, find: () => undefined };

/** @throws Fault `bad-schema` */
export function writerSchema(avro: string, references: readonly string[] = []): WriterSchema {
  return { kind: 'avro', schema: compileSchema(parseAvroSchema(avro, references)) };
}

/** One text for each key. */
export function schemaKeyText(key: SchemaKey): string {
  switch (key.kind) {
    case 'id':
      return `id ${key.id}`;
    case 'guid':
      return `GUID ${key.guid}`;
    case 'fingerprint':
      return `fingerprint ${key.fingerprint}`;
  }
}
