// Mistakes people make in rules: each is refused with the rule's name, and with what to write instead.
import { expect, test } from 'vitest';
import { parseExperiment } from './parse.ts';

const NOW = Date.UTC(2026, 10, 23);

function faults(rules: string) {
  const text = `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules:\n  ${rules}\n`;
  const parsed = parseExperiment(text, 'orders.yaml', NOW);
  return parsed.kind === 'faults' ? parsed.faults : parsed.warnings;
}

test.each([
  ['- tolerance: { path: /a, abs: 1 }', 'Did you mean `absolute`?'],
  ['- tolerance: { path: /a, percent: 1 }', 'Did you mean `relative`?'],
  ['- tolerance: { path: /a, relative: 1% }', 'Write 0.01.'],
  ['- tolerance: { path: /a, relative: 2 }', 'Numbers of one sign are never further apart than 1. For 2 % write 0.02.'],
  ['- tolerance: { path: /a, relative: 1 }', 'Numbers of one sign are never further apart than 1. For 1 % write 0.01.'],
  ['- tolerance: { path: [ /a, /b ], absolute: 1 }', 'One path stands here: write a rule for each, or * for any name.'],
  ['- tolerance: /total', 'Write { path: /total }, and what else is needed beside it.'],
  ['- time: /at', 'Write { path: /at }, and what else is needed beside it.'],
  ['- bijection: "/id"', 'Write { paths: /id }, and what else is needed beside it.'],
  ['- ignore: { path: /a }', 'Write just /a.'],
  ['- time: { path: /at, within: -5s }', 'Leave the sign out: 5s.'],
  ['- time: { path: /at, tolerance: 5s }', 'Did you mean `within`?'],
  ['- nullish: { path: /a, same: [ "null", undefined ] }', 'Did you mean `missing`?'],
  ['- coerce: { path: /a, to: int }', 'Did you mean `number`?'],
  ['- coerce: { path: /a, to: bool }', 'Did you mean `boolean`?'],
  ['- rename: { side: new, from: /a, to: /b }', 'Did you mean `candidate`?'],
  ['- better: { path: /ms, direction: less }', 'Did you mean `lower`?'],
  ['- { ignore: /a, severity: high }', 'Did you mean `major`?'],
  ['- known: { path: /a, owner: me, ticket: 17, expires: 2027-01-01 }', 'Put it in quotes: "17".'],
  ['- transform: { side: candidate, path: /a, value: "$round2($)" }', 'Did you mean $round?'],
  ['- tolerance: 0.01', 'Write { path: /…, absolute: 0.01 }, with the place it is for.'],
  ['- tolerance: { path: /a, absolute: 0,01 }', 'Write decimals with a point: a comma begins the next key.'],
  ['- better: { path: /a, direction: lower, noWorseThan: -5% }', 'Leave the sign out: 5%.'],
  ['- ignore', 'Write `ignore:` and what it says after it.'],
  ['- ', 'Leave the dash out, or say a rule after it.'],
  ['  ignore: /a', 'Begin each rule with a dash and a space: - ignore: /a'],
  ['none', 'Leave `rules` out where there are none.'],
  ['- ignore: /a~5b', 'A ~ is written ~0: /a~05b'],
  ['- ignore: " /a"', 'Did you mean `/a`?'],
  ['- { name: n, ignore: /a }\n  - { name: n, ignore: /b }', 'Give it another name, or none.'],
])('%s: %s', (rules, cure) => {
  expect(faults(rules).map((fault) => fault.cure)).toContain(cure);
});

test.each(['$now()', '$toMillis($)'])(
  '%s is refused with a rule for times, not with a function that sounds alike',
  (value) => {
    const [fault] = faults(`- transform: { side: candidate, path: /a, value: "${value}" }`);
    expect(fault?.cure).toBe('An expression knows no clock and no dates: compare instants by a `time` rule.');
  },
);

test('a day that does not exist is called none', () => {
  const [fault] = faults('- known: { path: /a, owner: me, ticket: T-1, expires: 2027-02-30 }');
  expect(fault?.message).toBe('"2027-02-30" is no date or time.');
});

test('a path in the manner of another language is warned of: it names a member called so', () => {
  expect(faults('- ignore: "/items[0]/at"').map(({ code, message, cure }) => [code, message, cure])).toEqual([
    [
      'odd-path',
      'Rule `ignore#1` speaks of a member called `items[0]`.',
      'For elements of an array write /items/0 or /items/*.',
    ],
  ]);
});

test('so is a star in the midst of a name, which stands for itself there', () => {
  expect(faults('- ignore: "/items/*Id"')).toMatchObject([
    { code: 'odd-path', message: 'Rule `ignore#1` speaks of a member called just `*Id`.' },
  ]);
  expect(faults('- ignore: [ "/items/~2Id", "/*/**/x" ]')).toEqual([]);
});

