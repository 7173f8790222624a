// `format: cloudevents`: one JSON document for an event in either mode (CloudEvents 1.0, Kafka protocol binding and JSON
// event format): the attributes by their names, and `data`, which alone is compared unless `select` says otherwise.
import { decodeUtf8 } from '../envelope/utf8.ts';
import { Parser } from '../json/parse.ts';
import { stringOf } from '../json/strings.ts';
import { ESCAPED, OBJECT, STRING, type Tape } from '../json/tape.ts';
import type { Header } from '../ports/log.ts';
import type { AvroFormat, FormatLimits } from './avro.ts';
import { BYTES_FORMAT } from './bytes.ts';
import type { FormatReader, Refusal } from './format.ts';
import { VALUE_SCHEMA_HEADER } from './framing.ts';
import type { SchemaKey } from './schemas.ts';
import { TEXT_FORMAT } from './text.ts';

/** Where a CloudEvent's data stands in its document. */
export const CLOUDEVENT_DATA = '/data';

/** The headers that say how a CloudEvent is to be read; a final `*` stands for any ending. */
export const CLOUDEVENT_HEADERS: readonly string[] = ['content-type', 'ce_*', VALUE_SCHEMA_HEADER];

export class CloudEventsFormat implements FormatReader {
  readonly #avro: AvroFormat;
  readonly #depth: number;
  readonly #parser = new Parser();

  constructor(avro: AvroFormat, limits: FormatLimits) {
    this.#avro = avro;
    this.#depth = limits.depth;
  }

  json(value: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal {
    const type = mediaType(textHeader(headers, 'content-type'));
    if (type?.startsWith('application/cloudevents-batch')) return 'cloudevents-batch';
    if (type?.startsWith('application/cloudevents')) {
      return type === 'application/cloudevents+json' ? this.#structured(value) : 'cloudevents-format';
    }
    if (headers.some(([name]) => name === 'ce_specversion')) return this.#binary(value, headers);
    return type === undefined ? this.#structured(value) : 'not-a-cloudevent';
  }

  #binary(value: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal {
    const members: Uint8Array[] = [];
    const names = new Set<string>();
    for (const [name, bytes] of headers) {
      const isType = name.toLowerCase() === 'content-type';
      if ((!isType && !name.startsWith('ce_')) || bytes === null) continue;
      const text = decodeUtf8(bytes);
      if (text === undefined) return 'invalid-utf8';
      const attribute = isType ? 'datacontenttype' : name.slice(3);
      if (names.has(attribute) || attribute === 'data') return 'malformed-cloudevent';
      names.add(attribute);
      members.push(encoder.encode(`${JSON.stringify(attribute)}:${JSON.stringify(text)}`));
    }
    if (value.length > 0) {
      const data = isBinaryAvro(headers)
        ? this.#copied(this.#avro.json(value, headers))
        : this.#data(value, mediaType(textHeader(headers, 'content-type')));
      if (typeof data === 'string') return data;
      members.push(joined([DATA, data]));
    }
    return object(members);
  }

  #structured(value: Uint8Array): Uint8Array | Refusal {
    const { tape } = this.#parser;
    try {
      const result = this.#parser.parse(value, this.#depth);
      if (result !== 'ok') return result;
      if (tape.kind[0] !== OBJECT) return 'not-a-cloudevent';
      return this.#restored(value, tape);
    } finally {
      tape.release();
    }
  }

  /** As it is, but that `data_base64` becomes `data`. */
  #restored(value: Uint8Array, tape: Tape): Uint8Array | Refusal {
    const members: Uint8Array[] = [];
    let encoded: string | undefined;
    let [isEvent, hasData, type] = [false, false, undefined as string | undefined];
    const end = tape.next[0] as number;
    for (let name = 1; name < end; name = tape.next[name + 1] as number) {
      const text = stringOf(tape, name);
      const isText = tape.kind[name + 1] === STRING || tape.kind[name + 1] === ESCAPED;
      if (text === 'specversion') isEvent = true;
      if (text === 'data') hasData = true;
      if (text === 'datacontenttype' && isText) type = mediaType(stringOf(tape, name + 1));
      if (text === 'data_base64' && (!isText || encoded !== undefined)) return 'malformed-cloudevent';
      if (text === 'data_base64') encoded = stringOf(tape, name + 1);
      else members.push(joined([encoder.encode(`${JSON.stringify(text)}:`), textAt(value, tape, name + 1)]));
    }
    if (!isEvent) return 'not-a-cloudevent';
    if (encoded === undefined) return value;
    const bytes = fromBase64(encoded);
    if (bytes === undefined || hasData) return 'malformed-cloudevent';
    const data = this.#data(bytes, type);
    if (typeof data === 'string') return data;
    // JSON that came encoded is checked here: what stands beside it must not be changed by it.
    return object([...members, joined([DATA, data])]);
  }

  schemaOf(value: Uint8Array, headers: readonly Header[]): SchemaKey | undefined {
    return isBinaryAvro(headers) ? this.#avro.schemaOf(value, headers) : undefined;
  }

  refuses(value: Uint8Array, headers: readonly Header[]): Refusal | undefined {
    return isBinaryAvro(headers) && value.length > 0 ? this.#avro.refuses(value, headers) : undefined;
  }

  /** By its content type, JSON where there is none. */
  #data(value: Uint8Array, type = 'application/json'): Uint8Array | Refusal {
    if (type === 'application/json' || type === 'text/json' || type.endsWith('+json')) return this.#checked(value);
    if (type.startsWith('text/')) return TEXT_FORMAT.json(value, []);
    return BYTES_FORMAT.json(value, []);
  }

  #checked(value: Uint8Array): Uint8Array | Refusal {
    const parser = new Parser();
    const result = parser.parse(value, this.#depth);
    return result === 'ok' ? value : result;
  }

  #copied(json: Uint8Array | Refusal): Uint8Array | Refusal {
    return typeof json === 'string' ? json : json.slice();
  }
}

const encoder = new TextEncoder();
const DATA: Uint8Array = encoder.encode('"data":');
const COMMA: Uint8Array = encoder.encode(',');

/** Of a structured event nothing is Avro: what its data was written with would stand within it. */
function isBinaryAvro(headers: readonly Header[]): boolean {
  if (!headers.some(([name]) => name === 'ce_specversion')) return false;
  if (headers.some(([name]) => name === VALUE_SCHEMA_HEADER)) return true;
  return mediaType(textHeader(headers, 'content-type'))?.includes('avro') ?? false;
}

function mediaType(text: string | undefined): string | undefined {
  return text === undefined ? undefined : (text.split(';')[0] ?? '').trim().toLowerCase();
}

function textHeader(headers: readonly Header[], name: string): string | undefined {
  const bytes = headers.findLast(([one]) => one.toLowerCase() === name)?.[1];
  return bytes === undefined || bytes === null ? undefined : (decodeUtf8(bytes) ?? '');
}

function textAt(value: Uint8Array, tape: Tape, node: number): Uint8Array {
  const quote = tape.kind[node] === STRING || tape.kind[node] === ESCAPED ? 1 : 0;
  return value.subarray((tape.start[node] as number) - quote, (tape.end[node] as number) + quote);
}

function object(members: readonly Uint8Array[]): Uint8Array {
  const parts = members.flatMap((member, index) => (index === 0 ? [member] : [COMMA, member]));
  return joined([encoder.encode('{'), ...parts, encoder.encode('}')]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** RFC 4648 with padding, strictly; undefined where it is none. */
function fromBase64(text: string): Uint8Array | undefined {
  try {
    if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
    return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
  } catch {
    return undefined;
  }
}
