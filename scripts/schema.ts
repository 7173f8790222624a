// Writes schemas/experiment.schema.json from the checks the experiment file goes through, for editors: `npm run schema`.
import { writeFileSync } from 'node:fs';
import { experimentJsonSchema } from '@parallax/core';
import { EXPERIMENT_SCHEMA } from '@parallax/schemas';

export function schemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), undefined, 2)}\n`;
}

if (import.meta.main) {
  writeFileSync(EXPERIMENT_SCHEMA, schemaText());
  process.stdout.write('schemas/experiment.schema.json is written.\n');
}
