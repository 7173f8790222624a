// What the join makes of events: when a pair is judged, as what, and where every event is counted.
import { describe, expect, test } from 'vitest';
import { SIDES, type Side } from '../outcome.ts';
import type { JoinStart } from './join.ts';
import { FRESH, Rig, START } from './testing/rig.ts';

const ONE = '{"n":1}';
const TWO = '{"n":2}';

describe('a pair is judged when both sides are quiet', () => {
  test('and not before', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a');
    rig.pass(99).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).prove();
    expect(rig.shown('a')).toBe('match');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 1 }]);
  });

  test('quiet in its own time: later records of both sides do as well as the broker, an old clock does not hurt', () => {
    const rig = new Rig({ timestamps: { legacy: 'append', candidate: 'append' } });
    rig.write('legacy', 'a', ONE, { at: 0 }).write('candidate', 'a', ONE, { at: -90_000 }).tick();
    rig.write('legacy', 'b', ONE, { at: 100 }).tick();
    expect(rig.shown('a')).toBe('no row');
    rig.write('candidate', 'b', ONE, { at: -89_900 }).tick();
    expect(rig.shown('a')).toBe('match');
  });

  test.each([
    ['identical bytes', ONE, ONE, 'match', 'agreed'],
    ['the same document, spelt otherwise', ONE, '{ "n": 1.0 }', 'match', 'agreed'],
    ['what a rule ignores', '{"n":1,"seen":1}', '{"n":1,"seen":2}', 'equivalent', 'agreed'],
    ['another value', ONE, TWO, 'mismatch', 'diverged'],
    ['no JSON on one side', ONE, '{', 'inconclusive', 'undecided'],
    ['a tombstone against a document', ONE, null, 'mismatch', 'diverged'],
    ['two tombstones', null, null, 'match', 'agreed'],
  ])('%s', (_, legacy, candidate, outcome, column) => {
    const rig = new Rig().write('legacy', 'a', legacy).write('candidate', 'a', candidate).settle();
    expect(rig.rows.get('a')?.outcome).toBe(outcome);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ [column]: 1 }, { [column]: 1 }]);
  });

  test('what agrees is let go at once, so that settling pairs hold no payloads', () => {
    const rig = new Rig().write('legacy', 'a', `{"n":"${'x'.repeat(5000)}","seen":1}`);
    const alone = rig.join.openBytes;
    rig.write('candidate', 'a', `{"n":"${'x'.repeat(5000)}","seen":2}`);
    expect([alone > 5000, rig.join.openBytes < 1000]).toEqual([true, true]);
    rig.write('candidate', 'a', TWO).settle();
    expect(rig.shown('a')).toBe('mismatch');
  });
});

describe.each<[Side, Side, string]>([
  ['legacy', 'candidate', 'missing-candidate'],
  ['candidate', 'legacy', 'missing-legacy'],
])('an event of %s alone', (present, lacking, missing) => {
  test('is missing its partner once everything written by its deadline has been read', () => {
    const rig = new Rig().write(present, 'a').pass(999).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).prove();
    expect(rig.shown('a')).toBe(missing);
    expect(rig.ledger(present)).toEqual({ diverged: 1 });
  });

  test('is not missing it while that side has not been read, however long that takes', () => {
    const rig = new Rig().write(present, 'a').append(lacking, 'z').pass(50_000).prove();
    expect(rig.shown('a')).toBe('no row');
  });

  test('nor by timestamps, however far the other side has come', () => {
    const rig = new Rig().write(present, 'a');
    for (let i = 0; i < 300; i++) rig.write(lacking, `other-${i}`, ONE, { at: 50_000 + i });
    expect(rig.tick().shown('a')).toBe('no row');
  });

  test('is revised when its partner comes late, and its event moves', () => {
    const rig = new Rig().write(present, 'a').settle();
    rig.write(lacking, 'a').settle();
    expect([rig.shown('a'), rig.rows.get('a')?.state, rig.rows.get('a')?.was]).toEqual(['match', 'revised', missing]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 1 }]);
  });

  test('does not take a partner that comes beyond `late`: that one is counted as late', () => {
    const rig = new Rig().write(present, 'a').settle();
    rig.pass(60_001).write(lacking, 'a').settle();
    expect(rig.shown('a')).toBe(missing);
    expect([rig.ledger(present), rig.ledger(lacking)]).toEqual([{ diverged: 1 }, { late: 1 }]);
  });

  test('finds its late partner in the store where it was forgotten', () => {
    const rig = new Rig({ tombstones: 0 }).write(present, 'a').settle().restart(undefined, []);
    rig.write(lacking, 'a', TWO).settle();
    expect(rig.shown('a')).toBe('mismatch');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ diverged: 1 }, { diverged: 1 }]);
  });
});

