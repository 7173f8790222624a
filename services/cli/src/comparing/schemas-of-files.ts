// The schemas that the records of two files name, asked for before anything is compared.
import { type Experiment, envelopeFormat, keyFormatOf, readsKeySchemas, SIDES, type Side } from '@parallax/core';
import { type OpenedSchemas, openSchemas } from '@parallax/platform';
import { registryAccess } from '../config.ts';
import { AvroFile } from './avro-file.ts';
import { SeekableFile } from './event-file.ts';
import { isArchiveObject } from './open-events.ts';

type Paths = Readonly<Record<Side, string>>;

/** A line's value is JSON text, whatever the topic it came from holds: only archive objects have the records' own bytes. */
export function asInFiles(experiment: Experiment, paths: Paths): Experiment {
  const isLines = { legacy: !isArchiveObject(paths.legacy), candidate: !isArchiveObject(paths.candidate) };
  const outputs = experiment.outputs.map((output) => {
    const side = (which: Side) => {
      const { format } = output[which];
      return isLines[which] && (format === 'avro' || format === 'auto')
        ? { ...output[which], format: 'json' as const, keyFormat: keyFormatOf(output[which]) }
        : output[which];
    };
    return { ...output, legacy: side('legacy'), candidate: side('candidate') };
  });
  return { ...experiment, outputs };
}

/** @throws Fault `registry-refused`, `registry-unreachable`, `schema-file` */
export async function schemasOf(experiment: Experiment, path: string, paths: Paths): Promise<OpenedSchemas> {
  const opened = await openSchemas(experiment, path, registryAccess());
  for (const side of SIDES) {
    const plan = experiment.outputs[0]?.[side];
    const schemas = opened[side];
    if (plan === undefined || schemas === undefined || !isArchiveObject(paths[side])) continue;
    const reader = envelopeFormat(plan.format, schemas, experiment.budgets);
    const file = new AvroFile(SeekableFile.open(paths[side], paths[side]));
    try {
      await schemas.learn(
        schemas.missing(reader, file.all(), readsKeySchemas(plan, experiment.compare.key, [experiment.type])),
      );
    } finally {
      file.close();
    }
  }
  return opened;
}
