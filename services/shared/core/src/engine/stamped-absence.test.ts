// Absence proven by the broker's stamps while we are behind: every condition, each by itself.
import { describe, expect, test } from 'vitest';
import type { Side } from '../outcome.ts';
import type { JoinConfig } from './config.ts';
import type { JoinStart } from './join.ts';
import { Rig, START } from './testing/rig.ts';

const ONE = '{"n":1}';
const APPEND: Partial<JoinConfig> = { timestamps: { legacy: 'append', candidate: 'append' } };
const SIDES: readonly [Side, Side, string][] = [
  ['legacy', 'candidate', 'missing-candidate'],
  ['candidate', 'legacy', 'missing-legacy'],
];
/** Past the deadline (1000), by more than the clocks of two brokers may be apart. */
const DUE = 11_000;

/** Both logs hold far more than will be read here, and nobody waits in real time: nothing is ever covered. */
function behind(more: Partial<JoinConfig> = {}, start?: JoinStart): Rig {
  const rig = new Rig({ ...APPEND, lookupEvery: 1, ...more }, start);
  for (const side of ['legacy', 'candidate'] as const) {
    rig.join.sample(side, { asked: START, answered: START, end: 1_000_000 });
  }
  return rig;
}

/** Pairs whose first side answers every 100 ms, the lacking one `lag` after it, until its stamp is `upTo`. */
function flow(rig: Rig, lacking: Side, upTo: number, { from = 100, lag = 0 } = {}): Rig {
  const present = lacking === 'legacy' ? 'candidate' : 'legacy';
  for (let at = from; at + lag <= upTo; at += 100) {
    rig.write(present, `p-${at}`, ONE, { at });
    rig.write(lacking, `p-${at}`, ONE, { at: at + lag });
  }
  return rig.tick();
}

describe.each(SIDES)('an event of %s that was there before us', (present, lacking, missing) => {
  test('is missing its partner once the other log has been read past its deadline, ten seconds for the clocks added', () => {
    const rig = flow(behind().write(present, 'a'), lacking, DUE - 100);
    expect(rig.shown('a')).toBe('no row');
    flow(rig, lacking, DUE, { from: DUE });
    expect([rig.shown('a'), rig.ledger(present).diverged]).toEqual([missing, 1]);
  });

  test('also where that log was read first', () => {
    const rig = behind();
    for (let at = 0; at <= DUE; at += 100) rig.write(lacking, `other-${at}`, ONE, { at });
    rig.write(present, 'a', ONE, { at: 0 }).write(present, 'b', ONE, { at: 1 }).tick();
    expect([rig.shown('a'), rig.shown('b')]).toEqual([missing, 'no row']);
  });

  test('waits longer by as much as recent partners took', () => {
    const rig = flow(behind().write(present, 'a'), lacking, DUE + 299, { lag: 300 });
    expect(rig.shown('a')).toBe('no row');
    flow(rig, lacking, DUE + 300, { from: DUE, lag: 300 });
    expect(rig.shown('a')).toBe(missing);
  });

  test('is undecided where an outage may explain it by the stamps and a transaction holds the other log back', () => {
    const rig = behind().write(present, 'a').write(present, 'a', '{"n":2}').write(lacking, 'a');
    for (let at = 100; at <= 2 * DUE; at += 500) {
      rig.write(present, `p-${at}`, ONE, { at }).write(lacking, `l-${at}`, ONE, { at });
    }
    for (let passed = 0; passed < 20_000; passed += 500) {
      const now = START + rig.pass(500).now;
      for (const side of [present, lacking]) {
        rig.join.sample(side, { asked: now, answered: now, end: 1_000_000 });
        rig.join.look(side, side === lacking, now);
      }
      rig.tick();
    }
    expect(rig.shown('a')).toBe('inconclusive (open-transaction)');
  });

  test('is revised when its partner is read after all', () => {
    const rig = flow(behind().write(present, 'a'), lacking, DUE).write(lacking, 'a', ONE, { at: DUE + 50 });
    expect(rig.settle().shown('a')).toBe('match');
  });

  test.each<[string, Partial<JoinConfig>]>([
    ['legacy stamps its own records', { timestamps: { legacy: 'create', candidate: 'append' } }],
    ['the candidate stamps its own records', { timestamps: { legacy: 'append', candidate: 'create' } }],
    ['the stamps are of two times, as in a replay', { sharesTime: false }],
  ])('waits for the log to be read to its end where %s', (_, more) => {
    const rig = flow(behind(more).write(present, 'a'), lacking, 50_000);
    expect(rig.shown('a')).toBe('no row');
  });

  test('waits so, too, once what was there before us has been read', () => {
    const rig = new Rig(APPEND).append(present, 'a').prove().read();
    expect(flow(rig, lacking, 50_000).shown('a')).toBe('no row');
    expect(rig.pass(1000).prove().shown('a')).toBe(missing);
  });

  test('and before it is known how much was there', () => {
    expect(flow(new Rig(APPEND).write(present, 'a'), lacking, 50_000).shown('a')).toBe('no row');
  });

  test('before any pair has been seen at all, is not missing', () => {
    const rig = behind({ joins: { seen: false } })
      .write(present, 'a')
      .write(lacking, 'z', ONE, { at: 50_000 });
    expect(rig.tick().shown('a')).toBe('no row');
  });
});

