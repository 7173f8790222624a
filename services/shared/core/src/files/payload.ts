// The payload an event line stands for: documents as they are written; text and bytes are the text of a JSON string.
import type { Format } from '../experiment/experiment.ts';
import { Parser } from '../json/parse.ts';
import { stringOf } from '../json/strings.ts';
import { ESCAPED, STRING } from '../json/tape.ts';

export type ToPayload = (value: Uint8Array) => Uint8Array;

export function payloadReader(format: Format): ToPayload {
  if (format !== 'text' && format !== 'bytes') return (value) => value;
  const parser = new Parser();
  return (value) => {
    if (parser.parse(value, 1) !== 'ok') return value;
    const kind = parser.tape.kind[0];
    return kind === STRING || kind === ESCAPED ? new TextEncoder().encode(stringOf(parser.tape, 0)) : value;
  };
}
