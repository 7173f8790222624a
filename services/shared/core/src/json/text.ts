// Values as JSON text for people and rows: lossless, and short when the value is long.
import { ESCAPED, STRING, type Tape } from './tape.ts';

/** Longer texts are abbreviated, bytes. */
export const LONGEST = 4096;
/** What is shown of a long text, bytes; where two texts part far from the beginning, so many of them before that. */
const SHOWN = 200;
const BEFORE = 80;
/** Up to this many bytes, spelling a text letter by letter is faster than a decoder. */
const SHORT = 32;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * JSON text of a node as it was written, or a JSON string with a part of it and its size.
 * @param parts where it first differs from the value it is shown beside, in bytes of its content
 */
export function textOf(tape: Tape, node: number, parts = 0): string {
  const [start, end] = span(tape, node);
  const quoted = isString(tape, node) ? 1 : 0;
  if (end - start <= LONGEST) return writtenText(tape.bytes, start, end);
  const content = start + quoted;
  const from = parts <= SHOWN - BEFORE ? content : boundary(tape.bytes, content + parts - BEFORE);
  const to = Math.min(end - quoted, boundary(tape.bytes, from + SHOWN));
  const before = from === content ? '' : '…';
  return JSON.stringify(`${before}${decoder.decode(tape.bytes.subarray(from, to))}… (${end - start} bytes)`);
}

/** The text of valid bytes, all of it. */
export function writtenText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT) return decoder.decode(bytes.subarray(start, end));
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) >= 0x80) return decoder.decode(bytes.subarray(start, end));
  }
  return asciiText(bytes, start, end);
}

/** Eight letters at a time: several times faster than one by one, and than a decoder up to some sixty. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  const at = (i: number): number => bytes[i] as number;
  let text = '';
  let i = start;
  for (; i + 8 <= end; i += 8) {
    text += String.fromCharCode(at(i), at(i + 1), at(i + 2), at(i + 3), at(i + 4), at(i + 5), at(i + 6), at(i + 7));
  }
  if (i + 4 <= end) {
    text += String.fromCharCode(at(i), at(i + 1), at(i + 2), at(i + 3));
    i += 4;
  }
  if (i + 2 <= end) {
    text += String.fromCharCode(at(i), at(i + 1));
    i += 2;
  }
  return i < end ? text + String.fromCharCode(at(i)) : text;
}

/** Where the written contents of two strings part, in bytes; 0 for anything else, which is read from its beginning. */
export function partingPlace(left: Tape, leftNode: number, right: Tape, rightNode: number): number {
  if (!isString(left, leftNode) || !isString(right, rightNode)) return 0;
  const a = left.start[leftNode] as number;
  const b = right.start[rightNode] as number;
  const length = Math.min((left.end[leftNode] as number) - a, (right.end[rightNode] as number) - b);
  let at = 0;
  while (at < length && left.bytes[a + at] === right.bytes[b + at]) at++;
  return at;
}

function isString(tape: Tape, node: number): boolean {
  return tape.kind[node] === STRING || tape.kind[node] === ESCAPED;
}

/** Of the text as written, a string's quotes included. */
function span(tape: Tape, node: number): readonly [start: number, end: number] {
  const quoted = isString(tape, node) ? 1 : 0;
  return [(tape.start[node] as number) - quoted, (tape.end[node] as number) + quoted];
}

/** The beginning of the character a byte belongs to. */
function boundary(bytes: Uint8Array, at: number): number {
  let start = at;
  while (((bytes[start] as number) & 0xc0) === 0x80) start--;
  return start;
}

/** One segment of a JSON Pointer, escaped. */
export function pointerSegment(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}
