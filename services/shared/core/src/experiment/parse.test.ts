// The experiment file: defaults, every fault at once with its place, and nothing that YAML could smuggle in.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CORRELATION } from '../envelope/source.ts';
import type { Experiment } from './experiment.ts';
import type { ExperimentFault } from './faults.ts';
import { NOT_BUILT_KEYS } from './not-built.ts';
import { parseExperiment } from './parse.ts';

const SMALLEST = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n';

function sound(text: string): Experiment {
  const parsed = parseExperiment(text, 'e.yaml');
  if (parsed.kind === 'faults') expect.unreachable(JSON.stringify(parsed.faults, undefined, 1));
  return parsed.experiment;
}

function faults(text: string): readonly ExperimentFault[] {
  const parsed = parseExperiment(text, 'e.yaml');
  return parsed.kind === 'faults' ? parsed.faults : [];
}

/** What is told about a file, short: `line:column code key`. */
function told(text: string): readonly string[] {
  return faults(text).map(({ line, column, code, key }) => `${line}:${column} ${code} ${key}`);
}

describe('a sound file', () => {
  test('of three lines is enough, and the rest has defaults', () => {
    const side = { correlation: DEFAULT_CORRELATION, format: 'json' };
    expect(sound(SMALLEST)).toEqual({
      name: 'x',
      phase: 'shadow',
      outputs: [{ output: 'default', legacy: { topic: 'a', ...side }, candidate: { topic: 'b', ...side } }],
      candidate: {},
      compare: { value: true, key: false, headers: [] },
      window: {
        settleMs: 2_000,
        deadlineMs: 60_000,
        lateMs: 86_400_000,
        outageMs: 30_000,
        maxOutageMs: 86_400_000,
        pick: 'sequence',
        counts: 'compare',
      },
      rules: [],
      budgets: { openBytes: 536_870_912, differencesPerPair: 100, payloadBytes: 67_108_864, depth: 10_000 },
      criteria: { parity: 1, undecided: 0.01, stated: false },
    });
  });

  test('joins outputs by name, whatever their order', () => {
    const { outputs } = sound(
      'experiment: x\nlegacy: { outputs: { p: a, q: b } }\ncandidate: { outputs: { q: d, p: c } }\n',
    );
    expect(outputs.map(({ output, legacy, candidate }) => [output, legacy.topic, candidate.topic])).toEqual([
      ['p', 'a', 'c'],
      ['q', 'b', 'd'],
    ]);
  });

  test('lets a side say where its id is, and what of it is compared', () => {
    const text =
      `${SMALLEST}correlation: [header:tenant, { any: [key, path:/a~1b] }]\ninput: { topic: i, correlation: [ce_id, traceparent] }\n`.replace(
        '{ topic: b }',
        '{ topic: b, correlation: [key, ce_id], select: /after }',
      );
    const { outputs, input } = sound(text);
    expect(outputs[0]?.legacy.correlation).toEqual([
      [{ kind: 'header', name: 'tenant' }],
      [{ kind: 'key' }, { kind: 'path', pointer: ['a/b'] }],
    ]);
    expect(outputs[0]?.candidate).toMatchObject({
      correlation: [[{ kind: 'key' }], [{ kind: 'ce_id' }]],
      select: ['after'],
    });
    expect(input?.correlation).toEqual([[{ kind: 'ce_id' }], [{ kind: 'traceparent' }]]);
  });

  test('gives every rule a name, its own or its place', () => {
    const text = `${SMALLEST}rules:
  - ignore: [ /a, "/items/*/b" ]
  - include: /c
    name: only c
  - tolerance: { path: /t, absolute: 0.005, digits: 3 }
  - unordered: { path: /u, key: [/k, /l] }
  - nullish: { path: /n, same: [null, missing, "empty"] }
  - rename: { side: legacy, from: /old, to: /new }
`;
    expect(sound(text).rules).toEqual([
      { kind: 'ignore', name: 'ignore#1', paths: ['/a', '/items/*/b'] },
      { kind: 'include', name: 'only c', paths: ['/c'] },
      { kind: 'tolerance', name: 'tolerance#3', path: '/t', absolute: 0.005, digits: 3 },
      { kind: 'unordered', name: 'unordered#4', path: '/u', key: ['/k', '/l'] },
      { kind: 'nullish', name: 'nullish#5', path: '/n', same: ['null', 'missing', 'empty'] },
      { kind: 'rename', name: 'rename#6', side: 'legacy', from: '/old', to: '/new' },
    ]);
  });

  test('reads text and bytes without searching them for an id', () => {
    const [output] = sound(`${SMALLEST}format: text\n`).outputs;
    expect(output?.legacy).toMatchObject({
      format: 'text',
      correlation: [[{ kind: 'header', name: 'correlation-id' }]],
    });
  });

  test('may use anchors', () => {
    expect(
      sound(
        'experiment: x\ncorrelation: &id [key, ce_id]\nlegacy: { topic: a, correlation: *id }\ncandidate: { topic: b }\n',
      ).outputs[0]?.legacy.correlation,
    ).toHaveLength(2);
  });
});

