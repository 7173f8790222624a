// Parsing Canonical Form and CRC-64-AVRO of a schema (Avro specification, "Transforming into Parsing Canonical Form" and
// "Schema Fingerprints"): how a single object names the schema it was written with.
import { fullName, isList, isWritten, PRIMITIVES, type Written, written } from './schema.ts';

const EMPTY = 0xc15d213aa4d7a795n;

const TABLE = BigUint64Array.from({ length: 256 }, (_, byte) => {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = (crc >> 1n) ^ (EMPTY & -(crc & 1n));
  return crc;
});

/** Hexadecimal, in the byte order of a single object: least significant byte first. @throws Fault `bad-schema` */
export function schemaFingerprint(text: string): string {
  let crc = EMPTY;
  for (const byte of new TextEncoder().encode(parsingCanonicalForm(text))) {
    crc = (crc >> 8n) ^ (TABLE[Number((crc ^ BigInt(byte)) & 0xffn)] as bigint);
  }
  const big = crc.toString(16).padStart(16, '0');
  return (big.match(/../g) ?? []).reverse().join('');
}

/** @throws Fault `bad-schema` */
export function parsingCanonicalForm(text: string): string {
  return canonical(written(text), '', new Set());
}

function canonical(schema: Written, space: string, defined: Set<string>): string {
  if (typeof schema === 'string') return JSON.stringify(nameOf(schema, space, defined));
  if (isList(schema)) return `[${schema.map((branch) => canonical(branch, space, defined)).join(',')}]`;
  const { type } = schema;
  const inner = (of: unknown, within: string): string => (isWritten(of) ? canonical(of, within, defined) : '""');
  if (type === 'array') return `{"type":"array","items":${inner(schema.items, space)}}`;
  if (type === 'map') return `{"type":"map","values":${inner(schema.values, space)}}`;
  if (type !== 'record' && type !== 'error' && type !== 'enum' && type !== 'fixed') return inner(type, space);
  const own = fullName(schema, space);
  defined.add(own.name);
  const head = `{"name":${JSON.stringify(own.name)},"type":"${type}"`;
  if (type === 'enum') return `${head},"symbols":${JSON.stringify(schema.symbols)}}`;
  if (type === 'fixed') return `${head},"size":${Number(schema.size)}}`;
  const fields = (Array.isArray(schema.fields) ? schema.fields : []).map(
    (field: { readonly name: string; readonly type: unknown }) =>
      `{"name":${JSON.stringify(field.name)},"type":${inner(field.type, own.space)}}`,
  );
  return `${head},"fields":[${fields.join(',')}]}`;
}

function nameOf(name: string, space: string, defined: ReadonlySet<string>): string {
  if (PRIMITIVES.some((one) => one === name) || name.includes('.') || space === '') return name;
  return defined.has(`${space}.${name}`) || !defined.has(name) ? `${space}.${name}` : name;
}
