// Payloads made to overflow, to collide, to take long, or to be taken for something they are not.
import { gzipSync } from 'node:zlib';
import type { Roll } from '../corpus/tree.ts';

type Made = string | Uint8Array;

/** Pieces that meet the corners of JSON wherever they land. */
export const TOKENS: readonly string[] = [
  '"',
  '\\',
  '\\"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '-0',
  '.',
  'e',
  'E+',
  '1e999999',
  '1e-999999',
  '0.1',
  '9007199254740993',
  'null',
  'true',
  'false',
  'nul',
  '""',
  '{}',
  '[]',
  '"ts":',
  '"id":1',
  '"__proto__":',
  '"__proto__":{"a":1}',
  '"constructor":',
  '\\u0000',
  '\\ud800',
  '\\udc00',
  '\\ud83d\\ude00',
  '\ud83d\ude00',
  '\\u',
  '\\x',
  '\u0000',
  '\n',
  '\r',
  '\t',
  ' ',
  '\ufeff',
  '\u2028',
  '\u00a0',
  '/',
  '//',
  '#',
  'NaN',
  'Infinity',
  '0x1',
  '+1',
  '01',
  '1.',
  '.5',
  '1e',
  "'",
  '\u00e9',
  'e\u0301',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10ffff}',
];

/** Small documents to start from. */
export const SEEDS: readonly string[] = [
  '{"id":1,"ts":5,"a":[1,2,{"id":2,"ts":6}],"b":{"ts":"x","c":null}}',
  '{"a":1,"a":2}',
  '{"a":1,"\\u0061":2}',
  '{"":{"":{"":[]}}}',
  '[[],[[]],[[[]]]]',
  '[{"id":1},{"id":1},{"id":"1"},{"id":1.0},{"id":null},{}]',
  '{"__proto__":{"ts":1},"constructor":{"prototype":{"ts":2}}}',
  '[0,-0,0.0,1e0,10e-1,1E+0,100000000000000000000,1e20]',
  '{"a~b":{"c/d":1},"*":2,"**":3,"0":[4]}',
  '"\\ud83d\\ude00 \ud83d\ude00 \\ud83d"',
  '[1.000000000000000000000000000001,1]',
  ' {"ts" : 1 , "a" : "\\/" } ',
];

const times = (count: number, make: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => make(i)).join();
const count = (roll: Roll, most: number): number => 1 + Math.floor(roll() * most);
const nested = (depth: number, inner: string): string => '['.repeat(depth) + inner + ']'.repeat(depth);
const nestedObjects = (depth: number, inner: string): string => '{"a":'.repeat(depth) + inner + '}'.repeat(depth);

const names = (size: number): readonly string[] =>
  Array.from({ length: size }, (_, i) => `k${(i * 2654435761) % 4294967296}`);