describe('several events of an id', () => {
  type Case = [
    string,
    'sequence' | 'set' | 'last' | 'first',
    'compare' | 'ignore',
    readonly string[],
    readonly string[],
    string,
  ];
  test.each<Case>([
    ['the same in order', 'sequence', 'compare', [ONE, TWO], [ONE, TWO], 'match'],
    ['in another order', 'sequence', 'compare', [ONE, TWO], [TWO, ONE], 'mismatch'],
    ['in another order', 'set', 'compare', [ONE, TWO], [TWO, ONE], 'match'],
    ['the same last', 'last', 'compare', ['{"n":0}', TWO], [ONE, TWO], 'match'],
    ['the same first', 'first', 'compare', [ONE, TWO], [ONE, '{"n":3}'], 'match'],
    ['one more', 'sequence', 'compare', [ONE, TWO], [ONE], 'mismatch'],
    ['one more, not counted', 'sequence', 'ignore', [ONE, TWO], [ONE], 'match'],
    ['one more', 'last', 'compare', [ONE, TWO], [TWO], 'mismatch'],
    ['one more, not counted', 'last', 'ignore', [ONE, TWO], [TWO], 'match'],
    ['one more', 'first', 'compare', [ONE, TWO], [ONE], 'mismatch'],
    ['one more, not counted', 'first', 'ignore', [ONE, TWO], [ONE], 'match'],
    ['one more', 'set', 'compare', [ONE, TWO], [TWO], 'mismatch'],
  ])('%s, pick %s, counts %s', (_, pick, counts, legacy, candidate, outcome) => {
    const rig = new Rig({ pick, counts });
    for (const value of legacy) rig.write('legacy', 'a', value);
    for (const value of candidate) rig.write('candidate', 'a', value);
    rig.settle();
    expect(rig.shown('a')).toBe(outcome);
    const column = outcome === 'match' ? 'agreed' : 'diverged';
    const superseded = (count: number) =>
      pick === 'last' && count > 1 ? { superseded: count - 1, [column]: 1 } : { [column]: count };
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([
      superseded(legacy.length),
      superseded(candidate.length),
    ]);
  });

  test('fewer on one side waits for the deadline, not only for quiet', () => {
    const rig = new Rig()
      .write('legacy', 'a', ONE)
      .write('legacy', 'a', TWO)
      .write('candidate', 'a', ONE)
      .pass(999)
      .prove();
    expect(rig.shown('a')).toBe('no row');
    rig.write('candidate', 'a', TWO).settle();
    expect([rig.shown('a'), rig.rows.get('a')?.candidate_count]).toEqual(['match', 2]);
  });

  test('the type is that of the first event of legacy, of candidate where legacy has none', () => {
    const rig = new Rig().write('candidate', 'a', ONE, { type: 'c' }).settle();
    expect(rig.rows.get('a')?.type).toBe('c');
    rig.write('legacy', 'a', ONE, { type: 'l' }).write('legacy', 'a', TWO, { type: 'm' }).settle();
    expect(rig.rows.get('a')?.type).toBe('l');
  });
});

describe('a repeat', () => {
  test.each<[string, 'sequence' | 'set', readonly string[], number]>([
    ['of the event just before it is counted as duplicate', 'sequence', [ONE, ONE, ONE], 2],
    ['of an earlier one is news in a sequence', 'sequence', [ONE, TWO, ONE], 0],
    ['of any is a duplicate in a set', 'set', [ONE, TWO, ONE], 1],
  ])('%s', (_, pick, values, duplicates) => {
    const rig = new Rig({ pick });
    for (const value of values) rig.write('legacy', 'a', value);
    expect(rig.ledger('legacy').duplicate ?? 0).toBe(duplicates);
  });

  test('after the pair was judged changes nothing', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a').settle();
    const rows = rig.written.length;
    rig.write('legacy', 'a').write('candidate', 'a').settle();
    expect(rig.written.length).toBe(rows);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([
      { agreed: 1, duplicate: 1 },
      { agreed: 1, duplicate: 1 },
    ]);
  });

  test('a tombstone and an empty value do not repeat each other', () => {
    const rig = new Rig().write('legacy', 'a', null).write('legacy', 'a', '');
    expect(rig.ledger('legacy')).toEqual({ open: 2 });
  });
});

