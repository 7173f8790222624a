// Lines, groups and sums of event files.
import { describe, expect, test } from 'vitest';
import type { Content } from '../compare/spec.ts';
import { content, planWith, STRICT } from '../compare/testing/plans.ts';
import { type FileEvent, type Grouping, judgeGroup } from './group.ts';
import { LineReader } from './line.ts';
import { payloadReader } from './payload.ts';
import { FileTally } from './tally.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe('a line', () => {
  const read = (text: string) => new LineReader().read(encode(text), true);

  test('gives its value as it is written', () => {
    for (const value of ['9007199254740993.0', '{ "a" : 1e0 }', '"\\u0041"', 'null', '[]']) {
      const text = `{"value": ${value} ,"id":"x","timestamp":5}`;
      const line = read(text);
      expect(line.kind === 'event' && decode(encode(text).subarray(line.start, line.end))).toBe(value);
    }
  });

  test('names its event by text or number; the spelling does not count', () => {
    const id = (text: string) => {
      const line = read(`{"id":${text},"timestamp":1,"value":1}`);
      return line.kind === 'event' ? line.id : line;
    };
    expect([id('"\\u0061"'), id('7'), id('7.0'), id('null'), id('""')]).toEqual(['a', '7', '7', undefined, undefined]);
    expect(id('{}')).toMatchObject({ kind: 'undecodable' });
  });

  test('may have a key, and headers that repeat', () => {
    const line = read('{"value":1,"key":"k","headers":[["h","a"],["h",null]]}');
    expect(line).toMatchObject({
      id: undefined,
      timestamp: 0,
      key: encode('k'),
      headers: [
        ['h', encode('a')],
        ['h', null],
      ],
    });
    expect(read('{"value":1,"headers":{"h":"a"}}')).toMatchObject({ headers: [['h', encode('a')]] });
  });

  test.each([
    '',
    '{',
    '[1]',
    '7',
    '{"id":"a"}',
    '{"value":1,"value":2}',
    '{"value":1,"timestamp":1.5}',
    '{"value":1,"key":7}',
    '{"value":1,"headers":[1]}',
  ])('that is %j cannot be used, and why is said', (text) => {
    expect(read(text)).toEqual({ kind: 'undecodable', why: expect.stringMatching(/\w/) });
  });

  test('a member named twice inside the value is the comparison’s to judge', () => {
    expect(read('{"id":"a","value":{"x":1,"x":2}}').kind).toBe('event');
  });

  test('text payloads are the text of their JSON string', () => {
    expect(decode(payloadReader('text')(encode('"a\\n\\u00e4"')))).toBe('a\nä');
    expect(decode(payloadReader('text')(encode('{"a":1}')))).toBe('{"a":1}');
    expect(decode(payloadReader('json')(encode('"a"')))).toBe('"a"');
  });
});

describe('a group', () => {
  const grouping = (more: Partial<Grouping> = {}): Grouping => ({
    plan: planWith([]),
    typeOf: () => '',
    lost: { legacy: false, candidate: false },
    ...more,
  });
  const event = (text: string, timestamp = 0): FileEvent => ({ timestamp, content: content(text) });

  test('is judged in order of time, then of bytes, whatever the order of its lines', () => {
    const legacy = [event('2', 5), event('3', 1), event('1', 5)];
    const candidate = [event('3', 10), event('1', 20), event('2', 20)];
    expect(judgeGroup('a', legacy, candidate, grouping())).toMatchObject({
      outcome: 'match',
      columns: { legacy: ['agreed', 'agreed', 'agreed'] },
    });
  });

  test('counts repeats next to each other as duplicates', () => {
    const repeated = judgeGroup(
      'a',
      [event('1', 1), event('1', 2), event('2', 3), event('1', 4)],
      [event('1', 1), event('2', 2), event('1', 3)],
      grouping(),
    );
    expect(repeated).toMatchObject({
      outcome: 'match',
      columns: { legacy: ['agreed', 'agreed', 'agreed', 'duplicate'] },
    });
    const plan = planWith([], { pick: 'set' });
    const set = judgeGroup(
      'a',
      [event('1', 1), event('2', 2), event('1', 3)],
      [event('2'), event('1')],
      grouping({ plan }),
    );
    expect(set).toMatchObject({ outcome: 'match', columns: { legacy: ['agreed', 'agreed', 'duplicate'] } });
  });

  test('of which the last counts has superseded events', () => {
    const plan = planWith([], { pick: 'last', counts: 'ignore' });
    const last = judgeGroup('a', [event('1', 1), event('2', 2)], [event('2', 1)], grouping({ plan }));
    expect(last).toMatchObject({
      outcome: 'match',
      columns: { legacy: ['superseded', 'agreed'], candidate: ['agreed'] },
    });
  });

  test('is missing on a side only where all of that side could be read', () => {
    expect(judgeGroup('a', [event('1')], [], grouping()).outcome).toBe('missing-candidate');
    expect(judgeGroup('a', [], [event('1')], grouping()).outcome).toBe('missing-legacy');
    const lost = grouping({ lost: { legacy: false, candidate: true } });
    expect(judgeGroup('a', [event('1')], [], lost)).toMatchObject({ outcome: 'inconclusive', reason: 'evidence-lost' });
    expect(judgeGroup('a', [], [event('1')], lost).outcome).toBe('missing-legacy');
  });

  test('has the type of its legacy event, else of its candidate’s', () => {
    const typed = (types: Readonly<Record<string, string>>) =>
      judgeGroup(
        'a',
        [event('1')],
        [event('2')],
        grouping({ typeOf: ({ value }: Content) => types[decode(value ?? encode(''))] ?? '' }),
      ).signature;
    expect(typed({ 1: 'T', 2: 'U' })).toBe(typed({ 2: 'T' }));
    expect(typed({ 1: 'T' })).not.toBe(typed({}));
  });
});

