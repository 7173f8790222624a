// One line of an event file: {"id","timestamp","value"} and perhaps key and headers, with the value's bytes as written.
import { fromBase64 } from '../compare/rewriting/base64.ts';
import { canonicalNumber } from '../envelope/number-text.ts';
import { DuplicateKeys } from '../json/keys.ts';
import { numberText } from '../json/numbers.ts';
import { Parser } from '../json/parse.ts';
import { hashName, memberNamed } from '../json/pointers.ts';
import { stringOf } from '../json/strings.ts';
import { ARRAY, ESCAPED, NULL, NUMBER, OBJECT, STRING, type Tape, typeOf } from '../json/tape.ts';
import type { Header } from '../ports/log.ts';

/** Nested containers of a line; what the comparison allows is its own budget. */
const DEEPEST = 1_000_000;

export interface EventLine {
  readonly kind: 'event';
  /** Undefined where the line has none. */
  readonly id: string | undefined;
  /** Epoch ms; 0 where the line has none. */
  readonly timestamp: number;
  /** The value is bytes[start, end) of the line. */
  readonly start: number;
  readonly end: number;
  readonly key: Uint8Array | null;
  readonly headers: readonly Header[];
}

export type ReadLine = EventLine | { readonly kind: 'undecodable'; readonly why: string };

const NAMES = ['id', 'timestamp', 'value', 'key', 'headers'] as const;
const HASHES = NAMES.map((name) => [name, hashName(name)] as const);
const BASE64 = hashName('base64');
const FORM = 'a line is {"id":"…","timestamp":1732320000000,"value":…}';

/** Reads lines into its own tape again and again; not reentrant. */
export class LineReader {
  private readonly parser = new Parser();
  private readonly duplicates = new DuplicateKeys();

  /** `line`: without its line end. `envelope`: key and headers are read too. */
  read(line: Uint8Array, envelope: boolean): ReadLine {
    const result = this.parser.parse(line, DEEPEST);
    if (result === 'budget-depth') return undecodable(`more than ${DEEPEST} nested levels`);
    if (result !== 'ok') return undecodable('not JSON in UTF-8');
    const { tape } = this.parser;
    if (tape.kind[0] !== OBJECT) return undecodable(`${typeOf(tape, 0)} instead of an object: ${FORM}`);
    if (tape.duplicateKeys && this.duplicates.within(tape, 0)) return undecodable('names a member twice');
    const [id, timestamp, value, key, headers] = HASHES.map(([name, hash]) => memberNamed(tape, 0, name, hash)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (value < 0) return undecodable(`no value: ${FORM}`);
    const readId = idOf(tape, id);
    if (readId === null) return undecodable('id is neither text nor number');
    const time = timeOf(tape, timestamp);
    if (time === undefined) return undecodable('timestamp is no integer of milliseconds');
    const readKey = envelope ? bytesOf(tape, key) : null;
    if (readKey === undefined) return undecodable('key is neither text, {"base64":"…"} nor null');
    const readHeaders = envelope ? headersOf(tape, headers) : [];
    if (readHeaders === undefined) return undecodable('headers are no object of texts');
    const quote = isString(tape, value) ? 1 : 0;
    return {
      kind: 'event',
      id: readId,
      timestamp: time,
      start: (tape.start[value] as number) - quote,
      end: (tape.end[value] as number) + quote,
      key: readKey,
      headers: readHeaders,
    };
  }
}

function undecodable(why: string): ReadLine {
  return { kind: 'undecodable', why };
}

function isString(tape: Tape, node: number): boolean {
  return tape.kind[node] === STRING || tape.kind[node] === ESCAPED;
}

/** Undefined: there is none. Null: it is of another type. Numbers are ids by their value, as in correlation. */
function idOf(tape: Tape, node: number): string | undefined | null {
  if (node < 0 || tape.kind[node] === NULL) return undefined;
  if (isString(tape, node)) return stringOf(tape, node) || undefined;
  return tape.kind[node] === NUMBER ? (canonicalNumber(numberText(tape, node)) ?? null) : null;
}

function timeOf(tape: Tape, node: number): number | undefined {
  if (node < 0 || tape.kind[node] === NULL) return 0;
  const time = tape.kind[node] === NUMBER ? Number(numberText(tape, node)) : Number.NaN;
  return Number.isSafeInteger(time) ? time : undefined;
}

/** UTF-8 of a text, or what {"base64":"…"} stands for; null where there is none; undefined where it is neither. */
function bytesOf(tape: Tape, node: number): Uint8Array | null | undefined {
  if (node < 0 || tape.kind[node] === NULL) return null;
  if (tape.kind[node] === OBJECT && tape.size[node] === 1) {
    const base64 = memberNamed(tape, node, 'base64', BASE64);
    return base64 >= 0 && isString(tape, base64) ? fromBase64(stringOf(tape, base64)) : undefined;
  }
  return isString(tape, node) ? new TextEncoder().encode(stringOf(tape, node)) : undefined;
}

/** An object of texts (or bytes), or (where names repeat) a list of [name, text]. */
function headersOf(tape: Tape, node: number): Header[] | undefined {
  if (node < 0 || tape.kind[node] === NULL) return [];
  const headers: Header[] = [];
  const end = tape.next[node] as number;
  if (tape.kind[node] === OBJECT) {
    for (let name = node + 1; name < end; name = tape.next[name + 1] as number) {
      const value = bytesOf(tape, name + 1);
      if (value === undefined) return undefined;
      headers.push([stringOf(tape, name), value]);
    }
    return headers;
  }
  if (tape.kind[node] !== ARRAY) return undefined;
  for (let pair = node + 1; pair < end; pair = tape.next[pair] as number) {
    const name = pair + 1;
    if (tape.kind[pair] !== ARRAY || tape.size[pair] !== 2 || !isString(tape, name)) return undefined;
    const value = bytesOf(tape, tape.next[name] as number);
    if (value === undefined) return undefined;
    headers.push([stringOf(tape, name), value]);
  }
  return headers;
}