describe('where stamps fall', () => {
  test.each<[string, Side, number, string]>([
    ['by ten seconds on the side that lacks, they are evidence still', 'candidate', 10_000, 'missing-candidate'],
    ['by more on the side that lacks, they are none any more', 'candidate', 10_001, 'no row'],
    ['by ten seconds on the side that waits, they are evidence still', 'legacy', 10_000, 'missing-candidate'],
    ['by more on the side that waits, they are none any more', 'legacy', 10_001, 'no row'],
  ])('%s', (_, side, by, shown) => {
    const rig = flow(behind(), 'candidate', 10_500).write('legacy', 'a', ONE, { at: 10_500 });
    rig.write(side, 'fallen', ONE, { at: 10_500 - by });
    flow(rig, 'candidate', 40_000, { from: 10_600 });
    expect(rig.shown('a')).toBe(shown);
  });
});

describe('an outage before our time', () => {
  /** Legacy answers every 25 ms; of the candidate there is nothing between 2000 and 4000. */
  function silent(): Rig {
    const rig = flow(behind(), 'candidate', 2000);
    for (let at = 2000; at < 4000; at += 25) rig.write('legacy', `lone-${at}`, ONE, { at });
    return rig;
  }

  test('is no absence: not before anything has come after it', () => {
    const rig = silent().write('candidate', 'other', ONE, { at: 50_000 }).tick();
    expect([rig.shown('lone-2000'), rig.outages]).toEqual(['no row', []]);
  });

  test('nor when the side is back and may be catching up in any order', () => {
    const rig = flow(silent(), 'candidate', 50_000, { from: 4000 });
    expect([rig.shown('lone-2000'), rig.shown('lone-3975'), rig.outages]).toEqual(['no row', 'no row', []]);
  });

  test('is over for what comes after it', () => {
    const rig = flow(silent(), 'candidate', 5000, { from: 4000 }).write('legacy', 'a', ONE, { at: 5000 });
    flow(rig, 'candidate', 5000 + DUE, { from: 5100 });
    expect(rig.shown('a')).toBe('missing-candidate');
  });

  test('does not follow from legacy being read far ahead', () => {
    const rig = behind();
    rig.write('legacy', 'a');
    for (let at = 100; at <= 50_000; at += 100) rig.write('legacy', `p-${at}`, ONE, { at });
    for (let at = 100; at <= DUE; at += 100) rig.write('candidate', `p-${at}`, ONE, { at });
    expect([rig.tick().shown('a'), rig.outages]).toEqual(['missing-candidate', []]);
  });

  test('one that was noticed goes on until it ends, whatever the stamps say', () => {
    const rig = silent();
    rig.join.sample('candidate', { asked: START + 2000, answered: START + 2000, end: rig.log.candidate.length });
    rig.pass(2000).tick();
    expect(rig.shown('lone-2000')).toBe('? missing-candidate (outage)');
    rig.write('candidate', 'other', ONE, { at: 50_000 }).write('legacy', 'b', ONE, { at: 4000 });
    expect(rig.tick().shown('b')).not.toBe('missing-candidate');
  });
});

test('what the candidate has consumed when is not in the stamps: where it is observed they prove nothing of it', () => {
  const rig = behind({ tracksConsumption: true }).write('legacy', 'a').write('candidate', 'b');
  rig.join.consumed(START, START);
  flow(rig, 'candidate', 50_000);
  expect([rig.shown('a'), rig.shown('b')]).toEqual(['no row', 'missing-legacy']);
});

test('near the beginning of a log that has lost its head it is before-start', () => {
  const lost = { legacy: { position: 0, headLost: false }, candidate: { position: 0, headLost: true } };
  const rig = flow(behind({}, lost).write('legacy', 'a'), 'candidate', DUE);
  expect([rig.shown('a'), rig.ledger('legacy')['before-start']]).toEqual(['no row', 1]);
});
