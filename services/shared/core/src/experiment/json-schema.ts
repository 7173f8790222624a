// The experiment file as JSON Schema, for editors and other tools. What needs two keys at once is beyond it.
import { z } from 'zod';
import { experimentFile } from './file-schema.ts';

/** JSON Schema draft 2020-12 of what may be written; the defaults are in it. */
export function experimentJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(experimentFile, { io: 'input' });
  return { $schema, title: 'Parallax experiment', ...schema };
}
