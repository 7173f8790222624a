// Values made to break who reads them: each comes to an outcome with a name, in the ledger and in its row, and none of them
// to a match; those around it are judged.
import { deadLetterTopic, type Header, type NewRecord, readDeadLetter, SIDES } from '@parallax/core';
import { openSchemas } from '@parallax/platform';
import { type RegistryStub, registryStub, TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { experiment, World } from './testing/world.ts';

const DEPTH = 200;
const BYTES = 65_536;

let stub: RegistryStub;
beforeAll(async () => {
  stub = await registryStub();
  for (const [subject, schema] of Object.entries(SCHEMAS)) stub.register(subject, { schema });
});
afterAll(() => stub.stop());

/** Numbers are given in this order, from 1. */
const SCHEMAS = {
  order: '{"type":"record","name":"O","fields":[{"name":"n","type":"long"}]}',
  nothings: '{"type":"array","items":"null"}',
  chain: '{"type":"record","name":"N","fields":[{"name":"next","type":["null","N"]}]}',
  text: '"string"',
  map: '{"type":"map","values":"long"}',
  bytes: '"bytes"',
  texts: '{"type":"array","items":"string"}',
};

const frame = (schema: keyof typeof SCHEMAS, ...value: readonly number[]) =>
  Buffer.from([0, 0, 0, 0, Object.keys(SCHEMAS).indexOf(schema) + 1, ...value]);
/** 2^40 - 1 or so, as a varint of zig-zag. */
const HUGE = [0xfe, 0xff, 0xff, 0xff, 0xff, 0x3f];
const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const CHAIN = frame('chain', ...Array.from({ length: 5_000 }, () => 2), 0);
const PROTOTYPE = frame('map', 2, 18, ...Buffer.from('__proto__'), 2, 0);
const STRUCTURED: readonly Header[] = [['content-type', Buffer.from('application/cloudevents+json')]];
const event = (data: string) => `{"specversion":"1.0","id":"e","source":"/s","type":"t","data":${data}}`;
const binary = (...more: readonly Header[]): readonly Header[] => [
  ['ce_specversion', Buffer.from('1.0')],
  ['ce_id', Buffer.from('e')],
  ...more,
];
const type = (text: string): Header => ['content-type', Buffer.from(text)];

type Case = readonly [what: string, value: Buffer | string, expected: string, headers?: readonly Header[]];

const CASES: Readonly<Record<string, readonly Case[]>> = {
  json: [
    ['nested too deep', deep(DEPTH + 1), 'inconclusive budget-depth'],
    ['nested a million levels deep, and cut off', '['.repeat(60_000), 'inconclusive budget-depth'],
    ['too long', JSON.stringify('x'.repeat(BYTES)), 'inconclusive budget-bytes'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'inconclusive undecodable'],
    ['a member that is a prototype', '{"__proto__":{"n":1}}', 'mismatch'],
    ['cut off', '{"n":', 'inconclusive undecodable'],
    ['a member twice', '{"n":1,"n":1}', 'inconclusive duplicate-keys'],
    ['nothing', '', 'inconclusive undecodable'],
  ],
  avro: [
    ['a billion items of no bytes', frame('nothings', ...HUGE, 0), 'inconclusive budget-bytes'],
    [
      'blocks of nothing without end',
      frame('nothings', ...Array.from({ length: 30_000 }, () => [2]).flat()),
      'inconclusive budget-bytes',
    ],
    ['nested too deep', CHAIN, 'inconclusive budget-depth'],
    ['a length beyond its end', frame('text', ...HUGE), 'inconclusive truncated'],
    ['a length below nothing', frame('text', 0x03), 'inconclusive malformed-avro'],
    ['no UTF-8', frame('text', 4, 0xff, 0xfe), 'inconclusive invalid-utf8'],
    [
      'an integer without end',
      frame('order', ...Array.from({ length: 20 }, () => 0xff)),
      'inconclusive malformed-avro',
    ],
    ['a member that is a prototype', PROTOTYPE, 'mismatch'],
    ['longer than its schema', frame('order', 2, 2), 'inconclusive trailing-bytes'],
    [
      'text that grows when it is escaped',
      frame('bytes', 0xe0, 0xd4, 0x03, ...new Uint8Array(30_000)),
      'inconclusive budget-bytes',
    ],
    ['a schema nobody has', Buffer.from([0, 0, 0, 0, 99, 2]), 'undecodable schema-unknown'],
    ['no frame', Buffer.from([7, 7, 7]), 'undecodable not-framed'],
    ['a frame cut off', Buffer.from([0, 0, 0]), 'undecodable truncated'],
  ],
  auto: [
    ['nested too deep', deep(DEPTH + 1), 'inconclusive budget-depth'],
    ['a billion items of no bytes', frame('nothings', ...HUGE, 0), 'inconclusive budget-bytes'],
    ['no UTF-8 in JSON', Buffer.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'inconclusive undecodable'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe]), 'mismatch'],
    ['a member that is a prototype', PROTOTYPE, 'mismatch'],
    ['a schema nobody has', Buffer.from([0, 0, 0, 0, 99, 2]), 'undecodable schema-unknown'],
  ],
  cloudevents: [
    ['data nested too deep', event(deep(DEPTH + 1)), 'inconclusive budget-depth', STRUCTURED],
    ['binary data nested too deep', deep(DEPTH + 1), 'inconclusive budget-depth', binary(type('application/json'))],
    ['no UTF-8', Buffer.from([0x7b, 0xff]), 'inconclusive undecodable', STRUCTURED],
    [
      'no UTF-8 in a header',
      '{}',
      'inconclusive invalid-utf8',
      binary(['ce_source', Buffer.from([0xff])], type('application/json')),
    ],
    ['data that is a prototype', event('{"__proto__":{"n":1}}'), 'mismatch', STRUCTURED],
    [
      'an attribute that is a prototype',
      '{"n":1}',
      'match',
      binary(['ce___proto__', Buffer.from('x')], type('application/json')),
    ],
    ['data twice', event('1,"data_base64":"AA=="'), 'inconclusive malformed-cloudevent', STRUCTURED],
    [
      'Avro data of a billion items',
      frame('nothings', ...HUGE, 0),
      'inconclusive budget-bytes',
      binary(type('application/avro')),
    ],
  ],
  text: [
    ['no UTF-8', Buffer.from([0xff]), 'inconclusive invalid-utf8'],
    ['too long', 'x'.repeat(BYTES + 1), 'inconclusive budget-bytes'],
  ],
  bytes: [['too long', Buffer.alloc(BYTES + 1), 'inconclusive budget-bytes']],
};

