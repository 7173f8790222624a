// Pairs of payloads in every format, with what they are known to come to: the same value in other bytes, another value,
// bytes that are no value. What bytes mean is said by the fuzzer's own reading of them.
import { schemaFingerprint } from '@parallax/core';
import { NOISES, spell } from '../corpus/spelling.ts';
import { document, pick, type Roll, roller, type Tree } from '../corpus/tree.ts';
import { identical } from '../oracle/same.ts';
import { read, type Value } from '../oracle/value.ts';
import { meaning } from './avro/meaning.ts';
import { nudged } from './avro/nudge.ts';
import { type Datum, datum, type Shape, schemaText, shape } from './avro/shape.ts';
import { decode, encode, long } from './avro/wire.ts';
import { asJson } from './json-text.ts';
import { mangled } from './pairs.ts';

export type FormatName = 'json' | 'avro' | 'cloudevents' | 'auto' | 'text' | 'bytes';
type Headers = readonly (readonly [string, Uint8Array])[];

export interface Payload {
  readonly format: FormatName;
  readonly value: Uint8Array;
  readonly headers: Headers;
}

/** Of a value, or of bytes that are none, or of such as nothing is known of. */
export type Meaning = { readonly value: Value } | 'broken' | 'unknown';

export interface FormatPair {
  readonly by: string;
  readonly legacy: Payload;
  readonly candidate: Payload;
  readonly truth: 'same' | 'different' | 'broken' | 'unknown';
  /** What both sides mean, where that is known: what rules make of it is for an oracle to say. */
  readonly values?: readonly [Value, Value];
}

/** Schemas of a registry, one value in two of them that mean the same: version and namespace apart. */
export interface Registered {
  readonly shape: Shape;
  /** Texts of both versions, registered as 1 and 2. */
  readonly texts: readonly [string, string];
}

const encoder = new TextEncoder();
const bytes = (text: string): Uint8Array => encoder.encode(text);
/** Pairs made with one schema before the next is made. */
const BATCH = 64;
const NO_GUID = 16;

/** Without end. `register` is told of each schema before the pairs that need it come. */
export function* formatPairs(seed: number, register: (schema: Registered) => void): Generator<FormatPair> {
  const roll = roller(seed);
  for (;;) {
    const made = shape(roll, 3);
    const schema: Registered = { shape: made, texts: [schemaText(made), schemaText(made, 'v2')] };
    register(schema);
    for (let i = 0; i < BATCH; i++) yield pick(MAKERS, roll)(schema, roll);
  }
}

type Maker = (schema: Registered, roll: Roll) => FormatPair;

/** Behind a number, a GUID, or a fingerprint. */
function framed(schema: Registered, body: readonly number[], roll: Roll, format: 'avro' | 'auto' = 'avro'): Payload {
  const version = roll() < 0.5 ? 0 : 1;
  const chance = roll();
  if (chance < 0.5) return { format, value: Uint8Array.of(0, 0, 0, 0, version + 1, ...body), headers: [] };
  if (chance < 0.7) {
    const fingerprint = Buffer.from(schemaFingerprint(schema.texts[version] ?? ''), 'hex');
    return { format, value: Uint8Array.of(0xc3, 0x01, ...fingerprint, ...body), headers: [] };
  }
  const guid = new Uint8Array(NO_GUID).fill(version + 1);
  return { format, value: Uint8Array.from(body), headers: [['__value_schema_id', Uint8Array.of(1, ...guid)]] };
}

function avroOr(schema: Registered, value: Datum, roll: Roll): Payload {
  return framed(schema, encode(schema.shape, value, roll), roll, roll() < 0.8 ? 'avro' : 'auto');
}

function jsonOf(value: Value, roll: Roll): Payload {
  const format = value.kind === 'object' || value.kind === 'array' ? pick(['json', 'auto'] as const, roll) : 'json';
  return { format, value: bytes(asJson(value, roll)), headers: [] };
}

function pair(by: string, legacy: Payload, candidate: Payload, one: Meaning, other: Meaning): FormatPair {
  const found = { by, legacy, candidate, truth: truthOf(legacy, candidate, one, other) };
  return typeof one === 'string' || typeof other === 'string' ? found : { ...found, values: [one.value, other.value] };
}

function truthOf(legacy: Payload, candidate: Payload, one: Meaning, other: Meaning): FormatPair['truth'] {
  // Equal bytes read alike are never read at all.
  if (legacy.format === candidate.format && legacy.headers === candidate.headers) {
    if (Buffer.compare(legacy.value, candidate.value) === 0 && one !== 'broken') return 'same';
    if (Buffer.compare(legacy.value, candidate.value) === 0) return 'unknown';
  }
  if (one === 'broken' || other === 'broken') return 'broken';
  if (one === 'unknown' || other === 'unknown') return 'unknown';
  return identical(one.value, other.value) ? 'same' : 'different';
}

