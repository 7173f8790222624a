// What the records of an experiment may be written with: opened from its files and registries before anything is read.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import {
  type Experiment,
  Fault,
  namesSchemas,
  type OutputSide,
  SIDES,
  type Side,
  schemaFingerprint,
  type WriterSchema,
  writerSchema,
} from '@parallax/core';
import { KnownSchemas } from './known-schemas.ts';
import { Registry } from './registry.ts';
import { NO_ACCESS, type RegistryAccess } from './registry-options.ts';

/** What is read: the sides, and the input for its ids. */
type Place = Side | 'input';

/** What is read by a format that names no schemas has none. What is read alike shares them. */
export type OpenedSchemas = Readonly<Partial<Record<Place, KnownSchemas>>>;

/**
 * Asks no registry yet; see {@link checkRegistries}.
 * @param path of the experiment file: its schema files are relative to it
 * @throws Fault `schema-file`: one cannot be read, or is no schema
 */
export async function openSchemas(
  experiment: Pick<Experiment, 'outputs' | 'input'>,
  path: string,
  access: RegistryAccess = NO_ACCESS,
): Promise<OpenedSchemas> {
  const opened = new Map<string, KnownSchemas>();
  const places: Partial<Record<Place, KnownSchemas>> = {};
  for (const place of [...SIDES, 'input'] as const) {
    // All outputs of a side are read alike.
    const plan = place === 'input' ? experiment.input : experiment.outputs[0]?.[place];
    if (plan === undefined || !namesSchemas(plan)) continue;
    const kind = JSON.stringify([plan.registry, plan.schemas]);
    const known = opened.get(kind) ?? (await openPlace(plan, dirname(path), access));
    opened.set(kind, known);
    places[place] = known;
  }
  return places;
}

/**
 * @param places what is going to be read; default: both sides
 * @throws Fault `registry-refused`, `registry-tls`; `registry-unreachable`, retryable
 */
export async function checkRegistries(opened: OpenedSchemas, places: readonly Place[] = SIDES): Promise<void> {
  const registries = new Set(places.flatMap((place) => opened[place]?.registry ?? []));
  for (const registry of registries) await registry.check();
}

async function openPlace(
  { registry, schemas = [] }: Pick<OutputSide, 'registry' | 'schemas'>,
  folder: string,
  access: RegistryAccess,
): Promise<KnownSchemas> {
  const files = new Map<string, WriterSchema>();
  for (const name of schemas) {
    try {
      const text = await readFile(resolve(folder, name), 'utf8');
      files.set(schemaFingerprint(text), writerSchema(text));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Fault(`The schema file ${name} cannot be used: ${why}`, {
        code: 'schema-file',
        cure: 'Give the path of an Avro schema (.avsc, JSON), relative to the experiment file.',
        cause: error,
      });
    }
  }
  return new KnownSchemas(registry === undefined ? undefined : new Registry(registry, access), files);
}
