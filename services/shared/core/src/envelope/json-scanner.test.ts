// The scanner finds what a full parse would find, or says why it cannot tell.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileLocator } from './json-scanner.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function locate(text: string, pointer: readonly string[], maxDepth = 10_000) {
  const bytes = encoder.encode(text);
  const located = compileLocator(pointer, maxDepth)(bytes);
  return located.kind === 'found' ? decoder.decode(bytes.subarray(located.start, located.end)) : located;
}

const ABSENT = { kind: 'absent' };
const MALFORMED = { kind: 'undecodable', reason: 'malformed-json' };

/** What JSON.parse and a plain walk find: own members only, array places as RFC 6901 writes them. */
function oracle(document: unknown, pointer: readonly string[]): { found: unknown } | undefined {
  let at = document;
  for (const segment of pointer) {
    if (typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at) && !/^(0|[1-9]\d*)$/.test(segment)) return undefined;
    const member = Object.getOwnPropertyDescriptor(at, segment);
    if (member === undefined) return undefined;
    at = member.value;
  }
  return { found: at };
}

describe('places', () => {
  test.each([
    ['{"a":1}', ['a'], '1'],
    ['{"x":{"a":2},"a":1}', ['a'], '1'],
    ['{"x":[{"a":2}],"a" : {"b": [10, "c" ]} }', ['a', 'b', '1'], '"c"'],
    ['[[1,2],[3,4]]', ['1', '0'], '3'],
    ['{"0":"member"}', ['0'], '"member"'],
    ['{"a/b":1,"c~d":2}', ['c~d'], '2'],
    ['{"":{"":3}}', ['', ''], '3'],
    ['{"\\u0061\\/":4}', ['a/'], '4'],
    ['{"a\\\\b":5,"a\\b":6}', ['a\\b'], '5'],
    ['{"__proto__":7}', ['__proto__'], '7'],
    ['{"größe":8}', ['größe'], '8'],
    ['{"\\ud83d\\ude00":9}', ['😀'], '9'],
    [' {"a": {"b" : [ ]}} ', ['a'], '{"b" : [ ]}'],
    ['"whole"', [], '"whole"'],
    ['\ufeff{"a":1}', ['a'], '1'],
  ])('%s has a value at %j', (text, pointer, expected) => {
    expect(locate(text, pointer)).toBe(expected);
  });

  test('a backslash is told from an escape that starts with one, in any order', () => {
    const texts = ['{"a":0,"\\n":1}', '{"a":0,"\\\\":2}', '{"a":0,"\\"":3}'];
    const found = (pointer: string) => texts.map((text) => locate(text, [pointer]));
    for (let round = 0; round < 3; round++) {
      expect(found('\\')).toEqual([ABSENT, '2', ABSENT]);
      expect(found('\n')).toEqual(['1', ABSENT, ABSENT]);
      expect(found('"')).toEqual([ABSENT, ABSENT, '3']);
    }
  });

  test.each([
    ['{"b":1}', ['a']],
    ['{}', ['a']],
    ['[]', ['0']],
    ['[1]', ['01']],
    ['[1]', ['-']],
    ['{"a":"text"}', ['a', 'length']],
    ['{"a":null}', ['a', 'b']],
    ['{}', ['toString']],
    ['3', ['a']],
  ])('%s has nothing at %j', (text, pointer) => {
    expect(locate(text, pointer)).toEqual(ABSENT);
  });
});