describe('a tally', () => {
  const grouping: Grouping = {
    plan: planWith([], { budgets: STRICT.budgets }),
    typeOf: () => '',
    lost: { legacy: false, candidate: false },
  };
  const pair = (id: string, legacy: string, candidate?: string) =>
    judgeGroup(
      id,
      [{ timestamp: 0, content: content(legacy) }],
      candidate === undefined ? [] : [{ timestamp: 0, content: content(candidate) }],
      grouping,
    );

  test('counts known and improved pairs as accepted, and as no kind of divergence', () => {
    const terms = { owner: 'pricing', ticket: 'PRICE-7', expires: '2999-01-01' };
    const plan = planWith([
      { kind: 'known', name: 'bug', path: '/a', ...terms },
      { kind: 'better', name: 'cost', path: '/ms', direction: 'lower' },
    ]);
    const tally = new FileTally();
    for (const [id, legacy, candidate] of [
      ['a', '{"a":1}', '{"a":2}'],
      ['b', '{"ms":2}', '{"ms":1}'],
      ['c', '{"a":1}', '{"a":1}'],
    ] as const) {
      const event = (text: string) => [{ timestamp: 0, content: content(text) }];
      tally.pair(judgeGroup(id, event(legacy), event(candidate), { ...grouping, plan }));
    }
    expect(tally.signatures(5)).toEqual([]);
    expect(tally.summary({ parity: 1, undecided: 0 })).toMatchObject({
      verdict: 'PARITY',
      parity: 1,
      accepted: 2,
      signatures: 0,
      outcomes: { match: 1, known: 1, improved: 1 },
      ledger: { legacy: { agreed: 1, accepted: 2 }, candidate: { agreed: 1, accepted: 2 } },
    });
  });

  test('counts pairs by outcome, events by column, and divergences by kind with the simplest example', () => {
    const tally = new FileTally();
    for (const one of [
      pair('a', '1', '1'),
      pair('b', '{"x":[1,2]}', '{"x":[3,4]}'),
      pair('c', '{"x":[1,2]}', '{"x":[1,5]}'),
      pair('d', '1'),
    ])
      tally.pair(one);
    const summary = tally.summary({ parity: 1, undecided: 0 });
    expect(summary).toMatchObject({
      verdict: 'DIVERGING',
      pairs: 4,
      parity: 0.25,
      signatures: 2,
      outcomes: { match: 1, mismatch: 2, 'missing-candidate': 1 },
    });
    expect(summary.ledger).toMatchObject({ legacy: { agreed: 1, diverged: 3 }, candidate: { agreed: 1, diverged: 2 } });
    expect(tally.signatures(5)).toMatchObject([
      { pairs: 2, outcome: 'mismatch', patterns: ['/x/*'], example: { id: 'c' } },
      { pairs: 1, signature: 'missing-candidate' },
    ]);
  });

  test('is never better than inconclusive with a line that could not be used', () => {
    const tally = new FileTally();
    tally.pair(pair('a', '1', '1'));
    tally.lost('candidate', 'no-id');
    expect(tally.summary({ parity: 1, undecided: 0 })).toMatchObject({
      verdict: 'INCONCLUSIVE',
      unreadable: 1,
      ledger: { candidate: { 'no-id': 1 } },
    });
  });
});
