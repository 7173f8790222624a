// What a process finds when it goes on from a cut: rows ahead of the accounts, rows of processes that should be dead.
import { describe, expect, test } from 'vitest';
import type { PairRow } from '../rows.ts';
import { decodeSide, encodeSide } from './checkpoint.ts';
import type { SideCut } from './config.ts';
import { Rig } from './testing/rig.ts';
import { rowVersion } from './version.ts';

const ONE = '{"n":1}';
const TWO = '{"n":2}';

describe('a row written after the cut', () => {
  test('is written again at the same version, and counted once', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a', TWO);
    const cut = rig.join.cut();
    rig.settle();
    const [before] = rig.written;
    rig.restart(cut).settle();
    const after = rig.written.at(-1);
    expect([rig.written.length, after?.version, after?.outcome]).toEqual([2, before?.version, before?.outcome]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ diverged: 1 }, { diverged: 1 }]);
  });

  test('is found by asking where it was not recalled', () => {
    const rig = new Rig().write('legacy', 'a').settle();
    const cut = rig.join.cut();
    rig.write('candidate', 'a').settle().restart(cut, []).settle();
    expect(rig.shown('a')).toBe('match');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 1 }]);
  });

  test('that revised a pair moves what was counted, whatever a stale writer made of `was`', () => {
    const rig = new Rig().write('legacy', 'a').settle();
    const cut = rig.join.cut();
    rig.write('candidate', 'a').settle();
    const row = rig.rows.get('a')!;
    rig.land({ ...row, was: 'match' });
    rig.restart(cut).settle();
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 1 }]);
  });

  test('is not judged by half: nothing happens until all its open events have been read again', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a').write('legacy', 'b').write('candidate', 'b');
    const cut = rig.join.cut();
    rig.settle();
    const rows = rig.written.length;
    rig.restart(cut).read('legacy').pass(5000).prove('legacy');
    expect([rig.written.length, rig.ledger('legacy')]).toEqual([rows, { open: 2 }]);
    rig.settle();
    expect(rig.ledger('legacy')).toEqual({ agreed: 2 });
  });
});

describe('a cut', () => {
  test('says where to read on: at the smallest open event, and what was accounted for is not read twice', () => {
    const rig = new Rig().write('legacy', 'open').write('legacy', 'done').write('candidate', 'done').pass(100).prove();
    rig.restart();
    expect([rig.join.resumeAt('legacy'), rig.join.resumeAt('candidate')]).toEqual([0, 1]);
    rig.settle();
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1, diverged: 1 }, { agreed: 1 }]);
  });

  test('is a copy: what happens after it does not change it', () => {
    const rig = new Rig().write('legacy', 'a');
    const { legacy } = rig.join.cut();
    rig.write('legacy', 'b').settle();
    expect([[...legacy.open], legacy.position, legacy.counts.reduce((sum, count) => sum + count, 0)]).toEqual([
      [0],
      1,
      0,
    ]);
  });

  test('goes through its text unchanged, wherever it is made', () => {
    const rig = new Rig({ openBytes: 1500 });
    for (let i = 0; i < 12; i++) rig.write('legacy', `a-${i}`).tick();
    const cut = rig.join.cut();
    const through = (side: SideCut) => decodeSide(encodeSide({ generation: 1, number: 1 }, side)).cut;
    rig.restart({ legacy: through(cut.legacy), candidate: through(cut.candidate) });
    expect(rig.join.columns('legacy')).toEqual(new Rig({ openBytes: 1500 }).restart(cut, []).join.columns('legacy'));
    expect([...rig.join.cut().legacy.givenUp]).toEqual([...cut.legacy.givenUp]);
  });
});

