// Accepted rules in a file: where they stand, and that nothing else moves.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExperiment } from '../experiment/parse.ts';
import { withRules } from './accepting.ts';

const HEAD = `# ours
experiment: x   # the name
legacy: { topic: a }

candidate:
    topic: b
`;
const ACCEPTED = [
  {
    name: 'noise /total',
    rule: { tolerance: { path: '/total', absolute: 0.01 } },
    comment: ['3 of 10 pairs, 2026-11-23'],
  },
  { name: 'noise /a b', rule: { ignore: '/a b: #c' }, comment: [] },
];
const WRITTEN = `  # 3 of 10 pairs, 2026-11-23
  - name: noise /total
    tolerance: { path: /total, absolute: 0.01 }
  - name: noise /a b
    ignore: "/a b: #c"
`;

test('they follow the rules that are there, comments and all that comes after in their places', () => {
  const rules =
    'rules:\n  # why\n  - ignore: /at   # the clock\n  # and\n  - nullish:\n      path: /x\n      same: [null, missing]   # both\n';
  const tail = '  # left to be judged:\n  # - ignore: /z\n\nwindow: { settle: 1s }   # short\n';
  expect(withRules(`${HEAD}${rules}${tail}`, ACCEPTED)).toBe(`${HEAD}${rules}${WRITTEN}${tail}`);
});

test('a file without rules gets them at its end', () => {
  expect(withRules(HEAD, ACCEPTED)).toBe(`${HEAD}\nrules:\n${WRITTEN}`);
  expect(withRules(HEAD.trimEnd(), ACCEPTED)).toBe(`${HEAD}\nrules:\n${WRITTEN}`);
});

test('a list in brackets becomes one of lines, its comment still there', () => {
  expect(withRules(`${HEAD}rules: []   # none yet\nquestion: Is it?\n`, ACCEPTED)).toBe(
    `${HEAD}rules: # none yet\n${WRITTEN}question: Is it?\n`,
  );
  expect(withRules(`${HEAD}rules: [{ ignore: [ /at ] }]\n`, ACCEPTED.slice(1))).toBe(
    `${HEAD}rules:\n  - { ignore: [ /at ] }\n  - name: noise /a b\n    ignore: "/a b: #c"\n`,
  );
});

test('a list that stands at the margin is gone on with there', () => {
  const written = withRules(`${HEAD}rules:\n- ignore: /at`, ACCEPTED.slice(1));
  expect(written).toBe(`${HEAD}rules:\n- ignore: /at\n- name: noise /a b\n  ignore: "/a b: #c"\n`);
});

test('a file that is JSON stays JSON', () => {
  const json = '{"experiment":"x","legacy":{"topic":"a"},"candidate":{"topic":"b"}}';
  const written = withRules(json, ACCEPTED);
  expect(parseExperiment(written, 'x')).toMatchObject({
    kind: 'ok',
    experiment: { rules: [{}, { paths: ['/a b: #c'] }] },
  });
});

test('lines end as they ended', () => {
  const written = withRules(`${HEAD}rules:\n  - ignore: /at\nowner: us\n`.replaceAll('\n', '\r\n'), ACCEPTED);
  expect(written.replaceAll('\r\n', '')).not.toContain('\n');
});

test('what is no list of rules is refused, and nothing is lost', () => {
  expect(() => withRules('rules: 3\n', ACCEPTED)).toThrow(expect.objectContaining({ code: 'rules-not-written' }));
  expect(() => withRules('- a\n', ACCEPTED)).toThrow(expect.objectContaining({ code: 'rules-not-written' }));
});

test('whatever the paths, the file is sound afterwards and says what it said', () => {
  const segment = fc.string({ minLength: 1, maxLength: 8 }).map((name) => name.replace(/[~/*\p{C}]/gu, '_'));
  const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join('/')}`);
  fc.assert(
    fc.property(fc.array(path, { minLength: 1, maxLength: 4 }), (paths) => {
      const accepted = paths.map((one, n) => ({ name: `n${n}`, rule: { ignore: one }, comment: [`of ${one}\nand #`] }));
      const parsed = parseExperiment(withRules(`${HEAD}rules:\n  - ignore: /at\n`, accepted), 'x');
      expect(parsed.kind === 'ok' && parsed.experiment.rules.map((rule) => 'paths' in rule && rule.paths)).toEqual([
        ['/at'],
        ...paths.map((one) => [one]),
      ]);
    }),
  );
});
