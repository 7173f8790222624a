// The little of a value that tells one regression from another: its type, which truth, and whether it is empty.
import { ARRAY, ESCAPED, FALSE, NULL, NUMBER, OBJECT, STRING, type Tape, TRUE } from '../json/tape.ts';
import type { DifferenceKind } from '../outcome.ts';

/** In signatures; a shape is an index. */
export const SHAPES = [
  'missing',
  'null',
  'true',
  'false',
  'number',
  'string',
  'empty string',
  'array',
  'empty array',
  'object',
  'empty object',
] as const;
/** The first shape of the same type. */
const TYPES: readonly number[] = [0, 1, 2, 2, 4, 5, 5, 7, 7, 9, 9];

export const MISSING = 0;

/** Of a node; -1 where there is none. */
export function shapeOf(tape: Tape, node: number): number {
  if (node < 0) return MISSING;
  switch (tape.kind[node]) {
    case NULL:
      return 1;
    case TRUE:
      return 2;
    case FALSE:
      return 3;
    case NUMBER:
      return 4;
    case STRING:
    case ESCAPED:
      return tape.start[node] === tape.end[node] ? 6 : 5;
    case ARRAY:
      return tape.size[node] === 0 ? 8 : 7;
    case OBJECT:
      return tape.size[node] === 0 ? 10 : 9;
    default:
      return MISSING;
  }
}

/** Of a valid value in a text; `start` -1 where there is none. */
export function shapeAt(bytes: Uint8Array, start: number, end: number): number {
  if (start < 0) return MISSING;
  switch (bytes[start]) {
    case 0x6e:
      return 1;
    case 0x74:
      return 2;
    case 0x66:
      return 3;
    case 0x22:
      return end - start === 2 ? 6 : 5;
    case 0x5b:
      return isHollow(bytes, start, end) ? 8 : 7;
    case 0x7b:
      return isHollow(bytes, start, end) ? 10 : 9;
    default:
      return 4;
  }
}

/** What has become of a value of one shape that is now of the other. */
export function kindOfChange(legacy: number, candidate: number): DifferenceKind {
  if (candidate === MISSING) return 'removed';
  if (legacy === MISSING) return 'added';
  return TYPES[legacy] === TYPES[candidate] ? 'changed' : 'type-changed';
}

/** Nothing but white space between the brackets. */
export function isHollow(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + 1; at < end - 1; at++) if ((bytes[at] as number) > 0x20) return false;
  return true;
}
