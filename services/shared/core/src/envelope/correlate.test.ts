// Ids and types out of records.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Header } from '../ports/log.ts';
import { compileCorrelation, compileType, MAX_ID_BYTES } from './correlate.ts';
import { type Correlation, DEFAULT_CORRELATION, type Envelope, parseSource } from './source.ts';

const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(text);

function record(parts: { key?: string; value?: string; headers?: Record<string, string> }): Envelope {
  const headers = Object.entries(parts.headers ?? {}).map(([name, value]): Header => [name, bytes(value)]);
  return {
    key: parts.key === undefined ? null : bytes(parts.key),
    value: parts.value === undefined ? null : bytes(parts.value),
    headers,
  };
}

function correlation(...parts: (string | readonly string[])[]): Correlation {
  return parts.map((part) => [part].flat().map((text) => parseSource(text) ?? expect.unreachable(text)));
}

function idOf(spec: Correlation, envelope: Envelope) {
  const correlated = compileCorrelation(spec)(envelope);
  return correlated.kind === 'id' ? correlated.id : correlated;
}

const NO_ID = { kind: 'no-id' };
const undecodable = (reason: string) => ({ kind: 'undecodable', reason });

describe('sources', () => {
  test('a header gives its last value, under its exact name', () => {
    const headers: Header[] = [
      ['id', bytes('first')],
      ['ID', bytes('other')],
      ['id', bytes('last')],
    ];
    expect(idOf(correlation('header:id'), { key: null, value: null, headers })).toBe('last');
    expect(idOf(correlation('header:Id'), { key: null, value: null, headers })).toEqual(NO_ID);
  });

  test('a null or empty header, key or member is absent', () => {
    const empty: Envelope = { key: new Uint8Array(0), value: bytes('{"id":""}'), headers: [['id', null]] };
    for (const source of ['header:id', 'key', 'path:/id', 'ce_id', 'traceparent']) {
      expect(idOf(correlation(source), empty), source).toEqual(NO_ID);
    }
  });

  test('bytes that are not UTF-8 are undecodable, never a replacement character', () => {
    const broken = Uint8Array.of(0x61, 0xff);
    expect(idOf(correlation('header:id'), { key: null, value: null, headers: [['id', broken]] })).toEqual(
      undecodable('invalid-utf8'),
    );
    expect(idOf(correlation('key'), { key: broken, value: null, headers: [] })).toEqual(undecodable('invalid-utf8'));
    const value = Uint8Array.of(...bytes('{"id":"'), 0xff, ...bytes('"}'));
    expect(idOf(correlation('path:/id'), { key: null, value, headers: [] })).toEqual(undecodable('invalid-utf8'));
  });

  test.each([
    ['{"id":"a\\"b"}', 'a"b'],
    ['{"id":42}', '42'],
    ['{"id":42.0}', '42'],
    ['{"id":9007199254740993}', '9007199254740993'],
    ['{"id":true}', 'true'],
    ['{"id":"ä"}', 'ä'],
  ])('the member of %s is the id %s', (value, id) => {
    expect(idOf(correlation('path:/id'), record({ value }))).toBe(id);
  });

  test.each(['{"id":null}', '{"id":{}}', '{"id":[1]}', '{}', '[]', '7'])('there is no id in %s', (value) => {
    expect(idOf(correlation('path:/id'), record({ value }))).toEqual(NO_ID);
  });

  test('a tombstone has no id in its payload', () => {
    expect(idOf(correlation('path:/id'), record({ key: 'k' }))).toEqual(NO_ID);
  });

  test.each([
    ['{"id":', 'malformed-json'],
    ['', 'malformed-json'],
    ['{"id":1,"id":2}', 'duplicate-key'],
    ['{"id":"\\ud800"}', 'lone-surrogate'],
    ['{"id":1e99999999999}', 'number-out-of-range'],
  ])('%s is undecodable: %s', (value, reason) => {
    expect(idOf(correlation('path:/id'), record({ value }))).toEqual(undecodable(reason));
  });

  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
  test.each([
    [`00-${TRACE}-00f067aa0ba902b7-01`, TRACE],
    [`cc-${TRACE}-00f067aa0ba902b7-01-what-the-future-will-be`, TRACE],
    [`00-${TRACE}-00f067aa0ba902b7-01-extra`, NO_ID],
    [`ff-${TRACE}-00f067aa0ba902b7-01`, NO_ID],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, NO_ID],
    [`00-${TRACE}-${'0'.repeat(16)}-01`, NO_ID],
    [`00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`, NO_ID],
    ['hello', NO_ID],
  ])('traceparent %s', (traceparent, expected) => {
    expect(idOf(correlation('traceparent'), record({ headers: { traceparent } }))).toEqual(expected);
  });

  test('a CloudEvent is identified in binary and in structured mode', () => {
    const structured = '{"specversion":"1.0","id":"e-2","data":{}}';
    const spec = correlation('ce_id');
    expect(idOf(spec, record({ headers: { ce_id: 'e-1' }, value: 'anything' }))).toBe('e-1');
    expect(
      idOf(
        spec,
        record({ headers: { 'content-type': 'application/cloudevents+json; charset=UTF-8' }, value: structured }),
      ),
    ).toBe('e-2');
    expect(idOf(spec, record({ value: structured }))).toBe('e-2');
    expect(idOf(spec, record({ headers: { 'content-type': 'application/json' }, value: structured }))).toEqual(NO_ID);
    expect(idOf(spec, record({ value: '{"id":"no event"}' }))).toEqual(NO_ID);
    expect(idOf(spec, record({ value: 'plain text' }))).toEqual(NO_ID);
    expect(
      idOf(spec, record({ headers: { 'content-type': 'application/cloudevents-batch+json' }, value: '[]' })),
    ).toEqual(undecodable('cloudevents-batch'));
  });
});

