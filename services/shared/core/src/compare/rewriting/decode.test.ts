// Strings compared as what they hold.
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../outcome.ts';
import { compareContents } from '../compare.ts';
import { compareTexts, content, planWith, STRICT } from '../testing/plans.ts';
import { judged } from '../testing/told.ts';
import { fromBase64, toBase64 } from './base64.ts';
import type { DecodeRule, Decoding } from './decode.ts';
import { gunzip } from './gunzip.ts';

const decode = (path: string, ...as: readonly Decoding[]): DecodeRule => ({ kind: 'decode', name: 'd', path, as });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const packed = (value: unknown): string => toBase64(gzipSync(JSON.stringify(value)));

function compared(
  legacy: unknown,
  candidate: unknown,
  rule: DecodeRule,
  more: Parameters<typeof planWith>[1] = {},
): Comparison {
  return compareTexts(JSON.stringify(legacy), JSON.stringify(candidate), planWith([rule], more));
}

describe('a string that holds JSON', () => {
  const rule = decode('/payload', 'json');

  test('is compared as the document in it, and differences have paths below it', () => {
    expect(judged({ payload: '{"total":1,"a":2}' }, { payload: ' {"a":2.0, "total":1}' }, rule)).toEqual([
      'equivalent',
      '/payload changed (d)',
    ]);
    expect(judged({ payload: '{"total":1}' }, { payload: '{"total":2}' }, rule)).toEqual([
      'mismatch',
      '/payload/total changed',
      '/payload changed (d)',
    ]);
  });

  test('is the same as the document itself', () => {
    expect(judged({ payload: '{"a":[1]}' }, { payload: { a: [1] } }, rule)).toEqual([
      'equivalent',
      '/payload changed (d)',
    ]);
  });

  test('keeps every digit', () => {
    expect(compared({ payload: '9007199254740993' }, { payload: '9007199254740992' }, rule).kind).toBe('mismatch');
    expect(compared({ payload: '[1e400]' }, { payload: '[1E+400 ]' }, rule).kind).toBe('equivalent');
  });

  test('stays a text where it holds none, on either side', () => {
    expect(judged({ payload: 'x' }, { payload: 'y' }, rule)).toEqual(['mismatch', '/payload changed']);
    expect(judged({ payload: '{"a":1}' }, { payload: '{"a":1' }, rule)).toEqual([
      'mismatch',
      '/payload type-changed',
      '/payload changed (d)',
    ]);
    expect(judged({ payload: 'x' }, { payload: 'x' }, rule)).toEqual(['match']);
  });

  test('that names a member twice, or is too deep, leaves the pair undecided', () => {
    expect(compared({ payload: '{"a":1,"a":2}' }, { payload: '{"a":2}' }, rule)).toEqual({
      kind: 'inconclusive',
      reason: 'duplicate-keys',
    });
    const deep = '['.repeat(600) + ']'.repeat(600);
    expect(compared({ payload: deep }, { payload: '[]' }, rule)).toEqual({
      kind: 'inconclusive',
      reason: 'budget-depth',
    });
    const shallow = { budgets: { ...STRICT.budgets, depth: 3 } };
    expect(compared({ payload: '[[[[1]]]]' }, { payload: '[]' }, rule, shallow)).toEqual({
      kind: 'inconclusive',
      reason: 'budget-depth',
    });
    expect(compared({ payload: '[[1]]' }, { payload: '[[2]]' }, rule, shallow).kind).toBe('mismatch');
    expect(compared({ payload: '[[[1]]]' }, { payload: '[[2]]' }, rule, shallow).kind).toBe('inconclusive');
  });

  test('is found by patterns, and rules below it hold', () => {
    const plan = [decode('/items/*/data', 'json'), { kind: 'ignore', name: 'i', paths: ['/items/*/data/at'] }] as const;
    expect(judged({ items: [{ data: '{"at":1,"v":1}' }] }, { items: [{ data: '{"at":2,"v":1}' }] }, ...plan)).toEqual([
      'equivalent',
      '/items/0/data changed (d)',
    ]);
  });

  test('with names of prototypes pollutes nothing', () => {
    expect(judged({ payload: '{"__proto__":{"x":1}}' }, { payload: '{"constructor":{"x":1}}' }, rule)[0]).toBe(
      'mismatch',
    );
    expect(judged({ payload: '{"__proto__":1}' }, { payload: '{"__proto__":2}' }, rule)[1]).toBe(
      '/payload/__proto__ changed',
    );
    expect(Object.hasOwn({}, 'x')).toBe(false);
  });
});

describe('a chain', () => {
  const chain = decode('/payload', 'base64', 'gzip', 'json');

  test('is followed to its end', () => {
    const gzipped = (value: unknown, level: number): string => toBase64(gzipSync(JSON.stringify(value), { level }));
    expect(
      judged(
        { payload: gzipped({ total: 1, n: 'x'.repeat(99) }, 1) },
        { payload: gzipped({ n: 'x'.repeat(99), total: 1 }, 9) },
        chain,
      )[0],
    ).toBe('equivalent');
    expect(judged({ payload: packed({ total: 1 }) }, { payload: packed({ total: 2 }) }, chain).slice(0, 2)).toEqual([
      'mismatch',
      '/payload/total changed',
    ]);
  });

  test('holds as a whole or not at all', () => {
    const plain = toBase64(utf8('{"total":1}'));
    expect(judged({ payload: plain }, { payload: packed({ total: 1 }) }, chain).slice(0, 2)).toEqual([
      'mismatch',
      '/payload type-changed',
    ]);
    expect(judged({ payload: toBase64(gzipSync('no json')) }, { payload: 'no json' }, chain)[0]).toBe('mismatch');
  });

  test('that ends in bytes is text where they are, else their base64', () => {
    const base64 = decode('/b', 'base64');
    expect(judged({ b: toBase64(utf8('hällo')) }, { b: 'hällo' }, base64)[0]).toBe('equivalent');
    const bytes = toBase64(Uint8Array.of(255, 254, 253));
    expect(compared({ b: bytes }, { b: toBase64(Uint8Array.of(255, 254, 252)) }, base64)).toMatchObject({
      kind: 'mismatch',
      differences: [{ path: '/b', legacy: '"base64://79"', candidate: '"base64://78"' }, { rule: 'd' }],
    });
    expect(judged({ b: '__79' }, { b: '//79' }, base64)[0]).toBe('equivalent');
  });

  test('bytes and the text of their base64 are not the same', () => {
    const base64 = decode('/b', 'base64');
    expect(judged({ b: toBase64(Uint8Array.of(255, 254, 253)) }, { b: toBase64(utf8('//79')) }, base64)[0]).toBe(
      'mismatch',
    );
  });
});

