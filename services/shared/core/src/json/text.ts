// Values as JSON text for people and rows: lossless, and short when the value is long.
import { ESCAPED, STRING, type Tape } from './tape.ts';

/** Longer texts are abbreviated, bytes. */
const LONGEST = 4096;
const BEGINNING = 200;

/** JSON text of a node as it was written, or a JSON string with its beginning and size. */
export function textOf(tape: Tape, node: number): string {
  const quoted = tape.kind[node] === STRING || tape.kind[node] === ESCAPED ? 1 : 0;
  const start = (tape.start[node] as number) - quoted;
  const end = (tape.end[node] as number) + quoted;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  if (end - start <= LONGEST) return decoder.decode(tape.bytes.subarray(start, end));
  let cut = start + quoted + BEGINNING;
  while (((tape.bytes[cut] as number) & 0xc0) === 0x80) cut--;
  return JSON.stringify(`${decoder.decode(tape.bytes.subarray(start + quoted, cut))}… (${end - start} bytes)`);
}

/** One segment of a JSON Pointer, escaped. */
export function pointerSegment(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name;
}
