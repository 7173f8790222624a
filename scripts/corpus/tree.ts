// JSON documents as trees that keep the text of numbers, so that mutations are exact.

export type Tree =
  | { readonly kind: 'literal'; readonly text: 'null' | 'true' | 'false' }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly Tree[] }
  | { readonly kind: 'object'; readonly members: readonly (readonly [name: string, value: Tree])[] };

/** Uniform in [0, 1), the same for the same seed (mulberry32, Tommy Ettinger, public domain). */
export type Roll = () => number;

export function roller(seed: number): Roll {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(from: readonly T[], roll: Roll): T {
  return from[Math.floor(roll() * from.length)] as T;
}

export const NULL: Tree = { kind: 'literal', text: 'null' };
export const number = (text: string | number): Tree => ({ kind: 'number', text: String(text) });
export const string = (value: string): Tree => ({ kind: 'string', value });
export const array = (...items: readonly Tree[]): Tree => ({ kind: 'array', items });
export const object = (members: Readonly<Record<string, Tree>>): Tree => ({
  kind: 'object',
  members: Object.entries(members),
});

const NAMES = [
  'id',
  'name',
  'price',
  'createdAt',
  'lines',
  'Name',
  'größe',
  'a/b',
  'a~b',
  '',
  '0',
  'constructor',
  'toString',
  '*',
];
const TEXTS = [
  'Straße 7',
  'cafe\u0301',
  '',
  'true',
  '42',
  'null',
  'line\nbreak',
  'back\\slash',
  '"quoted"',
  '2024-11-23T10:00:00Z',
  '\ud83d\ude00 ok',
  'ab  cd',
  'x',
];
const NUMBERS = [
  '0',
  '1',
  '7',
  '100',
  '-3',
  '19.99',
  '0.1',
  '1e21',
  '9007199254740993',
  '123456789012345678901234567890',
  '0.12345678901234567890123',
  '2.5e-7',
  '-0.5',
];

/** A document of this depth at most, with the corners that documents have. */
export function document(roll: Roll, depth: number): Tree {
  const chance = roll();
  if (depth === 0 || chance < 0.2) {
    const scalar = roll();
    if (scalar < 0.1) return NULL;
    if (scalar < 0.2) return { kind: 'literal', text: roll() < 0.5 ? 'true' : 'false' };
    return scalar < 0.6 ? number(pick(NUMBERS, roll)) : string(pick(TEXTS, roll));
  }
  const size = 1 + Math.floor(roll() * 4);
  if (chance < 0.5) return array(...Array.from({ length: size }, () => document(roll, depth - 1)));
  const names = [...NAMES].sort(() => roll() - 0.5).slice(0, size);
  return { kind: 'object', members: names.map((name) => [name, document(roll, depth - 1)] as const) };
}

/** One text per value, whatever the order of members and the spelling of numbers: tells whether a mutation changed anything. */
export function canonical(tree: Tree): string {
  switch (tree.kind) {
    case 'literal':
      return tree.text;
    case 'number':
      return exact(tree.text);
    case 'string':
      return JSON.stringify(tree.value);
    case 'array':
      return `[${tree.items.map(canonical).join()}]`;
    case 'object':
      return `{${tree.members
        .map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`)
        .sort()
        .join()}}`;
  }
}

/** A number as coefficient and exponent, by integers of any size. */
function exact(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let coefficient = BigInt(whole + fraction);
  if (coefficient === 0n) return '0';
  let power = BigInt(exponent) - BigInt(fraction.length);
  while (coefficient % 10n === 0n) {
    coefficient /= 10n;
    power++;
  }
  return `${text.startsWith('-') && coefficient > 0n ? '-' : ''}${coefficient}e${power}`;
}
