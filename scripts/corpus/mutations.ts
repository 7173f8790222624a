// Changes that mean something, each by a name: what a comparison must find, whatever the spelling.
import { GONE, type Gone, type Mutation } from './mutation.ts';
import { RULED } from './ruled.ts';
import { array, NULL, number, type Roll, string, type Tree } from './tree.ts';

type Kind = Tree['kind'];
type Of<K extends Kind> = Extract<Tree, { kind: K }>;

function at<K extends Kind>(on: K, change: (here: Of<K>, roll: Roll) => Tree | Gone | undefined): Mutation {
  return { on, change: (here, roll) => (here.kind === on ? change(here as Of<K>, roll) : undefined) };
}
const any = (change: (here: Tree, roll: Roll) => Tree | Gone | undefined): Mutation => ({ change });

const text = (change: (value: string, roll: Roll) => string | undefined): Mutation =>
  at('string', ({ value }, roll) => {
    const changed = change(value, roll);
    return changed === undefined || changed === value ? undefined : string(changed);
  });
const numeric = (change: (value: string) => string | undefined): Mutation =>
  at('number', (value) => {
    const changed = change(value.text);
    return changed === undefined ? undefined : number(changed);
  });
const elements = (change: (items: readonly Tree[], at: number) => readonly Tree[] | undefined): Mutation =>
  at('array', ({ items }, roll) => {
    const changed = change(items, Math.floor(roll() * Math.max(1, items.length)));
    return changed === undefined ? undefined : array(...changed);
  });
const members = (
  change: (list: Of<'object'>['members'], at: number) => Of<'object'>['members'] | undefined,
): Mutation =>
  at('object', ({ members: list }, roll) => {
    const changed = change(list, Math.floor(roll() * Math.max(1, list.length)));
    const names = changed?.map(([name]) => name);
    return changed === undefined || new Set(names).size !== changed.length
      ? undefined
      : { kind: 'object', members: changed };
  });
const renamed = (change: (name: string) => string): Mutation =>
  members((list, i) => list.map(([name, value], j) => [j === i ? change(name) : name, value] as const));
const added = (name: string, value: Tree): Mutation => members((list) => [...list, [name, value]]);

type Member = Of<'object'>['members'][number];

/** In hundred-thousandths, exactly; of numbers without an exponent. */
function plus(decimal: string, more: number): string | undefined {
  if (/[eE]/.test(decimal) || !/^-?\d+(?:\.\d{1,5})?$/.test(decimal)) return undefined;
  const [whole = '', fraction = ''] = decimal.split('.');
  const sum = BigInt(whole + fraction.padEnd(5, '0')) + BigInt(Math.round(more * 100_000));
  const digits = String(sum < 0n ? -sum : sum).padStart(6, '0');
  return `${sum < 0n ? '-' : ''}${digits.slice(0, -5)}.${digits.slice(-5)}`;
}

