// Events that will never be read again: what they may have answered is inconclusive, and each is counted as lost.
import { describe, expect, test } from 'vitest';
import { SIDES, type Side } from '../outcome.ts';
import { decodeSide, encodeSide } from './checkpoint.ts';
import type { JoinCut, SideCut } from './config.ts';
import { other } from './pair.ts';
import { Rig, START } from './testing/rig.ts';

const through = (side: SideCut): SideCut => decodeSide(encodeSide({ generation: 1, number: 1 }, side)).cut;
const saved = ({ legacy, candidate }: JoinCut): JoinCut => ({
  legacy: through(legacy),
  candidate: through(candidate),
});

/** A new process, after retention took everything of `side` below `start`. */
function restartAfter(rig: Rig, side: Side, start: number, recalled?: []): number {
  rig.restart(saved(rig.join.cut()), recalled);
  return rig.join.losses.begins(side, start, START + rig.now);
}

describe.each(SIDES)('an open event of %s that expired before it could be read again', (side) => {
  const partner = other(side);

  test('is counted as lost, and its partner is inconclusive, not missing', () => {
    const rig = new Rig().write(side, 'a').write(side, 'b');
    expect(restartAfter(rig, side, 1)).toBe(1);
    rig.write(partner, 'a').write(partner, 'b').settle();
    expect([rig.shown('a'), rig.shown('b')]).toEqual(['inconclusive (evidence-lost)', 'match']);
    expect([rig.ledger(side), rig.ledger(partner)]).toEqual([
      { agreed: 1, lost: 1 },
      { agreed: 1, undecided: 1 },
    ]);
  });

  test('taints what the other side publishes until a deadline after it was noticed, and nothing later', () => {
    const rig = new Rig().write(side, 'gone');
    restartAfter(rig, side, 1);
    rig.pass(900).write(partner, 'early').pass(200).prove().write(partner, 'late').settle();
    expect([rig.shown('early'), rig.shown('late')]).toEqual(['inconclusive (evidence-lost)', `missing-${side}`]);
  });

  test('still taints after the next restart, which reads the same events later', () => {
    const rig = new Rig().write(side, 'gone');
    restartAfter(rig, side, 1);
    rig.write(partner, 'early').pass(1100).prove(partner).write(partner, 'late');
    rig.restart(saved(rig.join.cut())).pass(50_000).settle();
    expect([rig.shown('early'), rig.shown('late')]).toEqual(['inconclusive (evidence-lost)', `missing-${side}`]);
    expect(rig.ledger(side)).toEqual({ lost: 1 });
  });

  test('taints from the restart on, whose machine may have another clock', () => {
    const rig = new Rig().write(side, 'gone');
    restartAfter(rig, side, 1);
    rig.pass(120_000).restart(saved(rig.join.cut())).prove();
    rig.pass(500).write(partner, 'early').pass(600).prove().write(partner, 'late').settle();
    expect([rig.shown('early'), rig.shown('late')]).toEqual(['inconclusive (evidence-lost)', `missing-${side}`]);
  });

  test('does not keep its own side from being missing', () => {
    const rig = new Rig().write(side, 'gone');
    restartAfter(rig, side, 1);
    rig.write(side, 'alone').settle();
    expect(rig.shown('alone')).toBe(`missing-${partner}`);
  });

  test('with its position, loses what was never read too', () => {
    const rig = new Rig().write(side, 'open').append(side, 'unread').append(side, 'there');
    expect(restartAfter(rig, side, 2)).toBe(2);
    rig.append(partner, 'unread').append(partner, 'there').settle();
    expect([rig.shown('unread'), rig.shown('there')]).toEqual(['inconclusive (evidence-lost)', 'match']);
    expect(rig.ledger(side)).toEqual({ agreed: 1, lost: 2 });
  });

  test('is revised when its pair comes back from the row of a process that had read it', () => {
    const rig = new Rig().write(side, 'a');
    const cut = rig.join.cut();
    rig.write(partner, 'a').settle();
    expect(rig.shown('a')).toBe('match');
    rig.restart(saved(cut), []);
    rig.join.losses.begins(side, 1, START + rig.now);
    rig.settle();
    expect(rig.shown('a')).toBe('match');
    expect([rig.ledger(side), rig.ledger(partner)]).toEqual([{ lost: 1 }, { agreed: 1 }]);
  });

  test('whose partner comes again later stays counted once', () => {
    const rig = new Rig({ lookupEvery: 1 }).write(side, 'a');
    restartAfter(rig, side, 1);
    rig.write(partner, 'a').settle().write(side, 'a').settle();
    expect(rig.shown('a')).toBe('match');
    expect([rig.ledger(side), rig.ledger(partner)]).toEqual([{ agreed: 1, lost: 1 }, { agreed: 1 }]);
    rig.restart(saved(rig.join.cut()), []).write(partner, 'a', '{"n":2}').settle();
    expect([rig.ledger(side), rig.ledger(partner)]).toEqual([{ diverged: 1, lost: 1 }, { diverged: 2 }]);
  });
});