export const HOSTILE: Readonly<Record<string, (roll: Roll) => readonly [Made, Made]>> = {
  'arrays 12,000 deep': () => [nested(12_000, '1'), nested(12_000, '2')],
  'arrays 9,999 deep': () => [nested(9_999, '1'), nested(9_999, '1.0')],
  'objects 9,000 deep': () => [nestedObjects(9_000, '1'), nestedObjects(9_000, '2')],
  'objects 3,000 deep, in another order': () => [
    `${'{"a":1,"b":'.repeat(3_000)}1${'}'.repeat(3_000)}`,
    `${'{"b":'.repeat(3_000)}1${',"a":1}'.repeat(3_000)}`,
  ],
  'arrays that never close': () => ['['.repeat(100_000), '['.repeat(100_001)],
  'a name of 1 MB': () => [`{"${'n'.repeat(1e6)}":1}`, `{"${'n'.repeat(1e6)}":2}`],
  'a text of 1 MB in escapes': () => [`["${'\\u0061'.repeat(170_000)}"]`, `["${'a'.repeat(170_000)}"]`],
  '5,000 members in another order': () => {
    const list = names(5_000);
    const text = (all: readonly string[]): string => `{${all.map((name, i) => `"${name}":${i % 7}`).join()}}`;
    return [text(list), text(list.toReversed())];
  },
  '5,000 members of one name': () => [`{${times(5_000, () => '"a":1')}}`, `{${times(5_000, () => '"a":2')}}`],
  '2,000 members named as numbers': () => [
    `{${times(2_000, (i) => `"${i}":1`)}}`,
    `{${times(2_000, (i) => `"${1999 - i}":1`)}}`,
  ],
  'names of one hash': () => {
    const list = colliding(1_024);
    return [
      `{${list.map((name) => `"${name}":1`).join()}}`,
      `{${list
        .toReversed()
        .map((name) => `"${name}":1`)
        .join()}}`,
    ];
  },
  '20,000 numbers shifted by one': () => [`[${times(20_000, (i) => `${i}`)}]`, `[${times(20_000, (i) => `${i + 1}`)}]`],
  '10,000 numbers reversed': () => [`[${times(10_000, (i) => `${i}`)}]`, `[${times(10_000, (i) => `${9999 - i}`)}]`],
  '5,000 of two kinds, shuffled': (roll) => [
    `[${times(5_000, () => `${count(roll, 2)}`)}]`,
    `[${times(5_000, () => `${count(roll, 2)}`)}]`,
  ],
  '3,000 objects, all changed': () => [
    `[${times(3_000, (i) => `{"id":${i},"a":${i},"b":"x"}`)}]`,
    `[${times(3_000, (i) => `{"id":${i},"a":${i + 1},"b":"x"}`)}]`,
  ],
  '400 numbers that each tolerate several': (roll) => [
    `{"near":[${times(400, (i) => `${i / 2}`)}]}`,
    `{"near":[${times(400, () => `${Math.floor(roll() * 800) / 4}`)}]}`,
  ],
  '120 objects that each tolerate several': (roll) => {
    const object = (): string =>
      `{"n":${Math.floor(roll() * 40) / 4},"m":[${times(3, () => `${Math.floor(roll() * 3)}`)}]}`;
    return [`{"near":[${times(120, object)}]}`, `{"near":[${times(120, object)}]}`];
  },
  'sets in sets in sets': (roll) => {
    const set = (depth: number): string =>
      depth === 0 ? `${Math.floor(roll() * 3)}` : `{"set":[${times(4, () => set(depth - 1))}]}`;
    return [set(4), set(4)];
  },
  '2,000 numbers that each tolerate a few': (roll) => {
    const all = (): string => times(2_000, () => `${Math.floor(roll() * 8_000) / 4}`);
    return [`{"near":[${all()}]}`, `{"near":[${all()}]}`];
  },
  '2,000 numbers and the same, off by one': () => [
    `{"near":[${times(2_000, (i) => `${i * 3}`)}]}`,
    `{"near":[${times(2_000, (i) => `${((i * 7) % 2_000) * 3 + (i % 3) - 1}`)}]}`,
  ],
  '1,000 objects that each tolerate several': (roll) => {
    const all = (): string =>
      times(1_000, () => `{"price":${Math.floor(roll() * 4_000) / 4},"tax":${Math.floor(roll() * 90) / 10}}`);
    return [`{"near":[${all()}]}`, `{"near":[${all()}]}`];
  },
  '40 objects of 500 elements that each tolerate several': (roll) => {
    const object = (): string => `{"m":[${times(500, (i) => `${i}`)},${Math.floor(roll() * 9)}]}`;
    return [`{"near":[${times(40, object)}]}`, `{"near":[${times(40, object)}]}`];
  },
  'long texts in a set that each nearly fit': (roll) => {
    const text = (): string => `"${'ß'.repeat(5_000)}${count(roll, 99)}"`;
    return [
      `{"lines":[${times(60, () => `{"name":${text()},"createdAt":1}`)}]}`,
      `{"lines":[${times(60, () => `{"name":${text()},"createdAt":2}`)}]}`,
    ];
  },
  'numbers too long to calculate with': () => [
    `{"near":[${'7'.repeat(30_000)},1]}`,
    `{"near":[${'7'.repeat(29_999)}8,2]}`,
  ],
  '60 numbers of 15,000 digits': () => [
    `{"near":[${times(60, (i) => `${i + 1}${'7'.repeat(15_000)}`)}]}`,
    `{"near":[${times(60, (i) => `${60 - i}${'7'.repeat(14_999)}8`)}]}`,
  ],
  'an exponent of 30,000 digits': () => [`[10e${'9'.repeat(30_000)}]`, `[1e1${'0'.repeat(30_000)}]`],
  '20,000 members that the other lacks': () => [`{${times(20_000, (i) => `"m${i}":${i}`)}}`, '{}'],
  'marks of byte order': () => ['\ufeff{"a":1}', '{"a":1}'],
  'a document cut short': () => {
    const text = `{"near":[${times(3_000, (i) => `{"id":${i},"a":"\ud83d\ude00"}`)}]}`;
    return [text.slice(0, -20), text];
  },
  'elements of one key': () => [
    `{"items":[${times(300, (i) => `{"id":1,"v":${i}}`)}]}`,
    `{"items":[${times(300, (i) => `{"id":1,"v":${(i * 7) % 300}}`)}]}`,
  ],
  'a number of 5,000 digits': (roll) => [`[${'7'.repeat(5_000)}]`, `[${'7'.repeat(4_999)}${count(roll, 9)}]`],
  'a fraction of 5,000 digits': () => [`{"near":[0.${'3'.repeat(5_000)}]}`, `{"near":[0.${'3'.repeat(4_999)}4]}`],
  'an exponent of 2,000 digits': () => [`[1e${'9'.repeat(2_000)}]`, `[1e${'9'.repeat(1_999)}8]`],
  'exponents beyond reason': () => ['{"near":[1e999999,1e-999999,0e999999]}', '{"near":[10e999998,0.1e-999998,0]}'],
  'tolerance beyond reason': () => ['{"near":[1e999999]}', '{"near":[1e-999999]}'],
  'invalid UTF-8 alike but for one byte': () => [Uint8Array.of(0x22, 0xff, 0x22), Uint8Array.of(0x22, 0xfe, 0x22)],
  'prototype members': () => ['{"__proto__":{"ts":1,"polluted":1}}', '{"__proto__":{"ts":2,"polluted":2}}'],
  '100,000 bytes of white space': () => [`{"a":1${' '.repeat(100_000)}}`, `{${'\n'.repeat(100_000)}"a":1}`],
  '6,000 members that the other lacks': () => [
    `{${times(6_000, (i) => `"\\u${i.toString(16).padStart(4, '0')}":0`)}}`,
    '{}',
  ],
  'bombs in gzip in base64': () => {
    const bomb = (bytes: number): string => gzipSync(new Uint8Array(bytes)).toString('base64');
    return [`{"packed":"${bomb(70_000_000)}"}`, `{"packed":["${bomb(1_000)}"]}`];
  },
  'bombs that are each within the limit': () => {
    const bomb = gzipSync(`"${'x'.repeat(8_000_000)}"`).toString('base64');
    return [`{"a":[${times(12, () => `{"packed":"${bomb}"}`)}]}`, `{"a":[${times(11, () => `{"packed":"${bomb}"}`)}]}`];
  },
  'deep JSON in a text': () => [
    JSON.stringify({ name: nested(12_000, '1') }),
    JSON.stringify({ name: nested(9_000, '2') }),
  ],
  'JSON in JSON in JSON': () => {
    const packed = (depth: number, inner: string): string =>
      depth === 0 ? inner : packed(depth - 1, JSON.stringify({ name: inner }));
    return [packed(12, '1'), packed(12, '2')];
  },
  'base64 of 1 MB': () => [`{"payload":"${'QUJD'.repeat(250_000)}"}`, `{"payload":"${'QUJD'.repeat(249_999)}QUJE"}`],
  'references in a circle': () => {
    const things = (shift: number): string =>
      `{"things":[${times(50, (i) => `{"id":"${shift}-${i}","ref":"${shift}-${(i + 1) % 50}"}`)}]}`;
    return [things(1), things(2)];
  },
  'a chain of references': () => {
    const things = (shift: number): string =>
      `{"things":[${times(300, (i) => `{"id":"${shift}-${i}","ref":"${shift}-${i + 1}"}`)}]}`;
    return [things(1), things(2)];
  },
  '3,000 ids renamed': () => {
    const ids = (shift: number): string =>
      `[${times(3_000, (i) => `{"id":"${(i * shift) % 3_001}","again":{"id":"${(i * shift * 2) % 3_001}"}}`)}]`;
    return [ids(7), ids(11)];
  },
  '200 ids renamed in a set': (roll) => {
    const ids = (shift: number): string => `{"lines":[${times(200, () => `{"id":${shift + count(roll, 50)}}`)}]}`;
    return [ids(0), ids(1_000)];
  },
  'spaces to be folded': () => [`{"name":"${' '.repeat(200_000)}x"}`, `{"name":"x${'\\t'.repeat(100_000)}"}`],
  'letters to be folded': () => [`{"name":"${'ß'.repeat(100_000)}"}`, `{"name":"${'SS'.repeat(100_000)}"}`],
  'texts that nearly fit': () => [`{"größe":"${'a'.repeat(9_999)}!"}`, `{"größe":"${'a'.repeat(9_998)}!"}`],
  '2,000 times': () => {
    const at = (shift: number): string =>
      `[${times(2_000, (i) => `{"createdAt":"${new Date(1.7e12 + i * 1_000 + shift).toISOString()}"}`)}]`;
    return [at(0), at(1_800_000)];
  },
  '150 times in a set': (roll) => {
    const at = (): string =>
      `{"lines":[${times(150, () => `{"createdAt":${1_700_000_000 + Math.floor(roll() * 200_000)}}`)}]}`;
    return [at(), at()];
  },
  '2,000 numbers to be transformed': () => [
    `[${times(2_000, (i) => `{"price":${i}}`)}]`,
    `[${times(2_000, (i) => `{"price":${i / 2}}`)}]`,
  ],
};

/** Names that FNV-1a over code units sends to one value: blocks of three that collide, put together in every way. */
function colliding(size: number): readonly string[] {
  const step = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
  let state = 0x811c9dc5 | 0;
  let list: readonly string[] = [''];
  while (list.length < size) {
    const seen = new Map<number, string>();
    // By the birthday paradox after about 2^16 blocks.
    for (let i = 0; ; i++) {
      const mixed = Math.imul(i, 0x9e3779b1) >>> 0;
      const units = [mixed & 0x3fff, (mixed >>> 14) & 0x3fff, i & 0x3fff].map((unit) => 0x4e00 + unit);
      const block = String.fromCharCode(...units);
      const hash = units.reduce(step, state);
      const before = seen.get(hash);
      seen.set(hash, block);
      if (before === undefined) continue;
      list = list.flatMap((head) => [head + before, head + block]);
      state = hash;
      break;
    }
  }
  return list;
}