describe('an event without a readable id', () => {
  test('ends at once in its column, and is handed out for the dead letters', () => {
    const rig = new Rig()
      .write('legacy', null)
      .write('candidate', null, ONE, { headers: [['correlation-id', Uint8Array.of(0xff)]] });
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ 'no-id': 1 }, { undecodable: 1 }]);
    expect(rig.join.takeUnreadable().map(({ side, offset, column }) => [side, offset, column])).toEqual([
      ['legacy', 0, 'no-id'],
      ['candidate', 0, 'undecodable'],
    ]);
    expect(rig.join.takeUnreadable()).toEqual([]);
  });
});

describe('near the beginning of a log that has lost its head', () => {
  const lost: JoinStart = { legacy: { position: 0, headLost: false }, candidate: { position: 0, headLost: true } };
  test.each<[string, JoinStart, number, Record<string, number>]>([
    ['a lone event is before-start', lost, 0, { 'before-start': 1 }],
    ['one of a deadline later is missing its partner', lost, 2000, { diverged: 1 }],
    ['where the head is there, it is missing its partner', FRESH, 0, { diverged: 1 }],
  ])('%s', (_, start, at, ledger) => {
    const rig = new Rig({}, start).write('candidate', 'first', ONE, { at: 1000 }).write('legacy', 'a', ONE, { at });
    rig.settle();
    expect(rig.ledger('legacy')).toEqual(ledger);
  });

  test('it has no row, even where the other side is out', () => {
    const rig = new Rig({ joins: { seen: false } }, lost)
      .append('candidate', 'first')
      .append('legacy', 'a')
      .read()
      .settle();
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['no row', { 'before-start': 1 }]);
  });
});

describe('a silent side', () => {
  function silent(): Rig {
    const rig = new Rig().write('legacy', 'm').write('candidate', 'm').settle();
    for (let i = 0; i < 25; i++) rig.write('legacy', `lone-${i}`).pass(10);
    return rig.pass(1000).prove().pass(1000).prove();
  }

  test('is one outage, not many missing: provisional rows, and the events stay open', () => {
    const rig = silent();
    expect(rig.shown('lone-0')).toBe('? missing-candidate (outage)');
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, open: 25 });
    expect(rig.outages.map(({ side, ended }) => [side, ended])).toEqual([['candidate', null]]);
  });

  test('shows each pair once, however long it lasts', () => {
    const rig = silent();
    const rows = rig.written.length;
    for (let i = 0; i < 10; i++) rig.pass(1000).prove();
    expect(rig.written.length).toBe(rows);
  });

  test('that comes back ends it: the rest has a new deadline from then, and is revised if it comes later still', () => {
    const rig = silent();
    rig.write('legacy', 'new').write('candidate', 'new').tick();
    rig.pass(999).prove();
    expect(rig.shown('lone-4')).toBe('? missing-candidate (outage)');
    rig.pass(1).prove();
    expect(rig.shown('lone-4')).toBe('missing-candidate');
    rig.write('candidate', 'lone-3').settle();
    expect(rig.shown('lone-3')).toBe('match');
    expect(rig.outages.map(({ ended }) => ended === null)).toEqual([true, false]);
    expect(rig.ledger('legacy')).toEqual({ agreed: 3, diverged: 24 });
  });

  test('for longer than maxOutage is judged after all', () => {
    const rig = silent().pass(100_000).prove();
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, diverged: 25 });
  });

  test('is remembered by the next process', () => {
    const rig = silent().restart();
    rig.read().prove().pass(1000).prove();
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, open: 25 });
  });
});

test('before any pair has been seen at all, absence proves nothing', () => {
  const rig = new Rig({ joins: { seen: false } }).write('legacy', 'a').pass(5000).prove();
  expect(rig.shown('a')).toBe('? missing-candidate (no-joins)');
  rig.write('legacy', 'b').write('candidate', 'b').prove().pass(1000).prove();
  expect(rig.shown('a')).toBe('missing-candidate');
});

