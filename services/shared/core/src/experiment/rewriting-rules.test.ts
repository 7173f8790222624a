// Rules that rewrite, and conditions, as an experiment file says them.
import { describe, expect, test } from 'vitest';
import { formatExperimentFault } from './faults.ts';
import { parseExperiment } from './parse.ts';

const HEAD = ['experiment: orders', 'type: header:type', 'legacy: { topic: a }', 'candidate: { topic: b }', 'rules:'];

function faultsOf(...rules: readonly string[]): readonly string[] {
  const parsed = parseExperiment([...HEAD, ...rules.map((rule) => `  - ${rule}`)].join('\n'), 'e.yaml');
  return parsed.kind === 'ok' ? [] : parsed.faults.map(formatExperimentFault);
}

function ruleFrom(text: string): unknown {
  const parsed = parseExperiment([...HEAD, `  - ${text}`].join('\n'), 'e.yaml');
  return parsed.kind === 'ok' ? parsed.experiment.rules[0] : parsed.faults;
}

describe('what is written', () => {
  test('becomes a rule, one decoding or a chain of them', () => {
    expect(ruleFrom('decode: { path: /p, as: json }')).toEqual({
      kind: 'decode',
      name: 'decode#1',
      path: '/p',
      as: ['json'],
    });
    expect(ruleFrom('decode: { path: /p, as: [base64, gzip, json] }')).toMatchObject({
      as: ['base64', 'gzip', 'json'],
    });
    expect(ruleFrom("transform: { side: candidate, path: /total, value: '$ / 100' }")).toEqual({
      kind: 'transform',
      name: 'transform#1',
      side: 'candidate',
      path: '/total',
      value: '$ / 100',
    });
  });

  test('may hold for types and under conditions, one or a list', () => {
    expect(ruleFrom('{ ignore: [/a], types: Created, when: { side: legacy, path: /v, equals: null } }')).toMatchObject({
      types: ['Created'],
      when: [{ side: 'legacy', path: '/v', equals: 'null' }],
    });
    expect(
      ruleFrom(
        '{ ignore: [/a], types: [A, B], when: [{ side: legacy, path: /v, equals: { b: [1.5] } }, { side: candidate, path: /w, matches: x.*, }, { side: legacy, path: "/**/z", present: false }] }',
      ),
    ).toMatchObject({
      types: ['A', 'B'],
      when: [
        { side: 'legacy', path: '/v', equals: '{"b":[1.5]}' },
        { side: 'candidate', path: '/w', matches: 'x.*' },
        { side: 'legacy', path: '/**/z', present: false },
      ],
    });
  });
});

describe('what cannot be meant is refused where it stands', () => {
  test.each([
    [
      "transform: { side: legacy, path: /a, value: '1 +' }",
      /^e.yaml:6:\d+ {2}The expression cannot be used: it is no JSONata: .*before character 4/,
    ],
    ['transform: { side: legacy, path: /a, value: \'$eval("1")\' }', /uses the function \$eval \(before character 6\)/],
    ["transform: { side: legacy, path: /a, value: '/a+/' }", /a regular expression[\s\S]*cure {5}Use \$contains/],
    [
      "transform: { side: legacy, path: /a, value: '9007199254740993' }",
      /the number 9007199254740993, which a double does not hold exactly/,
    ],
    ["transform: { side: both, path: /a, value: '1' }", /allowed {2}legacy, candidate/],
    ['decode: { path: /a, as: [json, gzip] }', /What json has read is no bytes that gzip could decode/],
    ['decode: { path: /a, as: rot13 }', /allowed {2}json, base64, gzip/],
    ['decode: { path: a, as: json }', /e.yaml:6.*`rules\[0\].decode.path` cannot be a/],
    [
      '{ ignore: [/a], when: { side: legacy, path: /b } }',
      /The condition asks nothing[\s\S]*one of equals, matches, present/,
    ],
    [
      '{ ignore: [/a], when: { side: legacy, path: /b, equals: 1, present: true } }',
      /The condition asks equals and present/,
    ],
    [
      '{ ignore: [/a], when: [{ side: legacy, path: /b, matches: "(a" }] }',
      /e.yaml:6:\d+ {2}"\(a" is no regular expression/,
    ],
    [
      '{ ignore: [/a], when: { side: legacy, path: /b, equals: 12345678901234567890 } }',
      /numbers of at most 15 digits/,
    ],
    ['{ ignore: [/a], when: { side: legacy, path: /b, equal: 1 } }', /Did you mean `equals`/],
    ['{ ignore: [/a], types: [] }', /allowed {2}an event type/],
  ])('%s', (rule, told) => {
    const faults = faultsOf(rule);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(told);
  });

  test('types without a type to read', () => {
    const text = [
      'experiment: o',
      'legacy: { topic: a }',
      'candidate: { topic: b }',
      'rules: [{ ignore: [/a], types: [x] }]',
    ];
    const parsed = parseExperiment(text.join('\n'), 'e.yaml');
    expect(parsed.kind === 'faults' && parsed.faults.map(({ key, line, cure }) => [key, line, cure])).toEqual([
      ['rules[0].types', 4, 'Say `type:`, such as type: header:event-type.'],
    ]);
  });
});
