// Choices: what they take, what they refuse, and shares that are the same every time and nested.
import type { ArchivedRecord } from '@parallax/core';
import { memoryLog } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { experimentOf, START } from '../doubles.ts';
import { IdTable } from '../id-table.ts';
import { type Choice, choiceOf, describeChoice, isSameChoice } from './choice.ts';
import { compileChoice } from './fitting.ts';
import { keepIds, knownIds, readJudgedIds, readKeptIds } from './judged-ids.ts';
import { isInShare, parseShare } from './share.ts';

const TYPED = experimentOf(
  'experiment: x\ntype: path:/type\ninput: { topic: in }\nlegacy: { topic: a }\ncandidate: { topic: b }\n',
);
const UNTYPED = experimentOf('experiment: x\ninput: { topic: in }\nlegacy: { topic: a }\ncandidate: { topic: b }\n');

function input(
  given: { key?: string | null; value?: object; headers?: ArchivedRecord['headers'] } = {},
): ArchivedRecord {
  const { key = 'k', value = {}, headers = [] } = given;
  return {
    topic: 'in',
    partition: 0,
    offset: 0,
    timestamp: START,
    timestampType: 'create',
    key: key === null ? null : Buffer.from(key),
    value: Buffer.from(JSON.stringify(value)),
    headers,
  };
}

const fits = (choice: Choice, record: ArchivedRecord, id = 'i') =>
  compileChoice(TYPED, choice, undefined)(record, { kind: 'id', id });

describe('a choice', () => {
  test('takes what fits every part of it', () => {
    const record = input({ key: 'k1', value: { type: 'order' }, headers: [['tier', Buffer.from('gold')]] });
    expect(fits({ types: ['payment', 'order'] }, record)).toBe(true);
    expect(fits({ types: ['payment'] }, record)).toBe(false);
    expect(fits({ keys: ['k1'] }, record)).toBe(true);
    expect(fits({ keys: ['k'] }, record)).toBe(false);
    expect(fits({ headers: ['tier'] }, record)).toBe(true);
    expect(fits({ headers: ['tier=gold'] }, record)).toBe(true);
    expect(fits({ headers: ['tier=go'] }, record)).toBe(false);
    expect(fits({ headers: ['tier', 'region'] }, record)).toBe(false);
    expect(fits({ ids: ['i'] }, record)).toBe(true);
    expect(fits({ ids: ['j'] }, record)).toBe(false);
    expect(fits({ types: ['order'], keys: ['k2'] }, record)).toBe(false);
  });

  test('finds a header’s value behind its first equals sign, and in either of two of that name', () => {
    const headers: ArchivedRecord['headers'] = [
      ['q', null],
      ['q', Buffer.from('a=b')],
    ];
    expect(fits({ headers: ['q=a=b'] }, input({ headers }))).toBe(true);
    expect(fits({ headers: ['q=a'] }, input({ headers }))).toBe(false);
  });

  test('by type needs an experiment that says what a type is', () => {
    expect(() => compileChoice(UNTYPED, { types: ['order'] }, undefined)).toThrow(
      expect.objectContaining({ code: 'no-type', cure: expect.stringContaining('--header') }),
    );
  });

  test.each([
    [{ share: '0%' }, '--share'],
    [{ share: '101%' }, '--share'],
    [{ share: '0.5' }, '--share'],
    [{ by: 'key' }, '--share'],
    [{ share: '1%', by: 'nonsense' }, '--by'],
    [{ header: ['=x'] }, '--header'],
    [{ outcome: 'mismatch,wrong' }, '--outcome'],
  ])('%j is refused, naming what is wrong', (flags, named) => {
    const error = (() => {
      try {
        return choiceOf(flags);
      } catch (caught) {
        return caught;
      }
    })();
    expect(error).toMatchObject({ code: 'bad-arguments' });
    expect(`${(error as Error).message} ${(error as { cure?: string }).cure}`).toContain(named);
  });

  test('of a run alone means what diverged in it, of a signature alone any outcome', () => {
    expect(choiceOf({ in: 'build-b' })?.judged).toEqual({
      run: 'build-b',
      outcomes: ['mismatch', 'missing-legacy', 'missing-candidate'],
    });
    expect(choiceOf({ signature: ['v1:x'] })?.judged).toEqual({ run: 'live', signatures: ['v1:x'] });
    expect(choiceOf({})).toBeUndefined();
  });

  test('is told in words, and is the same whatever the order of its parts', () => {
    const choice = choiceOf({ type: ['order'], share: '1%', outcome: 'mismatch', in: 'b' });
    expect(describeChoice(choice)).toBe('type order, 1% by key, mismatch in run b');
    expect(isSameChoice({ keys: ['a'], share: 0.5 }, { share: 0.5, keys: ['a'] })).toBe(true);
    expect(isSameChoice({ keys: ['a'] }, { keys: ['b'] })).toBe(false);
    expect(isSameChoice(undefined, { keys: ['b'] })).toBe(false);
  });
});

