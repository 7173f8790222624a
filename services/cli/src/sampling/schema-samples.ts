// Samples of topics whose records name schemas, as documents: what ids, rules and places are then guessed from.
import { dirname, relative } from 'node:path';
import { Fault, formatExperimentFault, parseExperiment, payloadsOf, type SampledTopic } from '@parallax/core';
import { checkRegistries, type KnownSchemas, openSchemas } from '@parallax/platform';
import { callerDirectory, callerPath, registryAccess } from '../config.ts';
import { asDocuments } from './documents.ts';

/** Where schemas are, as a person gives it. */
export interface SchemaPlaces {
  readonly registry?: string;
  /** Paths of schema files, relative to where the command is called. */
  readonly schemas?: readonly string[];
}

const BUDGETS = { openBytes: 0, differencesPerPair: 1, payloadBytes: 64 * 1024 * 1024, depth: 10_000 };

/**
 * Absent where nothing is given.
 * @throws Fault `bad-arguments`, `schema-file`, `registry-refused`, `registry-unreachable`
 */
export async function openPlaces({ registry, schemas }: SchemaPlaces): Promise<KnownSchemas | undefined> {
  if (registry === undefined && schemas === undefined) return undefined;
  // As in a file, so that what is allowed there is allowed here.
  const parsed = parseExperiment(
    JSON.stringify({
      experiment: 'x',
      format: 'avro',
      registry,
      schemas,
      legacy: { topic: 'a' },
      candidate: { topic: 'b' },
    }),
    'the command line',
  );
  if (parsed.kind === 'faults') {
    throw new Fault(parsed.faults.map(formatExperimentFault).join('\n'), {
      code: 'bad-arguments',
      cure: 'Give --registry URL, or --schemas with the paths of Avro schema files.',
    });
  }
  const opened = await openSchemas(parsed.experiment, callerPath('experiment.yaml'), registryAccess());
  await checkRegistries(opened);
  return opened.legacy;
}

/** As the experiment file names them: relative to itself. */
export function placesInFile({ registry, schemas }: SchemaPlaces, out: string | undefined): SchemaPlaces {
  const folder = out === undefined ? callerDirectory() : dirname(callerPath(out));
  return {
    ...(registry === undefined ? {} : { registry }),
    ...(schemas === undefined ? {} : { schemas: schemas.map((path) => relative(folder, callerPath(path))) }),
  };
}

export interface ReadSample {
  readonly sample: SampledTopic;
  /** How many could not be read by a schema, by the reason. */
  readonly unread: ReadonlyMap<string, number>;
}

/** The sample as documents, where it needs schemas and some are at hand. @throws Fault as the registry does */
export async function readBySchemas(sample: SampledTopic, known: KnownSchemas | undefined): Promise<ReadSample> {
  const { needs } = payloadsOf(sample.records);
  if (needs === undefined || known === undefined) return { sample, unread: new Map() };
  const read = await asDocuments(sample, { format: needs }, known, { budgets: BUDGETS });
  return { sample: { ...read.sample, writtenAs: needs }, unread: read.unread };
}