describe('faults', () => {
  test('are told all at once, in the order of the file', () => {
    expect(
      told(`experiment: X
legacy: { topic: a, topik: c }
candidate: { topic: a, format: avro }
windw: { settle: 1s }
window: { settle: 3, deadline: 1s }
keep: {}
rules:
  - ignore: [a]
  - tolerance: { path: /a, absolute: -1 }
`),
    ).toEqual([
      '1:13 bad-value experiment',
      '2:21 unknown-key legacy.topik',
      '3:14 contradiction candidate.topic',
      '3:24 contradiction candidate.format',
      '4:1 unknown-key windw',
      '5:19 bad-value window.settle',
      '6:1 not-built-yet keep',
      '8:14 bad-value rules[0].ignore[0]',
      '9:38 bad-value rules[1].tolerance.absolute',
    ]);
  });

  test('say what was given, what is allowed, and what was probably meant', () => {
    const [unknown, unit] = faults(`${SMALLEST}windw: {}\nwindow: { settle: 3 }\n`);
    expect(unknown).toMatchObject({ value: 'windw', cure: 'Did you mean `window`?' });
    expect(unknown?.allowed).toContain('window, rules');
    expect(unit).toMatchObject({ key: 'window.settle', value: '3', message: '`window.settle` cannot be 3.' });
    expect(unit?.allowed).toContain('500ms');
  });

  test('tell where a key of another place belongs', () => {
    expect(faults(`${SMALLEST}settle: 3s\n`)[0]?.cure).toBe('It stands under `window`.');
    expect(faults(`${SMALLEST}confidence: 95%\n`)[0]?.cure).toBe('It stands under `criteria`.');
  });

  test('never show what stands under a key that is not known', () => {
    expect(JSON.stringify(faults(`${SMALLEST}registry: https://user:secret@host\nregistri: secret\n`))).not.toContain(
      'secret',
    );
  });

  test.each(Object.entries(NOT_BUILT_KEYS).flatMap(([place, keys]) => keys.map((key) => [place, key] as const)))(
    'tell that %s.%s is not built yet, otherwise than that it is unknown',
    (place, key) => {
      const body = `{ ${key}: 1 }`;
      const text =
        place === ''
          ? `${SMALLEST}${key}: 1\n`
          : place === 'rules[]'
            ? `${SMALLEST}rules: [${body}]\n`
            : place === 'criteria'
              ? `${SMALLEST}criteria: ${body}\n`
              : SMALLEST.replace(`${place}: { `, `${place}: { ${key}: 1, `);
      expect(faults(text)).toMatchObject([
        { code: 'not-built-yet', message: expect.stringContaining(`${key}\` is not built yet.`) },
      ]);
    },
  );

  test.each([
    ['', 'yaml '],
    ['# only a comment\n', 'yaml '],
    ['just text\n', 'bad-value '],
    ['- a\n- b\n', 'bad-value '],
    [`${SMALLEST}---\n${SMALLEST}`, 'yaml '],
    [`${SMALLEST}experiment: y\n`, 'yaml '],
    [`${SMALLEST}owner: !!binary aGk=\n`, 'yaml '],
    [`${SMALLEST}owner: *none\n`, 'yaml '],
    [`${SMALLEST}[a, b]: c\n`, 'yaml '],
    [`${SMALLEST}owner: [\n`, 'yaml '],
    [`${SMALLEST}\towner: a\n`, 'yaml '],
    ['\0\0\0', 'yaml '],
    ['['.repeat(100_000), 'yaml '],
    [`${SMALLEST}question: ${'x'.repeat(1_100_000)}\n`, 'yaml '],
  ])('%# of a text that is no experiment are told', (text, expected) => {
    expect(told(text)[0]).toMatch(new RegExp(`^\\d+:\\d+ ${expected}$`));
  });

  test('are told for a bomb of aliases, quickly', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghij'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]},`.repeat(9)}]`),
    ];
    expect(told(`${bomb.join('\n')}\n`)[0]).toContain('yaml');
  });

  test.each([
    ['__proto__: { polluted: true }\n', 'unknown-key __proto__'],
    ['constructor: { prototype: { polluted: true } }\n', 'unknown-key constructor'],
    ['window: { __proto__: { settle: 1s } }\n', 'unknown-key window.__proto__'],
  ])('%s pollutes nothing', (text, expected) => {
    expect(told(SMALLEST + text)).toEqual([expect.stringContaining(expected)]);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  test('refuse __proto__ as the name of an output', () => {
    const text =
      'experiment: x\nlegacy: { outputs: { __proto__: a, p: b } }\ncandidate: { outputs: { __proto__: c, p: d } }\n';
    expect(told(text)).toEqual([
      '2:22 bad-value legacy.outputs.__proto__',
      '3:25 bad-value candidate.outputs.__proto__',
    ]);
  });
});