test.each([
  ['- known: { path: a, owner: us, expires: 2020-01-01 }', '2020-01-01 is in the past.'],
  ['- known: { path: /a, owner: us, ticket: T, kinds: [ gone ], expires: 2020-01-01 }', '2020-01-01 is in the past.'],
  ['- text: { path: c, case: lower, matching: "(?=x)" }', '"(?=x)" is no regular expression that takes linear time'],
  ['- transform: { side: new, path: /a, value: "$now()" }', 'The expression cannot be used: it uses the function $now'],
])('%s: what is wrong with one key is told beside what is wrong with another', (rules, message) => {
  const told = faults(rules);
  expect(told.length).toBeGreaterThan(1);
  expect(told.map((fault) => fault.message)).toContainEqual(expect.stringContaining(message));
});

test.each([
  ['- ignore: /a\n\t- ignore: /b', 'Tabs are not allowed as indentation.', 'Indent with spaces.'],
  ['- ignore: *id', 'There is no anchor &id above this.', expect.stringContaining('must be in quotes')],
  ['- ignore: *', 'Alias cannot be an empty string.', expect.stringContaining('must be in quotes')],
  ['- ignore: /a: b', expect.anything(), expect.stringContaining('put a text that holds them in quotes')],
  ['- &d { ignore: /a }\n  - { <<: *d, name: x }', expect.anything(), expect.stringContaining('no merge keys')],
])('YAML that is not meant so, %j, is told once, at its line, with what to write', (rules, message, cure) => {
  const [fault, ...more] = faults(rules);
  expect(more).toEqual([]);
  expect(fault).toMatchObject({ message, cure });
  expect(fault?.line).toBeGreaterThan(4);
});

test.each(['- ignore: ""', '- ignore: [ /a, "/**" ]', '- include: /a\n  - ignore: ""'])(
  '%s is warned of: nothing is compared any more',
  (rules) => {
    expect(faults(rules).map(({ code }) => code)).toContain('ignores-all');
  },
);

test.each([
  '- ignore: "/*"',
  '- ignore: ""\n  - include: /a',
  '- { ignore: "", when: { side: legacy, path: /t, present: true } }',
])('%s leaves something to be compared', (rules) => {
  expect(faults(rules).map(({ code }) => code)).not.toContain('ignores-all');
});

test.each([
  ['- { name: cents, tolerance: { path: /a, absolute: -1 } }', 'cents'],
  ['- tolerance: { path: /a }', 'tolerance#1'],
  ['- ignore: /x\n  - { tolerance: { path: /a, absolute: 1 }, text: { path: /b, case: fold } }', 'tolerance#2'],
  ['- ignroe: /a', 'rules[0]'],
  ['- /a', 'rules[0]'],
  ['- { name: 7, ignore: /a }', 'ignore#1'],
])('the fault of %s is told with the name of the rule, %s', (rules, name) => {
  expect(faults(rules).map(({ rule }) => rule)).toEqual([name]);
});

test.each([
  [
    '- ignore: /a, /b',
    'Rule `ignore#1` speaks of one place, a member called `a, ` among them.',
    'Write a list: [ /a, /b ].',
  ],
  [
    '- ignore: /a/',
    'Rule `ignore#1` speaks of a member without a name.',
    'Without the last / it is the place before it: /a.',
  ],
  [
    '- tolerance: { path: //a, absolute: 1 }',
    'Rule `tolerance#1` speaks of a member without a name.',
    'For a at any depth write /**/a.',
  ],
  [
    '- ignore: /items/0/id\n  - unordered: { path: /items }',
    'Rule `ignore#1` names element 0 of an array whose order does not count (rule `unordered#2` of line 6): any element may be that.',
    'Write /items/* for all of them, or tell elements by what they hold: when, or another place for this one.',
  ],
  [
    '- include: /b\n  - ignore: /a',
    'Rule `ignore#2` says nothing: it speaks of no place that an include names.',
    'Take it out, or include its place.',
  ],
  [
    '- include: [ "/b/*/c", /d ]\n  - tolerance: { path: /b/x/e, absolute: 1 }',
    'Rule `tolerance#2` says nothing: it speaks of no place that an include names.',
    'Take it out, or include its place.',
  ],
])('%s is sound and warned of', (rules, message, cure) => {
  expect(faults(rules).map((fault) => [fault.message, fault.cure])).toEqual([[message, cure]]);
});

test.each([
  '- ignore: [ "/items/0" ]',
  '- unordered: { path: /items }\n  - ignore: /other/0/id',
  '- unordered: { path: /items, key: /id }\n  - ignore: /items/*/0x/at',
  '- include: "/b/**"\n  - ignore: /b/c',
  '- include: /b/*/c\n  - unordered: { path: /b }',
  '- { include: /b, when: { side: legacy, path: /t, present: true } }\n  - ignore: /a',
  '- include: /b\n  - rename: { side: legacy, from: /a, to: /b }',
])('%s is not warned of', (rules) => {
  expect(faults(rules)).toEqual([]);
});