test('an undecided event is moved from where it stands, not from where judging it alone would put it', () => {
  const rig = new Rig().write('legacy', 'gone');
  restartAfter(rig, 'legacy', 1);
  rig.write('candidate', 'a').settle();
  expect(rig.ledger('candidate')).toEqual({ undecided: 1 });
  rig.write('legacy', 'a').settle();
  expect([rig.shown('a'), rig.ledger('candidate')]).toEqual(['match', { agreed: 1 }]);
});

test('where consumption is observed, the taint lasts until a deadline after the candidate had consumed what was there', () => {
  const rig = new Rig({ tracksConsumption: true }).write('legacy', 'gone');
  restartAfter(rig, 'legacy', 1);
  rig.pass(5000).write('candidate', 'slow').prove().pass(5000);
  rig.join.consumed(START + rig.now, START + rig.now);
  rig.pass(500).write('candidate', 'answer').pass(600).prove().write('candidate', 'stray').settle();
  expect(['slow', 'answer', 'stray'].map((id) => rig.shown(id))).toEqual([
    'inconclusive (evidence-lost)',
    'inconclusive (evidence-lost)',
    'missing-legacy',
  ]);
});

describe('offsets that are skipped while reading', () => {
  /** Reads legacy on from `offset`: what lies before it is never delivered. */
  const skipTo = (rig: Rig, offset: number) => {
    rig.join.losses.doubt('legacy');
    rig.join.advance('legacy', offset, START + rig.now);
    return rig.read('legacy');
  };

  test('are lost where the log begins behind them now: counted, and nothing they may have answered is missing', () => {
    const rig = new Rig().append('legacy', 'a').append('legacy', 'b').append('legacy', 'c');
    skipTo(rig, 2).write('candidate', 'a').write('candidate', 'c').pass(5000).prove();
    expect(rig.shown('a')).toBe('no row');
    expect(rig.join.losses.begins('legacy', 2, START + rig.now)).toBe(2);
    rig.settle();
    expect([rig.shown('a'), rig.shown('c')]).toEqual(['inconclusive (evidence-lost)', 'match']);
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, lost: 2 });
  });

  test('are asked for by the next process where this one ended before the answer', () => {
    const rig = new Rig().append('legacy', 'a').append('legacy', 'b').append('legacy', 'c');
    skipTo(rig, 2).restart(saved(rig.join.cut()));
    expect(rig.join.losses.begins('legacy', 2, START + rig.now)).toBe(2);
    rig.write('candidate', 'a').write('candidate', 'c').settle();
    expect([rig.shown('a'), rig.shown('c')]).toEqual(['inconclusive (evidence-lost)', 'match']);
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, lost: 2 });
  });

  test('were no events where the log still begins before them: what is absent is missing', () => {
    const rig = new Rig().append('legacy', null).append('legacy', 'c');
    skipTo(rig, 1).write('candidate', 'a').write('candidate', 'c').pass(5000).prove();
    expect(rig.shown('a')).toBe('no row');
    expect(rig.join.losses.begins('legacy', 0, START + rig.now)).toBe(0);
    rig.settle();
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['missing-legacy', { agreed: 1 }]);
  });

  test('do not take what was read meanwhile with them, though retention went on', () => {
    const rig = new Rig().append('legacy', 'a').append('legacy', 'b').append('legacy', 'c');
    skipTo(rig, 1);
    expect(rig.join.losses.begins('legacy', 3, START + rig.now)).toBe(1);
    rig.write('candidate', 'b').write('candidate', 'c').settle();
    expect([rig.shown('b'), rig.shown('c')]).toEqual(['match', 'match']);
  });

  test('are lost where a row tells that one of them held an event, which is not waited for', () => {
    const rig = new Rig({ compacted: { legacy: false, candidate: true } }).write('legacy', 'a');
    const cut = saved(rig.join.cut());
    rig.write('candidate', 'a', '{"n":2}').settle();
    rig.restart(cut).read('legacy');
    rig.join.losses.doubt('candidate');
    rig.join.advance('candidate', 1, START + rig.now);
    rig.settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['mismatch', 1]);
    rig.join.losses.begins('candidate', 0, START + rig.now);
    rig.settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['mismatch', 0]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ diverged: 1 }, { lost: 1 }]);
  });

  test('may have held events in a compacted log: what they may have answered is inconclusive, and they are not counted', () => {
    const rig = new Rig({ compacted: { legacy: true, candidate: false } }).append('legacy', 'a').append('legacy', 'c');
    rig.join.advance('legacy', 1, START);
    rig.read('legacy').write('candidate', 'a').write('candidate', 'c').write('legacy', 'alone').settle();
    expect(['a', 'c', 'alone'].map((id) => rig.shown(id))).toEqual([
      'inconclusive (evidence-lost)',
      'match',
      'missing-candidate',
    ]);
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, diverged: 1 });
  });

  test('open, are lost in any log: they were delivered once and will not be again', () => {
    const rig = new Rig().write('legacy', 'a').write('legacy', 'b').restart();
    rig.join.advance('legacy', 1, START);
    rig.read('legacy').write('candidate', 'a').write('candidate', 'b').settle();
    expect([rig.shown('a'), rig.shown('b')]).toEqual(['inconclusive (evidence-lost)', 'match']);
    expect(rig.ledger('legacy')).toEqual({ agreed: 1, lost: 1 });
  });

  test('that a stored row holds are waited for no more', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a');
    const cut = rig.join.cut();
    rig.settle().restart(saved(cut));
    rig.join.advance('legacy', 1, START + rig.now);
    rig.settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['match', 0]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ lost: 1 }, { agreed: 1 }]);
  });
});