describe('nesting', () => {
  const flow = (open: string, inside: string, close: string) => (levels: number) =>
    `${SMALLEST}question: ${open.repeat(levels)}${inside}${close.repeat(levels)}\n`;
  const block = (levels: number) =>
    `${SMALLEST}question:\n${Array.from({ length: levels }, (_, level) => `${' '.repeat(level + 1)}a:\n`).join('')}`;
  const dashes = (levels: number) => `${SMALLEST}question:\n  ${'- '.repeat(levels)}x\n`;
  const keys = (levels: number) => `${SMALLEST}question:\n  ${'? '.repeat(levels)}x\n`;
  const aliases = (levels: number) => {
    const part = (n: number) => `&a${n} ${'['.repeat(90)}${n === 0 ? '' : `*a${n - 1}`}${']'.repeat(90)}`;
    return `${SMALLEST}tests:\n${Array.from({ length: Math.ceil(levels / 90) }, (_, n) => `  - ${part(n)}\n`).join('')}`;
  };

  test.each([
    ['lists', flow('[', '', ']')],
    ['maps', flow('{a: ', '1', '}')],
    ['indented maps', block],
    ['dashes', dashes],
    ['keys', keys],
    ['aliases', aliases],
  ])('too deep in %s is a fault that says so and what is allowed, however deep', (_, text) => {
    for (const levels of [150, 1_000]) {
      const [fault, ...others] = faults(text(levels));
      expect(fault).toMatchObject({ code: 'yaml', message: expect.stringMatching(/nested too deep/) });
      expect(fault?.allowed).toBe('at most 100 levels');
      expect(others).toEqual([]);
    }
  });

  test('as deep as allowed is read, and the place of what is too deep is told', () => {
    expect(told(flow('[', '', ']')(98))).toEqual(['4:11 bad-value question']);
    expect(told(flow('[', '', ']')(200))).toEqual(['4:110 yaml ']);
  });
});

test.each([
  ['legacy: { topic: c }', '`legacy`'],
  ['"legacy" : { topic: c }', '`legacy`'],
  ["'it''s': 1\n'it''s': 2", "`it's`"],
  ['a:b c: 1\na:b c: 2', '`a:b c`'],
])('a key that stands twice is named: %s', (lines, name) => {
  const twice = faults(`${SMALLEST}${lines}\n`).find(({ message }) => message.includes('twice'));
  expect(twice?.message).toBe(`The key ${name} stands twice in the same map.`);
});