describe('a row of a process that should be dead', () => {
  test('that only shows how things stand hides nothing: the earlier event of a `last` pair is not forgotten', () => {
    const rig = new Rig({ pick: 'last' }).write('legacy', 'a', ONE).settle();
    const stale = new Rig({ pick: 'last', joins: { seen: false } });
    stale.append('legacy', 'z').append('legacy', 'a', TWO).read().pass(2000).prove();
    const provisional = stale.rows.get('a')!;
    expect(provisional.state).toBe('provisional');
    rig.land(provisional);
    expect(rig.shown('a')).toBe('missing-candidate');
    rig.write('legacy', 'a', TWO).write('candidate', 'a', TWO).settle();
    expect(rig.rows.get('a')?.legacy_offsets).toEqual([0, 1]);
  });

  test('with fewer events of the pair never displaces ours, in whatever order they land', () => {
    const rig = new Rig().write('legacy', 'a').settle();
    rig.write('candidate', 'a').settle();
    rig.write('candidate', 'a', TWO).settle();
    const latest = rig.rows.get('a');
    for (const order of [rig.written, [...rig.written].reverse(), [...rig.written, ...rig.written.slice(0, 2)]]) {
      rig.rows.clear();
      for (const row of order) rig.land(row);
      expect(rig.rows.get('a')?.version).toBe(latest?.version);
    }
  });
});

describe('a row of a dead process that gave up what was called missing since', () => {
  /** It was sent before, and lands after ours, which it outranks. */
  const late = (rig: Rig, id: string): PairRow => {
    const row = rig.rows.get(id) as PairRow;
    const { legacy_offsets: legacy, candidate_offsets: candidate } = row;
    const version = rowVersion({ pick: rig.config.pick, legacy, candidate, epoch: 1, rank: 'inconclusive' });
    return { ...row, outcome: 'inconclusive', reason: 'budget', version };
  };

  test.each(['legacy', 'candidate'] as const)('is what the ledger says of the event on %s, too, once', (side) => {
    const rig = new Rig().write(side, 'a').settle();
    expect(rig.ledger(side)).toEqual({ diverged: 1 });
    rig.land(late(rig, 'a'));
    expect(rig.shown('a')).toBe('inconclusive (budget)');
    expect(rig.restart().ledger(side)).toEqual({ undecided: 1 });
    expect(rig.restart().ledger(side)).toEqual({ undecided: 1 });
  });

  test('yields to the pair when its partner comes', () => {
    const rig = new Rig().write('legacy', 'a').settle();
    rig.land(late(rig, 'a'));
    rig.restart().write('candidate', 'a').settle();
    expect(rig.shown('a')).toBe('match');
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 1 }]);
  });

  test('is remembered as given up by the cut that follows', () => {
    const rig = new Rig().write('legacy', 'a').settle();
    rig.land(late(rig, 'a'));
    const { legacy } = rig.restart().join.cut();
    expect([...legacy.givenUp]).toEqual([0]);
  });
});

describe('an id used again', () => {
  test.each(['sequence', 'last'] as const)(
    'beyond its window, and forgotten, is late as if it were remembered, and leaves the judged pair in sight (%s)',
    (pick) => {
      const rig = new Rig({ lookupEvery: 1, pick }).write('legacy', 'a').write('candidate', 'a').settle();
      const before = rig.rows.get('a');
      rig.restart(undefined, []).pass(100_000);
      rig.write('legacy', 'a', TWO).write('candidate', 'a', TWO).settle();
      expect(rig.join.reused).toBe(1);
      expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([
        { agreed: 1, late: 1 },
        { agreed: 1, late: 1 },
      ]);
      expect(rig.rows.get('a')).toEqual(before);
    },
  );

  test('within it joins the pair of before', () => {
    const rig = new Rig({ lookupEvery: 1, tombstones: 0 }).write('legacy', 'a').write('candidate', 'a').settle();
    rig.restart(undefined, []).write('legacy', 'a', TWO).write('candidate', 'a', TWO).settle();
    expect([rig.join.reused, rig.rows.get('a')?.legacy_count, rig.shown('a')]).toEqual([0, 2, 'match']);
  });
});
