// Hostile payloads neither crash nor hang the comparison, and nothing different is called equal.
import { describe, expect, test } from 'vitest';
import { Checker } from './check.ts';
import { FormatChecker } from './format-check.ts';
import type { FormatPair } from './formats.ts';
import { asked, fuzz } from './fuzz.ts';
import { SEEDS } from './hostile.ts';
import { RULE_SETS } from './rule-sets.ts';
import { smaller } from './smaller.ts';

test('2,000 pairs of mangled bytes, bent structures and other formats are judged right', () => {
  const { pairs, shown, outcomes } = fuzz({ pairs: 2_000, seconds: 600, seed: 20_261_123, hostile: 0 });
  // What takes long is the machine's affair here: the figure measures it.
  expect(shown.filter((text) => !text.startsWith('hang'))).toEqual([]);
  expect(pairs).toBe(2_000);
  // The pairs are of all kinds.
  const kinds = ['match', 'mismatch', 'inconclusive'];
  for (const kind of kinds) expect(outcomes.get(`strict: ${kind}`) ?? outcomes.get(`ids: ${kind}`)).toBeGreaterThan(30);
  for (const set of ['rich', 'including', 'rewriting and crowding'])
    expect(outcomes.get(`${set}: equivalent`)).toBeGreaterThan(0);
  for (const by of ['avro, laid out anew', 'avro and json', 'cloudevents', 'auto', 'text'])
    for (const kind of ['match', 'mismatch']) expect(outcomes.get(`${by}: ${kind}`)).toBeGreaterThan(5);
  expect(outcomes.get('avro mangled: inconclusive')).toBeGreaterThan(20);
  // Other formats are judged under rules, too.
  for (const set of Object.keys(RULE_SETS).filter((name) => name !== 'strict'))
    expect(outcomes.get(`formats, ${set}: mismatch`)).toBeGreaterThan(2);
  const agreeing = [...outcomes].filter(([name]) => /^formats, .*: (equivalent|improved|known)$/.test(name));
  expect(agreeing.length).toBeGreaterThan(1);
});

describe('the checks', () => {
  test('see a difference that rules hide from the comparison only', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const pair = { by: 'hand', legacy: bytes('{"a":1}'), candidate: bytes('{"a":1.0000000000000002}') };
    const asked = new Checker({ strict: { rules: [], isJudged: true } });
    expect(asked.check(pair)).toBeUndefined();
    // Under a rule whose meaning the oracle of these tests does not know, agreement is a failure.
    const deaf = new Checker({
      deaf: { rules: [{ kind: 'tolerance', name: 'a', path: '/a', ulp: 1 }], isJudged: true },
    });
    expect(deaf.check(pair)?.failure).toBe('different called equal');
  });

  test('see it in other formats, too', () => {
    const one = (text: string): FormatPair['legacy'] => ({ format: 'auto', value: Buffer.from(text), headers: [] });
    const number = (digits: string) => ({ kind: 'number', value: { negative: false, digits, power: 0n } }) as const;
    const object = (digits: string) => ({ kind: 'object', members: new Map([['a', number(digits)]]) }) as const;
    const pair: FormatPair = {
      by: 'hand',
      legacy: one('{"a":1}'),
      candidate: one('{"a":2}'),
      truth: 'different',
      values: [object('1'), object('2')],
    };
    const strict = { rules: [], isJudged: true };
    const near = { rules: [{ kind: 'tolerance', name: 'a', path: '/a', absolute: 1 }], isJudged: true } as const;
    expect(new FormatChecker({ strict, near }).check(pair)).toBeUndefined();
    const apart = { ...pair, values: [object('1'), object('3')] } as const;
    expect(new FormatChecker({ strict, near }).check(apart)?.failure).toBe('different called equal');
  });

  test('show a failure as small as it can be made', () => {
    const legacy = new TextEncoder().encode(SEEDS[0]);
    const small = smaller({ by: 'hand', legacy, candidate: legacy }, ({ candidate }) => candidate.includes(0x78));
    expect([small.legacy.length, small.candidate.length]).toEqual([0, 1]);
  });
});

describe('what it is asked for', () => {
  test('is read from options, and told by --help', () => {
    expect(asked(['--pairs', '5', '--seed=7', '--threads', '1'], 3)).toEqual({
      pairs: 5,
      seconds: 180,
      seed: 7,
      threads: 1,
    });
    expect(asked(['--hostile', '0'], 3)).toMatchObject({ hostile: 0, seed: 3 });
    for (const help of ['--help', '-h']) expect(asked([help], 3)).toMatch(/^usage: .*\n {2}--pairs N/);
  });

  test.each([
    [['--pears', '5'], "'--pears'"],
    [['5'], "'5'"],
    [['--pairs', 'many'], '--pairs is "many": allowed is a whole number of at least 1'],
    [['--pairs='], '--pairs is "": allowed is a whole number of at least 1'],
    [['--threads', '0'], '--threads is "0": allowed is a whole number of at least 1'],
    [['--hostile', '0.5'], '--hostile is "0.5": allowed is a whole number of at least 0'],
  ])('%s is refused by name', (args, message) => {
    expect(() => asked(args, 3)).toThrow(message);
  });
});