describe('what does not go together', () => {
  test.each([
    ['window: { deadline: 1s }', 'window.deadline'],
    ['window: { settle: 60s }', 'window.settle'],
    ['window: { outage: 25h }', 'window.outage'],
    ['window: { outage: 0s }', 'window.outage'],
    ['window: { deadline: 10d }', 'window.deadline'],
    ['window: { counts: ignore }', 'window.counts'],
    ['compare: { value: false }', 'compare'],
    ['input: { topic: a }', 'input.topic'],
    ['input: { topic: i, correlation: [key, ce_id] }', 'input.correlation'],
    ['format: bytes\nrules: [ { ignore: /a } ]', 'rules[0]'],
    ['rules: [ { tolerance: { path: /a } } ]', 'rules[0].tolerance'],
    ['rules: [ { ignore: /a, include: /b } ]', 'rules[0].include'],
    ['rules: [ { name: a, ignore: /a }, { name: a, ignore: /b } ]', 'rules[1].name'],
    ['rules: [ { nullish: { path: /a, same: [null, "null"] } } ]', 'rules[0].nullish.same'],
    ['rules: [ { rename: { side: legacy, from: /a, to: /a } } ]', 'rules[0].rename'],
    ['rules: [ { rename: { side: legacy, from: /*/a, to: /b } } ]', 'rules[0].rename'],
    ['rules: [ { rename: { side: legacy, from: /a/*, to: /b } } ]', 'rules[0].rename'],
  ])('%s', (text, key) => {
    expect(told(`${SMALLEST}${text}\n`)).toEqual([
      expect.stringMatching(new RegExp(` contradiction ${key.replace(/[[\]]/g, '\\$&')}$`)),
    ]);
  });

  test.each([
    ['legacy: { topic: a, outputs: { p: c } }\ncandidate: { topic: b }', 'contradiction legacy.topic'],
    ['legacy: {}\ncandidate: { topic: b }', 'missing-key legacy.topic'],
    ['legacy: { outputs: { p: a, q: a } }\ncandidate: { outputs: { p: b, q: c } }', 'contradiction legacy.outputs.q'],
    ['legacy: { outputs: { p: a } }\ncandidate: { topic: b }', 'contradiction legacy.outputs.p'],
    ['legacy: { topic: a, format: text }\ncandidate: { topic: b }', 'contradiction legacy.format'],
    ['legacy: { topic: a, correlation: [key, ce_id] }\ncandidate: { topic: b }', 'contradiction legacy.correlation'],
    ['legacy: { topic: a }\ncandidate: { topic: b, input: c }', 'contradiction candidate.input'],
    ['legacy: { topic: a }\ncandidate: { topic: b, group: g }', 'contradiction candidate.group'],
    ['input: { topic: i }\nlegacy: { topic: a }\ncandidate: { topic: b, input: b }', 'contradiction candidate.input'],
    ['format: text\nlegacy: { topic: a, select: /a }\ncandidate: { topic: b }', 'contradiction legacy.select'],
  ])('%s', (text, expected) => {
    expect(told(`experiment: x\n${text}\n`)).toContainEqual(expect.stringContaining(expected));
  });

  test('nothing is concluded from a value that is at fault itself', () => {
    expect(told(`${SMALLEST}window: { settle: soon, deadline: 1s }\n`)).toEqual(['4:19 bad-value window.settle']);
  });
});

test('whatever the text, there is an experiment or at least one fault with a place in it', () => {
  const lines = fc.constantFrom(
    'experiment: x',
    'legacy: { topic: a }',
    'candidate: { topic: b }',
    'rules:',
    '  - ignore: [/a]',
    'window: { settle: 1s',
    '}',
    '---',
    '? [a]',
    '&a *a',
    '!!map {}',
    'legacy:',
    '  outputs: { p: q }',
    '  topic: [1]',
    '"',
    '\t',
    'criteria: 3',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(lines, fc.string()), { maxLength: 8 }), (parts) => {
      const parsed = parseExperiment(parts.join('\n'), 'e.yaml');
      if (parsed.kind === 'ok') return;
      expect(parsed.faults.length).toBeGreaterThan(0);
      for (const fault of parsed.faults) {
        expect(fault.line).toBeGreaterThan(0);
        expect(fault.line).toBeLessThanOrEqual(parts.join('\n').split('\n').length + 1);
        expect(fault.column).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
