// Whatever bytes and headers come: every format ends with text or a reason, and never takes different values for equal.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareContents } from '../compare/compare.ts';
import { compilePlan } from '../compare/plan.ts';
import { STRICT } from '../compare/testing/plans.ts';
import type { Format } from '../experiment/experiment.ts';
import { sameBytes } from '../json/strings.ts';
import type { Header } from '../ports/log.ts';
import { openFormat } from './formats.ts';
import { type Schemas, type WriterSchema, writerSchema } from './schemas.ts';
import { framed, long, text } from './testing/avro-bytes.ts';

const FORMATS: readonly Format[] = ['json', 'avro', 'cloudevents', 'auto', 'text', 'bytes'];
const encoder = new TextEncoder();
const NODE = writerSchema(
  '{"type":"record","name":"N","fields":[{"name":"v","type":["null","long","string"]},{"name":"m","type":{"type":"map","values":"N"}}]}',
);
const WRITERS: readonly WriterSchema[] = [NODE, writerSchema('"string"'), { kind: 'json' }, { kind: 'unreadable' }];
const SCHEMAS: Schemas = {
  hasRegistry: true,
  find: (key) => (key.kind === 'id' ? WRITERS[key.id] : key.kind === 'guid' ? NODE : undefined),
};

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.json().map((json) => encoder.encode(json)),
  fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 30 })).map(([id, rest]) => framed(id, [...rest])),
  fc.string().map((value) => framed(1, text(value.toWellFormed()))),
  fc
    .record(
      { specversion: fc.constant('1.0'), data: fc.jsonValue(), data_base64: fc.base64String() },
      { requiredKeys: [] },
    )
    .map((event) => encoder.encode(JSON.stringify(event))),
);
const headers = fc.array(
  fc.tuple(
    fc.constantFrom('content-type', '__value_schema_id', 'ce_specversion', 'ce_id', 'ce_data', 'Content-Type'),
    fc.oneof(
      fc.constant(null),
      fc.uint8Array({ maxLength: 18 }),
      fc
        .constantFrom('application/cloudevents+json', 'application/json', 'text/plain', 'application/avro', '1.0')
        .map((value) => encoder.encode(value)),
    ),
  ),
  { maxLength: 4 },
) as fc.Arbitrary<Header[]>;

describe.each(FORMATS)('%s', (format) => {
  test('ends with text or a reason, and says the same of the same again', () => {
    const reader = openFormat(format, SCHEMAS, { payloadBytes: 2_000, depth: 20 });
    fc.assert(
      fc.property(bytes, headers, (value, given) => {
        reader.schemaOf?.(value, given);
        reader.refuses?.(value, given);
        const first = reader.json(value, given);
        const copy = typeof first === 'string' ? first : first.slice();
        expect(reader.json(value, given)).toEqual(copy);
      }),
      { numRuns: 400 },
    );
  });

  test('what is equal is equal as JSON, by another parser', () => {
    const plan = compilePlan(
      { ...STRICT, format: { legacy: format, candidate: format } },
      { schemas: { legacy: SCHEMAS, candidate: SCHEMAS } },
    );
    const reader = openFormat(format, SCHEMAS, { payloadBytes: 1_000_000, depth: 10_000 });
    const dataOf = (value: Uint8Array, given: readonly Header[]): unknown => {
      const json = reader.json(value, given);
      if (typeof json === 'string') return { reason: json };
      const parsed: unknown = JSON.parse(new TextDecoder().decode(json));
      if (format !== 'cloudevents') return parsed;
      return (parsed as { readonly data?: unknown }).data;
    };
    fc.assert(
      fc.property(bytes, bytes, headers, (one, other, given) => {
        const left = { key: null, value: one, headers: given };
        const right = { key: null, value: other, headers: given };
        if (
          compareContents([left], [right], plan).kind !== 'match' ||
          sameBytes(one, 0, one.length, other, 0, other.length)
        )
          return;
        expect(dataOf(one, given)).toEqual(dataOf(other, given));
      }),
      { numRuns: 400 },
    );
  });
});

test('a map key that names a prototype is a member like any other', () => {
  const plan = compilePlan(
    { ...STRICT, format: { legacy: 'avro', candidate: 'avro' } },
    { schemas: { legacy: SCHEMAS, candidate: SCHEMAS } },
  );
  const node = (n: number) =>
    framed(0, [...long(0), ...long(1), ...text('__proto__'), ...long(1), ...long(n), ...long(0), ...long(0)]);
  const content = (n: number) => ({ key: null, value: node(n), headers: [] });
  expect(compareContents([content(1)], [content(1)], plan).kind).toBe('match');
  expect(compareContents([content(1)], [content(2)], plan)).toMatchObject({
    kind: 'mismatch',
    differences: [{ path: '/m/__proto__/v', legacy: '1', candidate: '2' }],
  });
  expect({}).not.toHaveProperty('v');
});