describe('a share', () => {
  const shares = fc.double({ min: 0.0001, max: 1, noNaN: true });

  test('has in it whoever is in a smaller one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), shares, shares, (entity, one, other) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        expect(isInShare(entity, small) && !isInShare(entity, large)).toBe(false);
        expect(isInShare(entity, 1)).toBe(true);
      }),
    );
  });

  test('of ten thousand entities is about as large as asked for', () => {
    for (const share of [0.01, 0.05, 0.5]) {
      const count = Array.from({ length: 10_000 }, (_, n) => isInShare(Buffer.from(`customer-${n}`), share)).filter(
        Boolean,
      );
      // Five standard deviations.
      expect(Math.abs(count.length - share * 10_000)).toBeLessThan(5 * Math.sqrt(10_000 * share * (1 - share)));
    }
  });

  test('is exact in percents', () => {
    expect([parseShare('1%'), parseShare('0.5%'), parseShare('100%')]).toEqual([0.01, 0.005, 1]);
  });

  test('goes by key, by id or by a place in the event; what has none is in no share', () => {
    const inside = Array.from({ length: 100 }, (_, n) => `e${n}`).find((e) => isInShare(Buffer.from(e), 0.1)) ?? '';
    const outside = Array.from({ length: 100 }, (_, n) => `e${n}`).find((e) => !isInShare(Buffer.from(e), 0.1)) ?? '';
    const share = 0.1;
    expect(fits({ share }, input({ key: inside }))).toBe(true);
    expect(fits({ share }, input({ key: outside }))).toBe(false);
    expect(fits({ share }, input({ key: null }))).toBe(false);
    expect(fits({ share, by: 'id' }, input({ key: outside }), inside)).toBe(true);
    expect(fits({ share, by: 'path:/customer' }, input({ value: { customer: inside } }))).toBe(true);
    expect(fits({ share, by: 'path:/customer' }, input({ value: { customer: outside } }))).toBe(false);
    expect(fits({ share, by: 'header:c' }, input())).toBe(false);
  });
});

describe('ids that were judged', () => {
  /** A store that answers as `pairs` would: each page the ids after the last one's end. */
  function storeOf(ids: readonly string[], pairs = ids.length) {
    const sorted = [...ids].sort();
    const asked: unknown[] = [];
    return {
      asked,
      async query(sql: string, params: Readonly<Record<string, unknown>> = {}) {
        asked.push(params);
        if (sql.includes('count()')) return [{ pairs }];
        return sorted
          .filter((id) => id > String(params.after))
          .slice(0, 10_000)
          .map((id) => ({ id }));
      },
    };
  }

  test('are read page by page, kept in a topic of the run, and read back whole', async () => {
    const ids = Array.from({ length: 25_000 }, (_, n) => `id-${n}`);
    const store = storeOf(ids);
    const found = await readJudgedIds(store, 'x', { run: 'b', outcomes: ['mismatch'] });
    expect(found.size).toBe(25_000);
    expect(store.asked).toHaveLength(3);
    const log = memoryLog({ clock: () => START });
    const other = new IdTable();
    other.add('from a start that was killed', false);
    await keepIds(log, 'in', 'r', other);
    const kept = await keepIds(log, 'in', 'r', found);
    expect(kept).toMatchObject({ topic: 'in.chosen.replay.r', from: 1 });
    const again = knownIds(await readKeptIds(log, kept), undefined);
    expect(ids.filter((id) => !again.has(id))).toEqual([]);
    expect(again.has('id-25000')).toBe(false);
    expect(again.has('from a start that was killed')).toBe(false);
  });

  test('of a run that has none is refused: it is unknown, or nothing in it fits', async () => {
    await expect(readJudgedIds(storeOf([], 0), 'x', { run: 'b' })).rejects.toMatchObject({ code: 'run-unknown' });
    await expect(readJudgedIds(storeOf([], 7), 'x', { run: 'b' })).rejects.toMatchObject({ code: 'nothing-chosen' });
  });

  test('are looked for as rows have them', () => {
    const table = new IdTable();
    table.add('hmac:a', false);
    expect(knownIds(table, (id) => `hmac:${id}`).has('a')).toBe(true);
    expect(knownIds(table, undefined).has('a')).toBe(false);
  });

  test('that are gone from the run’s topic are not taken for none', async () => {
    const log = memoryLog({ clock: () => START });
    await log.ensureTopic({ topic: 't', partitions: 1 });
    await expect(readKeptIds(log, { topic: 't', from: 0, to: 1 })).rejects.toMatchObject({
      code: 'run-plan-unreadable',
    });
  });
});