describe('ids', () => {
  test('by default the header is taken before the member of the payload', () => {
    const value = '{"correlationId":"p"}';
    expect(idOf(DEFAULT_CORRELATION, record({ value, headers: { 'correlation-id': 'h' } }))).toBe('h');
    expect(idOf(DEFAULT_CORRELATION, record({ value }))).toBe('p');
    expect(idOf(DEFAULT_CORRELATION, record({ value: '{}' }))).toEqual(NO_ID);
  });

  test('a source that cannot be read ends the search for the first one present', () => {
    expect(idOf(correlation(['path:/id', 'key']), record({ key: 'k', value: '{' }))).toEqual(
      undecodable('malformed-json'),
    );
    expect(idOf(correlation(['key', 'path:/id']), record({ key: 'k', value: '{' }))).toBe('k');
  });

  test('a composite id lacks nothing or is none', () => {
    const spec = correlation('header:tenant', ['key', 'path:/id']);
    expect(idOf(spec, record({ headers: { tenant: 'a' }, key: 'bc' }))).toBe('1:a2:bc');
    expect(idOf(spec, record({ headers: { tenant: 'ab' }, value: '{"id":"c"}' }))).toBe('2:ab1:c');
    expect(idOf(spec, record({ headers: { tenant: 'ab' }, value: '{}' }))).toEqual(NO_ID);
  });

  test('different parts never make the same id', () => {
    const parts = fc.array(fc.string({ unit: fc.constantFrom('1', ':', 'a', 'ä'), minLength: 1, maxLength: 4 }), {
      minLength: 2,
      maxLength: 3,
    });
    fc.assert(
      fc.property(parts, parts, (left, right) => {
        const same = left.length === right.length && left.every((part, index) => part === right[index]);
        expect(composite(left) === composite(right)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  function composite(parts: readonly string[]) {
    const headers = Object.fromEntries(parts.map((part, index) => [`h${index}`, part]));
    return idOf(correlation(...Object.keys(headers).map((name) => `header:${name}`)), record({ headers }));
  }

  test('an id longer than allowed is shown, not cut', () => {
    expect(idOf(correlation('key'), record({ key: 'x'.repeat(MAX_ID_BYTES) }))).toHaveLength(MAX_ID_BYTES);
    expect(idOf(correlation('key'), record({ key: 'x'.repeat(MAX_ID_BYTES + 1) }))).toEqual(undecodable('id-too-long'));
    expect(idOf(correlation('key'), record({ key: '😀'.repeat(256) }))).toHaveLength(512);
    expect(idOf(correlation('key'), record({ key: '😀'.repeat(257) }))).toEqual(undecodable('id-too-long'));
  });
});

describe('types', () => {
  test('the type is the text found, else nothing', () => {
    const type = compileType(parseSource('path:/type'));
    expect(type(record({ value: '{"type":"order.placed"}' }))).toBe('order.placed');
    expect(type(record({ value: '{"type":3}' }))).toBe('3');
    expect(type(record({ value: '{}' }))).toBe('');
    expect(type(record({ value: '{' }))).toBe('');
    expect(compileType(undefined)(record({ value: '{"type":"t"}' }))).toBe('');
  });
});