const integer = (value: string): boolean => /^-?\d+$/.test(value);

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'integer off by one': numeric((value) => (integer(value) ? String(BigInt(value) + 1n) : undefined)),
  'integer beyond 2^53 off by one': numeric((value) =>
    integer(value) && value.length > 15 ? String(BigInt(value) - 1n) : undefined,
  ),
  'last digit of a decimal': numeric((value) =>
    /\.\d*[0-8]$/.test(value) ? value.slice(0, -1) + (Number(value.at(-1)) + 1) : undefined,
  ),
  'a digit beyond doubles': numeric((value) => (integer(value) ? `${value}.00000000000000000000001` : undefined)),
  'next double': numeric((value) =>
    /^\d+\.\d{1,15}$/.test(value) ? String(Number(value) * (1 + 2 ** -52)).replace('e+', 'e') : undefined,
  ),
  sign: numeric((value) => (/[1-9]/.test(value) ? (value.startsWith('-') ? value.slice(1) : `-${value}`) : undefined)),
  'ten times': numeric((value) => (/[eE.]/.test(value) ? undefined : `${value}e1`)),
  exponent: numeric((value) => (/e/i.test(value) ? `${value}1` : undefined)),
  'number rounded': numeric((value) =>
    /\.\d/.test(value) && !/e/i.test(value) ? value.replace(/\.\d+$/, '') : undefined,
  ),
  'a little more': numeric((value) => plus(value, 0.004)),
  'half a cent more': numeric((value) => plus(value, 0.005)),
  'more than half a cent more': numeric((value) => plus(value, 0.00501)),
  'half a cent less': numeric((value) => plus(value, -0.005)),
  'a ten-thousandth more': numeric((value) =>
    /[eE]/.test(value) ? undefined : `${value}${value.includes('.') ? '' : '.'}0001`,
  ),
  'beyond doubles': numeric(() => '1e999999'),
  'below doubles': numeric(() => '1e-999999'),
  'number to its text': at('number', ({ text: value }) => string(value)),
  'text to its number': at('string', ({ value }) => (/^\d+$/.test(value) ? number(value) : undefined)),
  'number to null': at('number', () => NULL),
  '0 to false, 1 to true': at('number', ({ text: value }) =>
    value === '0' || value === '1' ? { kind: 'literal', text: value === '0' ? 'false' : 'true' } : undefined,
  ),
  'boolean flipped': at('literal', ({ text: value }) =>
    value === 'null' ? undefined : { kind: 'literal', text: value === 'true' ? 'false' : 'true' },
  ),
  'literal to its text': at('literal', ({ text: value }) => string(value)),
  'text to its literal': at('string', ({ value }) =>
    value === 'null' || value === 'true' ? { kind: 'literal', text: value } : undefined,
  ),
  'null to empty text': at('literal', ({ text: value }) => (value === 'null' ? string('') : undefined)),
  'null to empty object': at('literal', ({ text: value }) =>
    value === 'null' ? { kind: 'object', members: [] } : undefined,
  ),
  'letter case': text((value) => (value.toUpperCase() === value ? value.toLowerCase() : value.toUpperCase())),
  'Unicode form': text((value) => (value.normalize('NFC') === value ? value.normalize('NFD') : value.normalize('NFC'))),
  'look-alike letter': text((value) => value.replace('a', 'а')),
  'one letter': text((value) => (value === '' ? 'y' : `${value.slice(0, -1)}y`)),
  'trailing space': text((value) => `${value} `),
  'inner space': text((value) => value.replace('  ', ' ')),
  'no-break space': text((value) => value.replace(' ', '\u00a0')),
  'zero-width joiner': text((value) => `${value.slice(0, 1)}\u200d${value.slice(1)}`),
  'U+0000 at the end': text((value) => `${value}\u0000`),
  truncated: text((value) => value.slice(0, -1)),
  emptied: text(() => ''),
  'line break to its escape': text((value) => value.replace('\n', '\\n')),
  'backslash doubled': text((value) => value.replace('\\', '\\\\')),
  'letter to its escape': text((value) => value.replace('x', '\\u0078')),
  'lone surrogate': text((value) => `${value}\ud800`),
  'pair of surrogates torn': text((value) => value.replace('\ud83d\ude00', '\ude00\ud83d')),
  'surrogate to U+FFFD': text((value) => value.replace('\ud83d\ude00', '\ufffd')),
  'one second later': text((value) => value.replace(':00Z', ':01Z')),
  'zone spelt otherwise': text((value) => value.replace(/Z$/, '+00:00')),
  'member removed': members((list, i) => (list.length === 0 ? undefined : list.toSpliced(i, 1))),
  'member moved into a new object': members((list, i) =>
    list.length === 0
      ? undefined
      : [...list.toSpliced(i, 1), ['moved', { kind: 'object', members: [list[i] as Member] }]],
  ),
  'member repeated under another name': members((list, i) =>
    list[i] === undefined ? undefined : [...list, ['again', list[i][1]]],
  ),
  'first member removed': members((list) => (list.length === 0 ? undefined : list.slice(1))),
  'last member removed': members((list) => (list.length === 0 ? undefined : list.slice(0, -1))),
  'object emptied': members(() => []),
  'member added': added('extra', number(1)),
  'member added, null': added('extra', NULL),
  'member added, empty': added('extra', string('')),
  '__proto__ added': added('__proto__', { kind: 'object', members: [] }),
  'constructor added': added('constructor', NULL),
  'empty name added': added('', NULL),
  'member to null': members((list, i) => list.map(([name, value], j) => [name, j === i ? NULL : value] as const)),
  'name in another case': renamed((name) => (name.toUpperCase() === name ? name.toLowerCase() : name.toUpperCase())),
  'name longer': renamed((name) => `${name}s`),
  'name with a space': renamed((name) => `${name} `),
  'name of another Unicode form': renamed((name) => name.normalize('NFD')),
  'values of two members exchanged': members((list) => {
    const [one, other, ...rest] = list;
    return one === undefined || other === undefined ? undefined : [[one[0], other[1]], [other[0], one[1]], ...rest];
  }),
  'element inserted at the head': elements((items) => [number(77), ...items]),
  'element inserted at the tail': elements((items) => [...items, number(77)]),
  'first element removed': elements((items) => (items.length === 0 ? undefined : items.slice(1))),
  'last element removed': elements((items) => (items.length === 0 ? undefined : items.slice(0, -1))),
  'last element repeated': elements((items) => (items.length === 0 ? undefined : [...items, items.at(-1) as Tree])),
  'last element moved to the head': elements((items) =>
    items.length < 2 ? undefined : [items.at(-1) as Tree, ...items.slice(0, -1)],
  ),
  'an element for another': elements((items, i) =>
    items.length < 2 ? undefined : items.with(i, items.at(i - 1) as Tree),
  ),
  'element to null': elements((items, i) => (items.length === 0 ? undefined : items.with(i, NULL))),
  'element inserted': elements((items, i) => items.toSpliced(i, 0, number(77))),
  'null appended': elements((items) => [...items, NULL]),
  'element removed': elements((items, i) => (items.length === 0 ? undefined : items.toSpliced(i, 1))),
  'element repeated': elements((items, i) =>
    items.length === 0 ? undefined : items.toSpliced(i, 0, items[i] as Tree),
  ),
  'elements exchanged': elements((items) =>
    items.length < 2 ? undefined : [items[1] as Tree, items[0] as Tree, ...items.slice(2)],
  ),
  'elements reversed': elements((items) => items.toReversed()),
  'elements rotated': elements((items) => (items.length < 2 ? undefined : [...items.slice(1), items[0] as Tree])),
  'array emptied': elements(() => []),
  'array nested': elements((items) => [array(...items)]),
  'array to object': at('array', ({ items }) => ({
    kind: 'object',
    members: items.map((item, i) => [String(i), item] as const),
  })),
  'object to array': at('object', ({ members: list }) => array(...list.map(([, value]) => value))),
  'text in an array': at('string', (value) => array(value)),
  'all in an object': any((tree) => ({ kind: 'object', members: [['', tree]] })),
  'all in an array': any((tree) => array(tree)),
  'to null': any(() => NULL),
  'to nothing': any(() => GONE),
  'null to nothing': at('literal', ({ text: value }) => (value === 'null' ? GONE : undefined)),
  'changed far below': any((tree) => {
    let deep: Tree = array(tree, number(1));
    for (let i = 0; i < 60; i++) deep = i % 2 === 0 ? { kind: 'object', members: [['d', deep]] } : array(deep);
    return deep;
  }),
  ...RULED,
};