describe('a slow candidate is not a wrong one', () => {
  test('nothing is missing before it has consumed the input, and then a whole deadline later', () => {
    const rig = new Rig({ tracksConsumption: true }).write('legacy', 'a').pass(50_000).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.join.consumed(START, START + rig.now);
    rig.pass(999).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).prove();
    expect(rig.shown('a')).toBe('missing-candidate');
  });

  test('also for an event read only after its input was consumed: the deadline counts from when that was noticed', () => {
    const rig = new Rig({ tracksConsumption: true }).append('legacy', 'a').prove().pass(50_000);
    rig.join.consumed(START + 40_000, START + rig.now);
    rig.read().pass(999).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).prove();
    expect(rig.shown('a')).toBe('missing-candidate');
  });

  test('legacy is waited for no longer than its deadline', () => {
    const rig = new Rig({ tracksConsumption: true }).write('candidate', 'a').pass(1000).prove();
    expect(rig.shown('a')).toBe('missing-legacy');
  });

  test('unobserved, the deadline stretches by the lag of recent pairs, of which one wrong clock changes nothing', () => {
    const rig = new Rig().prove();
    for (let i = 0; i < 32; i++) {
      rig.write('legacy', `p-${i}`).pass(400);
      rig.write('candidate', `p-${i}`, ONE, i === 20 ? { at: 1e12 } : {});
    }
    rig.settle().write('legacy', 'a').pass(1399).prove();
    expect(rig.shown('a')).toBe('no row');
    rig.pass(1).prove();
    expect(rig.shown('a')).toBe('missing-candidate');
  });
});

describe('complete ends', () => {
  test('leave nothing to wait for', () => {
    const rig = new Rig({ joins: { seen: false } })
      .write('legacy', 'a')
      .write('legacy', 'b')
      .write('candidate', 'b', TWO);
    for (const side of SIDES) rig.join.complete(side, START);
    rig.tick();
    expect([rig.shown('a'), rig.shown('b'), rig.join.openPairs]).toEqual(['missing-candidate', 'mismatch', 0]);
  });

  test('end an outage', () => {
    const rig = new Rig({ joins: { seen: false } }).write('legacy', 'a').pass(2000).prove();
    expect(rig.shown('a')).toBe('? missing-candidate (no-joins)');
    for (const side of SIDES) rig.join.complete(side, START);
    expect(rig.tick().shown('a')).toBe('missing-candidate');
  });

  test('of one side only are no reason to judge', () => {
    const rig = new Rig().write('legacy', 'a');
    rig.join.complete('candidate', START);
    expect(rig.tick().shown('a')).toBe('no row');
  });
});

describe('what remains below the ends', () => {
  test('is nothing, protected, or waiting', () => {
    const rig = new Rig({ tracksConsumption: true }).write('legacy', 'a').write('legacy', 'b');
    const ends = { legacy: 1, candidate: 0 };
    expect(rig.join.remaining(ends)).toBe('protected');
    rig.join.consumed(START, START);
    expect(rig.join.remaining(ends)).toBe('waiting');
    rig.write('candidate', 'a').pass(100).prove();
    expect(rig.join.remaining(ends)).toBe('none');
  });

  test('is shown when the run ends there, and judged by the next', () => {
    const rig = new Rig().write('legacy', 'a').write('legacy', 'b').write('candidate', 'b', TWO);
    rig.join.showOpen('window-cut', START);
    rig.drain();
    expect([rig.shown('a'), rig.shown('b')]).toEqual([
      '? missing-candidate (window-cut)',
      '? inconclusive (window-cut)',
    ]);
    rig.restart().settle();
    expect([rig.shown('a'), rig.shown('b')]).toEqual(['missing-candidate', 'mismatch']);
  });
});

test('an id found in another partition stops the join, and says what to do', () => {
  const rig = new Rig().write('legacy', 'a').settle();
  const row = { ...rig.rows.get('a')!, legacy_partition: 3 };
  const other = new Rig({ tombstones: 0 }).write('candidate', 'a');
  other.rows.set('a', row);
  expect(() => other.settle()).toThrow(expect.objectContaining({ code: 'split-id' }));
});

test('an id that both sides had in another partition stops the join, and that is what it says', () => {
  const rig = new Rig().write('legacy', 'a').write('candidate', 'a').settle();
  const row = { ...rig.rows.get('a')!, legacy_partition: 3, candidate_partition: 3 };
  const other = new Rig({ tombstones: 0 }).write('legacy', 'a');
  other.rows.set('a', row);
  const message = expect.stringMatching(/"a" was in partition 3 of .* and is in partition 0 as well/);
  expect(() => other.settle()).toThrow(expect.objectContaining({ code: 'scattered-id', message }));
});