describe('a whole payload', () => {
  const bytes = { format: { legacy: 'bytes', candidate: 'bytes' } } as const;

  test('of bytes is unpacked', () => {
    const plan = planWith([decode('', 'gzip', 'json')], bytes);
    const one = gzipSync('{"a":1,"ä":"ö"}', { level: 1 });
    const other = gzipSync(' {"ä":"ö","a":2}');
    expect(compareContents([content(one)], [content(other)], plan)).toMatchObject({
      kind: 'mismatch',
      differences: [{ path: '/a' }, { path: '', rule: 'd' }],
    });
  });

  test('of bytes that is UTF-8 JSON is read as such', () => {
    const plan = planWith([decode('', 'json')], bytes);
    expect(compareContents([content('{"ä":1}')], [content(' {"ä":1}')], plan).kind).toBe('equivalent');
  });

  test('of text holds JSON', () => {
    const plan = planWith([decode('', 'json')], { format: { legacy: 'text', candidate: 'json' } });
    expect(compareContents([content('{"ä":1}')], [content('{"ä":1.0}')], plan).kind).toBe('equivalent');
  });
});

describe('a bomb', () => {
  const chain = decode('/p', 'base64', 'gzip');
  const budgets = { ...STRICT.budgets, payloadBytes: 200_000 };
  const bomb = toBase64(gzipSync(new Uint8Array(50_000_000)));

  test('ends at the budget, by name', () => {
    expect(compared({ p: bomb }, { p: 'x' }, chain, { budgets })).toEqual({
      kind: 'inconclusive',
      reason: 'budget-bytes',
    });
  });

  test('of many small parts ends at the same budget', () => {
    const part = toBase64(gzipSync(new Uint8Array(90_000)));
    expect(compared({ p: part }, { p: 'x' }, chain, { budgets }).kind).toBe('mismatch');
    const many = { kind: 'decode', name: 'd', path: '/*', as: ['base64', 'gzip'] } as const;
    expect(compared([part, part, part], ['x'], many, { budgets })).toEqual({
      kind: 'inconclusive',
      reason: 'budget-bytes',
    });
  });

  test('in layers of base64 and JSON ends by name', () => {
    let text = '1';
    for (let layer = 0; layer < 30; layer++) text = toBase64(utf8(JSON.stringify([text])));
    const rules = Array.from({ length: 40 }, () => decode('/**', 'base64', 'json'));
    const plan = planWith(rules);
    expect(compareTexts(JSON.stringify(text), '[1]', plan).kind).toBe('mismatch');
  });
});

describe('what is no whole gzip stream', () => {
  const whole = gzipSync('hello');

  test.each([
    ['is cut off', whole.subarray(0, -1)],
    ['has a wrong sum', Uint8Array.from(whole, (byte, i) => (i === whole.length - 6 ? byte ^ 1 : byte))],
    ['has a wrong length', Uint8Array.from(whole, (byte, i) => (i === whole.length - 1 ? byte ^ 1 : byte))],
    ['goes on after its end', Uint8Array.of(...whole, 0)],
    ['goes on with something else', Uint8Array.of(...whole, 1, 2, 3)],
    ['is deflate only', deflateRawSync('hello')],
    ['is empty', new Uint8Array(0)],
  ])('because it %s does not decode', (_, bytes) => {
    expect(gunzip(bytes, 1000)).toBeUndefined();
  });

  test('several members are one stream', () => {
    expect(gunzip(Uint8Array.of(...whole, ...whole), 1000)).toEqual(utf8('hellohello'));
    expect(gunzip(Uint8Array.of(...whole, ...whole), 9)).toBe('too-large');
  });
});

describe('base64', () => {
  test.each([
    '',
    '=',
    'A',
    'AAAAA',
    'AB==',
    'AAB=',
    'AA=',
    'AA===',
    'A=A=',
    'AA AA',
    'AAAA\n',
    '+_AA',
    'ÄÖÜa',
    'AAA\ud800',
  ])('%j is none', (text) => {
    expect(fromBase64(text)).toBeUndefined();
  });

  test('any bytes survive, in either alphabet, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.boolean(), fc.boolean(), (bytes, url, bare) => {
        let text = toBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        if (url) text = text.replaceAll('+', '-').replaceAll('/', '_');
        expect(fromBase64(bare ? text.replaceAll('=', '') : text)).toEqual(bytes);
      }),
    );
  });
});

test('text that looks like shown bytes is not those bytes', () => {
  const rule = decode('/a', 'base64');
  expect(judged({ a: '/w==' }, { a: btoa('base64:/w==') }, rule)[0]).toBe('mismatch');
  expect(judged({ a: '/w' }, { a: '/w==' }, rule)[0]).toBe('equivalent');
});
