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
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at] as number;
  return all < 0x80 ? asciiText(bytes, start, end) : decoder.decode(bytes.subarray(start, end));
}

/** All letters in one call: several times faster than one by one, and than a decoder up to some sixty. */
function asciiText(bytes: Uint8Array, start: number, end: number): string {
  const b = (i: number): number => bytes[start + i] as number;
  const text = String.fromCharCode;
  switch (end - start) {
    case 1:
      return text(b(0));
    case 2:
      return text(b(0), b(1));
    case 3:
      return text(b(0), b(1), b(2));
    case 4:
      return text(b(0), b(1), b(2), b(3));
    case 5:
      return text(b(0), b(1), b(2), b(3), b(4));
    case 6:
      return text(b(0), b(1), b(2), b(3), b(4), b(5));
    case 7:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6));
    case 8:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7));
    case 9:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7), b(8));
    case 10:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7), b(8), b(9));
    case 11:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7), b(8), b(9), b(10));
    case 12:
      return text(b(0), b(1), b(2), b(3), b(4), b(5), b(6), b(7), b(8), b(9), b(10), b(11));
    default:
      return end <= start
        ? ''
        : asciiText(bytes, start, start + MOST_AT_ONCE) + asciiText(bytes, start + MOST_AT_ONCE, end);
  }
}

/** Letters {@link asciiText} makes a text of in one call. */
const MOST_AT_ONCE = 12;

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