describe('a log that lost what a process had judged without committing, and has given its offsets to others', () => {
  /** Candidate's `a` is open at the cut, and legacy's has not been read; the row holds both. */
  const judgedAndLost = (more?: string) => {
    const rig = new Rig().write('candidate', 'a');
    const cut = saved(rig.join.cut());
    rig.write('legacy', 'a').settle();
    rig.log.legacy.pop();
    if (more !== undefined) rig.append('candidate', 'a', more);
    return rig.append('legacy', 'b').append('candidate', 'b').restart(cut);
  };

  test('leaves the row as it is, and no event waits for the one that is gone', () => {
    const rig = judgedAndLost().settle();
    expect([rig.shown('a'), rig.shown('b'), rig.join.openPairs]).toEqual(['match', 'match', 0]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 2 }]);
  });

  test('the same where the row is only found by asking', () => {
    const rig = judgedAndLost();
    rig.restart(saved(rig.join.cut()), []).settle();
    expect([rig.shown('a'), rig.shown('b'), rig.join.openPairs]).toEqual(['match', 'match', 0]);
    expect([rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([{ agreed: 1 }, { agreed: 2 }]);
  });

  test('nor where the log ends before it, as often as it is asked', () => {
    const rig = judgedAndLost();
    rig.log.legacy.pop();
    rig.settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['match', 1]);
    rig.join.losses.ends('legacy', 0, START + rig.now);
    rig.settle();
    expect(rig.join.openPairs).toBe(1);
    rig.join.losses.ends('legacy', 0, START + rig.now);
    rig.settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['match', 0]);
    expect(rig.ledger('candidate')).toEqual({ agreed: 1, diverged: 1 });
  });

  test('calls nothing missing that may have been answered there', () => {
    const rig = judgedAndLost().read('legacy').tick().write('candidate', 'c').settle();
    expect(rig.shown('c')).toBe('inconclusive (evidence-lost)');
  });

  test('judges what came since without it', () => {
    const rig = judgedAndLost('{"n":2}').settle();
    expect([rig.shown('a'), rig.join.openPairs]).toEqual(['match', 0]);
    expect(rig.ledger('candidate')).toEqual({ agreed: 1, undecided: 2 });
  });
});

