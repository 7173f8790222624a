// The formats there are, and what each needs.
import type { Format } from '../experiment/experiment.ts';
import { AutoFormat } from './auto.ts';
import { AvroFormat, type FormatLimits } from './avro.ts';
import { BYTES_FORMAT } from './bytes.ts';
import { CLOUDEVENT_HEADERS, CloudEventsFormat } from './cloudevents.ts';
import type { FormatReader } from './format.ts';
import { VALUE_SCHEMA_HEADER } from './framing.ts';
import { JSON_FORMAT } from './json.ts';
import { NO_SCHEMAS, type Schemas } from './schemas.ts';
import { TEXT_FORMAT } from './text.ts';
import { usesSchemas } from './uses.ts';

/** @param schemas of the side, as far as the format needs any */
export function openFormat(format: Format, schemas: Schemas | undefined, limits: FormatLimits): FormatReader {
  switch (format) {
    case 'json':
      return JSON_FORMAT;
    case 'text':
      return TEXT_FORMAT;
    case 'bytes':
      return BYTES_FORMAT;
    case 'avro':
      return new AvroFormat(schemas ?? NO_SCHEMAS, limits);
    case 'auto':
      return new AutoFormat(new AvroFormat(schemas ?? NO_SCHEMAS, limits), schemas?.hasRegistry ?? false);
    case 'cloudevents':
      return new CloudEventsFormat(new AvroFormat(schemas ?? NO_SCHEMAS, limits), limits);
  }
}

/** What finds ids and types in values that are no JSON by themselves; undefined where they are looked for as they are. */
export function envelopeFormat(
  format: Format,
  schemas: Schemas | undefined,
  limits: FormatLimits,
): FormatReader | undefined {
  return usesSchemas(format) ? openFormat(format, schemas, limits) : undefined;
}

/** The headers a value is read by; a final `*` stands for any ending. */
export function formatHeaders(format: Format): readonly string[] {
  switch (format) {
    case 'avro':
    case 'auto':
      return [VALUE_SCHEMA_HEADER];
    case 'cloudevents':
      return CLOUDEVENT_HEADERS;
    default:
      return [];
  }
}
