// Containers in a text that have no counterpart in the other: they are parsed, to know that they are valid.
import { Parser } from '../json/parse.ts';
import { valueEnd } from './two-texts.ts';
import type { Words } from './words.ts';

export class Lones {
  private parser: Parser | undefined;

  /** Where the container at `at` ends; -1 where it is no valid one, or more than `depth` would be open in it. */
  end(text: Words, at: number, depth: number): number {
    const end = valueEnd(text, at);
    if (end < 0) return -1;
    this.parser ??= new Parser();
    const { tape } = this.parser;
    const isValid = this.parser.parse(text.bytes.subarray(at, end), depth) === 'ok' && !tape.duplicateKeys;
    tape.release();
    return isValid ? end : -1;
  }
}
