// What can be said of a format without reading anything.
import type { Format } from '../experiment/experiment.ts';

/** Whether its values may name a schema. */
export function usesSchemas(format: Format): boolean {
  return format === 'avro' || format === 'auto' || format === 'cloudevents';
}

/** Whether its values are documents, with places in them: any two such formats can be compared with each other. */
export function isDocument(format: Format): boolean {
  return format === 'json' || usesSchemas(format);
}
