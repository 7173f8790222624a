// `format: text`: the value is UTF-8 text, a string of JSON.
import { isUtf8 } from '../json/utf8.ts';
import type { FormatReader } from './format.ts';

/** A byte order mark is part of the text. */
export const TEXT_FORMAT: FormatReader = {
  json(value) {
    if (!isUtf8(value)) return 'invalid-utf8';
    return new TextEncoder().encode(JSON.stringify(new TextDecoder('utf-8', { ignoreBOM: true }).decode(value)));
  },
};
