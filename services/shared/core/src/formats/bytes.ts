// `format: bytes`: any bytes, as a string of JSON with one code unit a byte.
import type { FormatReader } from './format.ts';

export const BYTES_FORMAT: FormatReader = {
  json(value) {
    const parts: string[] = ['"'];
    for (const byte of value) parts.push(`\\u00${byte.toString(16).padStart(2, '0')}`);
    return new TextEncoder().encode(`${parts.join('')}"`);
  },
};