const MAKERS: readonly Maker[] = [
  function avroBothWays(schema, roll) {
    const value = datum(schema.shape, roll);
    const other = roll() < 0.5 ? value : datum(schema.shape, roll);
    const [one, two] = [avroOr(schema, value, roll), avroOr(schema, other, roll)];
    return pair(
      'avro, laid out anew',
      one,
      two,
      { value: meaning(schema.shape, value) },
      { value: meaning(schema.shape, other) },
    );
  },
  function avroNudged(schema, roll) {
    const value = datum(schema.shape, roll);
    const other = nudged(schema.shape, value, roll);
    const text = meaning(schema.shape, other);
    const candidate = roll() < 0.5 ? avroOr(schema, other, roll) : jsonOf(text, roll);
    return pair(
      'one place off',
      avroOr(schema, value, roll),
      candidate,
      { value: meaning(schema.shape, value) },
      { value: text },
    );
  },
  function avroAgainstJson(schema, roll) {
    const value = datum(schema.shape, roll);
    const other = roll() < 0.6 ? value : datum(schema.shape, roll);
    const text = meaning(schema.shape, other);
    return pair(
      'avro and json',
      avroOr(schema, value, roll),
      jsonOf(text, roll),
      { value: meaning(schema.shape, value) },
      { value: text },
    );
  },
  function avroMangled(schema, roll) {
    const value = datum(schema.shape, roll);
    const body = Uint8Array.from(encode(schema.shape, value, roll));
    const way = Math.floor(roll() * 6);
    const wrong =
      way === 0
        ? body.subarray(0, Math.floor(roll() * body.length))
        : way === 1
          ? Uint8Array.of(...body, ...long(BigInt(Math.floor(roll() * 3))))
          : way === 2
            ? Uint8Array.of(...new Uint8Array(Math.floor(roll() * 12)).fill(0xff), ...body)
            : way === 3
              ? Uint8Array.of(...long(-(2n ** BigInt(Math.floor(roll() * 64)))), ...body)
              : mangled(body, 1 + Math.floor(roll() * 2), roll);
    const found = decode(schema.shape, wrong);
    const other: Meaning =
      found === undefined ? 'broken' : found === 'unknown' ? found : { value: meaning(schema.shape, found.datum) };
    const right = framed(schema, [...body], roll);
    return pair(
      'avro mangled',
      right,
      framed(schema, [...wrong], roll),
      { value: meaning(schema.shape, value) },
      other,
    );
  },
  function avroFrame(schema, roll) {
    const value = datum(schema.shape, roll);
    const one = framed(schema, encode(schema.shape, value, roll), roll);
    const [head, rest] = [one.value.subarray(0, 10), one.value.subarray(10)];
    const broken = { ...one, value: Uint8Array.of(...mangled(head, 1, roll), ...rest) };
    // Another frame may name another schema, or be none.
    return pair('frame of avro mangled', one, broken, { value: meaning(schema.shape, value) }, 'unknown');
  },
  function texts(_, roll) {
    const value = bytes(pick(['', 'x', 'Straße', '\u{1f600}\u0000', '{"a":1}', 'line\n'], roll));
    const other = roll() < 0.3 ? value.slice() : mangled(value, 1, roll);
    const format = pick(['text', 'bytes'] as const, roll);
    const of = (payload: Uint8Array): Meaning => {
      if (format === 'bytes') return { value: { kind: 'string', text: Buffer.from(payload).toString('latin1') } };
      const text = utf8(payload);
      return text === undefined ? 'broken' : { value: { kind: 'string', text } };
    };
    const plain = (payload: Uint8Array): Payload => ({ format, value: payload, headers: [] });
    return pair(format, plain(value), plain(other), of(value), of(other));
  },
  function autos(_, roll) {
    const one = pick(['plain', '{"a":1}', ' [1,2]', '\u00ff', '{', '"x"', '', 'null', '\u0001x'], roll);
    const value = roll() < 0.1 ? Uint8Array.of(0xff, 0xfe) : bytes(one);
    const other = roll() < 0.2 ? value.slice() : mangled(value, 1, roll);
    const plain = (payload: Uint8Array): Payload => ({ format: 'auto', value: payload, headers: [] });
    return pair('auto', plain(value), plain(other), auto(value), auto(other));
  },
  function events(_, roll) {
    const data = document(roll, 3);
    const other = roll() < 0.5 ? data : document(roll, 3);
    const value = (tree: Tree): Meaning => meaningOfJson(bytes(spell(tree, [], roll)));
    return pair('cloudevents', event(data, roll), event(other, roll), value(data), value(other));
  },
  function mangledEvents(_, roll) {
    const data = document(roll, 2);
    const one = event(data, roll);
    const other = { ...event(data, roll) };
    const broken = { ...other, value: mangled(other.value, 1, roll) };
    return pair('cloudevents mangled', one, broken, meaningOfJson(bytes(spell(data, [], roll))), 'unknown');
  },
];

function event(data: Tree, roll: Roll): Payload {
  const text = spell(data, NOISES, roll);
  const id = String(Math.floor(roll() * 1e6));
  if (roll() < 0.5) {
    const headers = [
      ['ce_specversion', bytes('1.0')],
      ['ce_id', bytes(id)],
      ['content-type', bytes('application/json')],
    ] as const;
    return { format: 'cloudevents', value: bytes(text), headers };
  }
  const held = roll() < 0.5 ? `"data":${text}` : `"data_base64":"${Buffer.from(text).toString('base64')}"`;
  const members = roll() < 0.5 ? `"id":"${id}",${held}` : `${held},"id":"${id}"`;
  return { format: 'cloudevents', value: bytes(`{"specversion":"1.0",${members}}`), headers: [] };
}

function meaningOfJson(text: Uint8Array): Meaning {
  const reading = read(text);
  return reading.kind === 'value' ? { value: reading.value } : 'broken';
}

/** Of values that no registry has framed: those begin otherwise. */
function auto(value: Uint8Array): Meaning {
  if (value[0] === 0 || (value[0] === 0xc3 && value[1] === 1)) return 'unknown';
  const text = utf8(value);
  const start = /^[ \t\r\n]*([{[])/.test(Buffer.from(value).toString('latin1'));
  if (start) return meaningOfJson(value);
  if (text !== undefined) return { value: { kind: 'string', text } };
  // Bytes that are no text are marked by what no text of this format begins with.
  return { value: { kind: 'string', text: `\u0000${Buffer.from(value).toString('latin1')}` } };
}

function utf8(value: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    return undefined;
  }
}