const GOOD: Readonly<Record<string, string>> = { text: '1', bytes: '1' };

describe.each(Object.entries(CASES))('%s', (format, cases) => {
  test('each comes to its outcome, by name, and what is around it is judged', async () => {
    const alike = format === 'text' || format === 'bytes';
    const plan = experiment(`experiment: x
correlation: header:correlation-id
legacy: { topic: a, format: ${alike ? format : 'json'} }
candidate: { topic: b, format: ${format} }
${alike || format === 'json' ? '' : `registry: "${stub.url}"`}
window: { settle: 200ms, deadline: 2s, late: 1h }
budgets: { payloadBytes: ${BYTES}B, depth: ${DEPTH} }
`);
    const record = (n: number, value: Buffer, headers: readonly Header[] = []): NewRecord => ({
      partition: n % 2,
      timestamp: TRAFFIC_BEGINS + n * 10,
      key: null,
      value,
      headers: [...headers, ['correlation-id', Buffer.from(cases[n]?.[0] ?? 'good')]],
    });
    const good = Buffer.from(GOOD[format] ?? '{"n":1}');
    const last = cases.length;
    const goodAs: Readonly<Record<string, readonly [Buffer, readonly Header[]]>> = {
      avro: [frame('order', 2), []],
      cloudevents: [Buffer.from(event('{"n":1}')), STRUCTURED],
    };
    const world = await new World().open();
    await world.append(
      'a',
      [...cases.keys(), last].map((n) => record(n, good)),
    );
    await world.append('b', [
      ...cases.map(([, value, , headers], n) => record(n, Buffer.from(value), headers)),
      record(last, ...(goodAs[format] ?? [good, []])),
    ]);
    const { ledger } = await world.catchUp({ experiment: plan, schemas: await openSchemas(plan, 'x.yaml') });
    const outcomes = new Map(world.store.pairs().map(({ id, outcome, reason }) => [id, `${outcome} ${reason}`.trim()]));
    const letters = await world.log.read(deadLetterTopic('x'), 0, 0, 100).catch(() => []);
    for (const letter of letters) {
      const read = readDeadLetter(letter);
      const id = read?.headers.find(([name]) => name === 'correlation-id')?.[1];
      outcomes.set(String(Buffer.from(id ?? [])), `undecodable ${read?.reason}`);
    }
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries([...cases.map(([what, , expected]) => [what, expected]), ['good', 'match']]),
    );
    const count = (column: string) => cases.filter(([, , expected]) => expected.startsWith(column)).length;
    expect(ledger.default?.candidate).toMatchObject({
      undecodable: count('undecodable'),
      undecided: count('inconclusive'),
      diverged: count('mismatch'),
      agreed: count('match') + 1,
    });
    for (const side of SIDES) expect(ledger.default?.[side]).toMatchObject({ open: 0, lost: 0 });
  });
});