describe('what cannot be told', () => {
  test.each([
    '',
    ' ',
    '{"a":1',
    '{"a":1}}',
    '{"a":01}',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '[1,]',
    '[1 2]',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":tru}',
    '{"a":nul',
    '{"a":falsy}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":"\n"}',
    '{"a":"open',
    '{"a"}',
    '{"a":}',
    '{"a":1}]',
    '{"a":[1}',
    '{"a":NaN}',
    '{"a":1}x',
    '{"a":-}',
    'undefined',
  ])('%s is malformed', (text) => {
    expect(locate(text, ['a'])).toEqual(MALFORMED);
  });

  test('a document broken behind the place gives no value', () => {
    expect(locate('{"a":1,"b":{"c":}}', ['a'])).toEqual(MALFORMED);
  });

  test('a member on the path that stands twice is not guessed at', () => {
    const duplicate = { kind: 'undecodable', reason: 'duplicate-key' };
    expect(locate('{"a":1,"b":2,"a":1}', ['a'])).toEqual(duplicate);
    expect(locate('{"a":{"b":1},"\\u0061":{}}', ['a', 'b'])).toEqual(duplicate);
    expect(locate('{"a":1,"b":2,"b":3,"c":{"a":1,"a":2}}', ['a'])).toBe('1');
  });

  test('a document deeper than allowed is refused wherever it is deep', () => {
    const deep = (levels: number) => `{"a":1,"b":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(locate(deep(20), ['a'], 20)).toBe('1');
    expect(locate(deep(21), ['a'], 20)).toEqual({ kind: 'undecodable', reason: 'too-deep' });
    expect(locate('{"a":{"a":{"a":1}}}', ['a', 'a', 'a'], 2)).toEqual({ kind: 'undecodable', reason: 'too-deep' });
  });

  test('a hundred thousand levels are counted, not recursed into', () => {
    expect(locate('['.repeat(100_000), ['a'])).toEqual({ kind: 'undecodable', reason: 'too-deep' });
    expect(locate(`{"b":${'['.repeat(9_000)}${']'.repeat(9_000)},"a":1}`, ['a'])).toBe('1');
  });
});

// No name ends in a backslash: V8 13.6 then reads other names wrong (nodejs/node#63785), and the oracle with it.
const keys = fc.constantFrom('a', 'b', '', '/', '~', '0', '1', '__proto__', 'ä', '"', 'b\\c', '\n', '😀');
const { document: documents } = fc.letrec<{ document: unknown }>((tie) => ({
  document: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<unknown>(null, true, false, 0, -1.5e-7, 1e21, '', 'x', '\u0000"\\', '\ud800'),
    fc.string({ unit: 'binary' }),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.array(tie('document'), { maxLength: 4 }),
    fc.dictionary(keys, tie('document'), { maxKeys: 5, noNullPrototype: true }),
  ),
}));
const pointers = fc.array(keys, { maxLength: 4 });
const spaces = fc.constantFrom<string | number>('', 2, '\t', ' \n');

test('it agrees with a full parse on every document', () => {
  fc.assert(
    fc.property(documents, pointers, spaces, (document, pointer, space) => {
      const text = JSON.stringify(document, null, space);
      const located = locate(text, pointer);
      const expected = oracle(JSON.parse(text), pointer);
      if (expected === undefined) expect(located).toEqual(ABSENT);
      else expect(typeof located === 'string' && JSON.parse(located)).toEqual(expected.found);
    }),
    { numRuns: 500 },
  );
});

test('it calls exactly those damaged documents malformed that a full parse refuses', () => {
  const damages = fc.record({
    at: fc.nat(),
    drop: fc.nat({ max: 3 }),
    put: fc.constantFrom('', '"', ',', '{', ']', '1', ':', '\\', 'e'),
  });
  fc.assert(
    fc.property(documents, pointers, damages, (document, pointer, { at, drop, put }) => {
      const whole = JSON.stringify(document).toWellFormed();
      const place = at % (whole.length + 1);
      const text = (whole.slice(0, place) + put + whole.slice(place + drop)).toWellFormed();
      const located = locate(text, pointer);
      const refused = typeof located === 'object' && located.kind === 'undecodable' && 'reason' in located;
      if (refused && located.reason === 'duplicate-key') return;
      expect(refused).toBe(!parses(text));
    }),
    { numRuns: 1_000 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\ufeff/, ''));
    return true;
  } catch {
    return false;
  }
}
