// `format: json`: the value is JSON text already.
import type { FormatReader } from './format.ts';

export const JSON_FORMAT: FormatReader = { json: (value) => value };
