// Manifests: what an object must hold, stored beside it, so that damage shows without trusting the object itself.
import * as z from 'zod';
import { Fault } from '../fault.ts';

const VERSION = 1;
const offset = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

// Unknown fields are allowed: a newer build may add some.
const manifestSchema = z.object({
  /** Of this format. */
  version: z.literal(VERSION),
  key: z.string(),
  topic: z.string(),
  partition: z.int().min(0),
  /** The log was read from here; offsets between `from` and `first` held no record. */
  from: offset,
  first: offset,
  last: offset,
  count: z.int().min(1),
  /** Size and SHA-256 of the object. */
  bytes: z.int().min(1),
  sha256: digest,
  /** SHA-256 over the records' Avro encodings in order: the same however they are blocked or compressed. */
  records: digest,
  /** Lowest and highest record timestamp, epoch milliseconds. */
  earliest: z.int(),
  latest: z.int(),
  /** Schemas that keys and values name, by number in a registry and by GUID; `more`: the lists are cut. */
  schemas: z
    .object({
      ids: z.array(z.int().min(0)).readonly(),
      guids: z.array(z.string()).readonly(),
      more: z.literal(true).optional(),
    })
    .optional(),
});

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type SeenSchemas = Readonly<NonNullable<Manifest['schemas']>>;

/** One line of JSON, keys in a fixed order. */
export function formatManifest(manifest: Manifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifestSchema.parse(manifest))}\n`);
}

/** A manifest of `key`, or a fault that names what is wrong with it. */
export function parseManifest(bytes: Uint8Array, key: string): Manifest {
  let why: string;
  try {
    const told: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isNewer(told)) throw newer(key, told.version);
    const manifest = manifestSchema.parse(told);
    if (manifest.key === key) return manifest;
    why = `it speaks of ${manifest.key}`;
  } catch (error) {
    if (error instanceof Fault) throw error;
    why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
  }
  throw new Fault(`The manifest of ${key} cannot be used: ${why}`, {
    code: 'archive-manifest-unreadable',
    cure: 'Remove the manifest; the archiver and `parallax archive verify` then go by the object itself.',
  });
}

function isNewer(told: unknown): told is { readonly version: number } {
  return (
    typeof told === 'object' &&
    told !== null &&
    'version' in told &&
    typeof told.version === 'number' &&
    told.version > VERSION
  );
}

function newer(key: string, version: number): Fault {
  return new Fault(`The manifest of ${key} has version ${version}; this build knows ${VERSION}`, {
    code: 'archive-manifest-newer',
    cure: 'A newer build wrote it: read this archive with that build or a later one.',
  });
}
