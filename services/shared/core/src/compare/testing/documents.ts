// Random JSON documents, random ways to write them, and small changes to them, for property tests.
import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const NAMES = [
  'a',
  'b',
  'ts',
  'id',
  '',
  '0',
  '1',
  '*',
  '/',
  '~',
  '__proto__',
  'constructor',
  'toString',
  'ä',
  '\ud83d\ude00',
];

/** Values that rules can call the same, each with its likes. */
export const KIN: readonly (readonly Json[])[] = [
  ['x', 'X', ' x', 'x ', '\tX\n'],
  ['', ' ', null],
  [1, '1', true, 'true', 2],
  [0, '0', false, 'false', ''],
  ['2026-11-23T10:00:00Z', '2026-11-23T11:00:01+01:00', 1_795_428_000, '1795428001', '2026-11-23T10:00:00'],
];

const scalar: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(
    null,
    true,
    false,
    0,
    1,
    2,
    10,
    1.5,
    1e21,
    -3,
    0.1,
    '',
    'x',
    'y',
    '1',
    'null',
    'ä',
    '\ud800',
    '\ufffd',
    '"\\/\n',
    ...KIN.flat(),
  ),
  fc.integer({ min: -3, max: 3 }),
);

/** Small documents with names and values that collide often. */
export const document: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 4, selector: ([name]) => name })
      .map((members) => membersOf(members)),
  ),
})).value;

/** An object by its members, whatever their names. */
export function membersOf(members: readonly (readonly [string, Json])[]): { readonly [name: string]: Json } {
  const object: Record<string, Json> = Object.create(null) as Record<string, Json>;
  for (const [name, value] of members) object[name] = value;
  return object;
}

/** Answers in turn, 0 to below 1; wraps around. */
export type Dice = () => number;

export function dice(rolls: readonly number[]): Dice {
  let at = 0;
  return () => (rolls.length === 0 ? 0 : (rolls[at++ % rolls.length] as number));
}

export const rolls: fc.Arbitrary<readonly number[]> = fc.array(
  fc.integer({ min: 0, max: 99 }).map((roll) => roll / 100),
  {
    minLength: 1,
    maxLength: 60,
  },
);

/** JSON text of the document, spelled by the dice: order of members, white space, escapes, numbers. */
export function spell(value: Json, roll: Dice): string {
  const space = (): string => (roll() < 0.9 ? '' : ([' ', '\n', '\t', '\r\n '][Math.floor(roll() * 4)] ?? ''));
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return spellNumber(value, roll);
  if (typeof value === 'string') return spellString(value, roll);
  if (Array.isArray(value))
    return `[${space()}${value.map((item) => spell(item, roll) + space()).join(`,${space()}`)}]`;
  const members = Object.entries(value).map(
    ([name, item]) => `${spellString(name, roll)}${space()}:${space()}${spell(item, roll)}`,
  );
  if (roll() > 0.7) members.reverse();
  return `{${space()}${members.join(`${space()},`)}${space()}}`;
}

function spellNumber(value: number, roll: Dice): string {
  const plain = String(value).replace('e+', 'e');
  if (roll() < 0.7) return plain;
  if (value === 0) return roll() < 0.5 ? '-0' : '0.0e7';
  if (!/^-?[0-9]+$/.test(plain)) return plain.includes('e') ? plain.replace('e', 'E+') : `${plain}00`;
  return roll() < 0.5 ? `${plain}.0` : `${plain}00e-2`;
}

function spellString(value: string, roll: Dice): string {
  if (roll() < 0.8) return JSON.stringify(value);
  const units = Array.from(
    { length: value.length },
    (_, i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`,
  );
  return `"${units.join('')}"`;
}

/** A document like this one, changed in a few places by the dice. */
export function nudge(value: Json, roll: Dice): Json {
  if (roll() < 0.08) return [null, 1, 'x', [], membersOf([])][Math.floor(roll() * 5)] ?? null;
  if (Array.isArray(value)) {
    const items = value.map((item: Json) => nudge(item, roll));
    if (roll() < 0.15) items.reverse();
    if (roll() < 0.1) items.splice(Math.floor(roll() * (items.length + 1)), 0, 1);
    if (roll() < 0.1) items.shift();
    return items;
  }
  if (value === null || typeof value !== 'object') {
    const likes = KIN.filter((family) => family.includes(value)).flat();
    return likes.length > 0 && roll() < 0.2 ? (likes[Math.floor(roll() * likes.length)] ?? null) : value;
  }
  const members = Object.entries(value).map(([name, item]) => [name, nudge(item, roll)] as const);
  return membersOf(roll() < 0.1 ? members.slice(1) : members);
}