test('offsets skipped next to each other can be read back from a cut, and are asked about again', () => {
  const rig = new Rig().append('legacy', 'a').append('legacy', 'b').append('legacy', 'c');
  rig.join.losses.doubt('legacy');
  rig.join.advance('legacy', 1, START);
  rig.join.advance('legacy', 2, START);
  rig.restart(saved(rig.join.cut())).read('legacy');
  expect(rig.join.losses.isDoubted('legacy')).toBe(true);
  expect(rig.join.losses.begins('legacy', 2, START + rig.now)).toBe(2);
  expect(rig.ledger('legacy')).toEqual({ open: 1, lost: 2 });
});

describe('an aborted transaction', () => {
  test('leaves what it may have answered inconclusive, until a deadline later', () => {
    const rig = new Rig().write('legacy', 'a');
    rig.join.losses.aborted('candidate', START);
    rig.pass(1100).prove().write('legacy', 'b').settle();
    expect([rig.shown('a'), rig.shown('b')]).toEqual(['inconclusive (transaction-aborted)', 'missing-candidate']);
  });
});

describe('an uneven pair that was judged', () => {
  test('stays so for the next process, which has no proof of its own that nothing more came', () => {
    const rig = new Rig().write('legacy', 'a').write('legacy', 'a', '{"n":2}').write('candidate', 'a');
    const cut = saved(rig.join.cut());
    rig.settle();
    expect(rig.shown('a')).toBe('mismatch');
    rig.restart(cut).read('legacy').read('candidate');
    rig.join.losses.aborted('candidate', START + rig.now);
    rig.settle();
    expect([rig.shown('a'), rig.ledger('legacy'), rig.ledger('candidate')]).toEqual([
      'mismatch',
      { diverged: 2 },
      { diverged: 1 },
    ]);
  });
});

describe('an open transaction', () => {
  /** Time passes, and every half second candidate's end is seen to lie where it is, while nothing of it is read. */
  const stuck = (rig: Rig, ms: number, isRead = true) => {
    for (let passed = 0; passed < ms; passed += 500) {
      rig.pass(500).read('legacy');
      const now = START + rig.now;
      for (const side of SIDES) rig.join.sample(side, { asked: now, answered: now, end: rig.log[side].length });
      for (const side of SIDES) rig.join.look(side, side === 'legacy' || isRead, now);
      rig.tick();
    }
    return rig;
  };

  test('leaves what it may answer inconclusive once nothing was read for long, and it is revised when it ends', () => {
    const rig = new Rig().write('legacy', 'a').append('candidate', 'a');
    stuck(rig, 9000);
    expect(rig.shown('a')).toBe('no row');
    stuck(rig, 4000);
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['inconclusive (open-transaction)', { undecided: 1 }]);
    rig.settle();
    expect([rig.shown('a'), rig.ledger('legacy')]).toEqual(['match', { agreed: 1 }]);
  });

  test('does not speak for a side that is paused, nor where the log gave no answer for long', () => {
    const rig = new Rig().write('legacy', 'a').append('candidate', 'a');
    stuck(rig, 30_000, false);
    expect(rig.shown('a')).toBe('no row');
    stuck(rig, 4000).pass(20_000);
    stuck(rig, 4000);
    expect(rig.shown('a')).toBe('no row');
  });

  test('holds up no pair of which both events were read before it', () => {
    const rig = new Rig().write('legacy', 'a').write('candidate', 'a', '{"n":2}').append('candidate', 'b');
    stuck(rig, 13_000);
    expect(rig.shown('a')).toBe('mismatch');
  });
});
