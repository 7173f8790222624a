// Whether bytes are one JSON document in UTF-8.
import { Parser } from './parse.ts';

/** Deeper ones are taken for none. */
const DEEPEST = 100_000;
const parser = new Parser();

export function isJson(bytes: Uint8Array): boolean {
  const result = parser.parse(bytes, DEEPEST);
  parser.tape.release();
  return result === 'ok';
}
