// What the oracle says of includes, references and digits, by hand: comparisons are only held against it as far as it is right.
import type { RuleSpec } from '@parallax/core';
import { expect, test } from 'vitest';
import { Oracle } from './same.ts';
import { read, type Value } from './value.ts';

function value(text: string): Value {
  const reading = read(new TextEncoder().encode(text));
  if (reading.kind !== 'value') throw new Error(`no JSON: ${text}`);
  return reading.value;
}

const include: readonly RuleSpec[] = [
  { kind: 'include', name: 'some', paths: ['/a', '/items/*/no'] },
  { kind: 'ignore', name: 'ts', paths: ['/a/ts'] },
];
const reference: readonly RuleSpec[] = [{ kind: 'reference', name: 'refs', path: '/**/ref', to: '/things/*/id' }];
const known: readonly RuleSpec[] = [
  { kind: 'known', name: 'known', path: '/**/a', owner: 'o', ticket: 't', expires: '9999-12-31' },
];
const digits: readonly RuleSpec[] = [{ kind: 'tolerance', name: 'near', path: '', digits: 2 }];

test.each<
  readonly [claim: string, rules: readonly RuleSpec[], legacy: string, candidate: string, same: boolean | undefined]
>([
  ['what is not included does not count', include, '{"a":1,"b":1}', '{"a":1,"b":2}', true],
  ['what is included does', include, '{"a":1}', '{"a":2}', false],
  ['of that, what is ignored later does not', include, '{"a":{"ts":1}}', '{"a":{"ts":2}}', true],
  [
    'elements without anything included are none',
    include,
    '{"items":[{"x":1},{"no":1}]}',
    '{"items":[{"no":1}]}',
    true,
  ],
  [
    'nor are ignored ones of an array that is not',
    [
      { kind: 'ignore', name: 'elements', paths: ['/*'] },
      { kind: 'include', name: 'no', paths: ['/*/no'] },
    ],
    '[{"no":1},0]',
    '[{"x":1},{"no":1}]',
    true,
  ],
  ['others are', include, '{"items":[{"no":1}]}', '{"items":[]}', false],
  ['included members may be missing on neither side', include, '{"a":null}', '{}', false],
  [
    'references are the same where what they point at is',
    reference,
    '{"ref":1,"things":[{"id":1,"n":5}]}',
    '{"ref":1,"things":[{"id":1,"n":5}]}',
    true,
  ],
  [
    'and equal ones differ where it does not',
    reference,
    '{"ref":1,"things":[{"id":1,"n":5},{"id":2,"n":6}]}',
    '{"ref":1,"things":[{"id":2,"n":5},{"id":1,"n":6}]}',
    false,
  ],
  ['a reference to nothing is what it is', reference, '{"ref":1}', '{"ref":1}', true],
  [
    'a circle is nothing to be sure of',
    reference,
    '{"things":[{"id":1,"ref":1}]}',
    '{"things":[{"id":1,"ref":1}]}',
    undefined,
  ],
  ['two significant digits', digits, '1.249', '1.21', true],
  ['rounded half away from zero', digits, '1.25', '1.34999', true],
  ['and not any further', digits, '1.249', '1.25', false],
  ['what is known is no difference', known, '{"a":1}', '{"a":2}', true],
  ['in elements it may part those that belong together', known, '[{"a":1}]', '[{"a":2}]', undefined],
  ['which excuses nothing else', known, '[{"a":1,"b":1}]', '[{"a":2,"b":2}]', false],
  ['nor does it put in doubt what is the same', known, '[{"a":1}]', '[{"a":1}]', true],
])('%s', (_, rules, legacy, candidate, same) => {
  expect(new Oracle(rules).same(value(legacy), value(candidate))).toBe(same);
});
