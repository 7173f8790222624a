// Payloads of what waits alone are let go when memory runs short, and read again when they are needed.
import { expect, test } from 'vitest';
import { Rig, START } from './testing/rig.ts';

const BIG = `{"n":"${'x'.repeat(1000)}"}`;
const OTHER = `{"n":"${'x'.repeat(999)}y"}`;
/** Ten events with their payloads; a hundred stubs. */
const BUDGET = 12_000;

/** Ten legacy events, of which none has an answer; the candidate has nothing more to bring. */
function short(more = {}): Rig {
  const rig = new Rig({ openBytes: BUDGET, ...more });
  for (let i = 0; i < 10; i++) rig.write('legacy', `a-${i}`, BIG);
  return rig;
}

/** Like tick, but tells what is read again. */
function fetched(rig: Rig): number[] {
  rig.join.tick(START + rig.now);
  const fetches = rig.join.takeFetches();
  for (const fetch of fetches) rig.join.supply(fetch, rig.log[fetch.side][fetch.offset], START + rig.now);
  rig.drain();
  return fetches.map(({ offset }) => offset);
}

test('a side stays paused while the other may still bring partners', () => {
  const rig = short().append('candidate', 'z');
  rig.prove();
  expect([rig.join.paused, rig.join.openBytes > 0.8 * BUDGET]).toEqual(['legacy', true]);
});

test('payloads shrink to stubs, and reading goes on, when the other side has nothing more to bring', () => {
  const rig = short().prove();
  expect([rig.join.paused, rig.join.openBytes < 0.6 * BUDGET, rig.join.openPairs]).toEqual([undefined, true, 10]);
  expect(rig.written).toEqual([]);
});

/** Candidate's events, 150 ms apart by the broker's stamps; reads some of them, and works off what is due. */
function moved(ids: readonly string[]): { rig: Rig; read: (from: number, to: number) => Rig } {
  const rig = short({ timestamps: { legacy: 'append', candidate: 'append' } });
  ids.forEach((id, i) => {
    rig.append('candidate', id, '1', { at: i * 150 });
  });
  rig.tick();
  const read = (from: number, to: number) => {
    for (const record of rig.log.candidate.slice(from, to)) {
      rig.join.read('candidate', record, START);
      rig.tick();
    }
    return rig;
  };
  return { rig, read };
}
const EIGHT = ['z-0', 'z-1', 'z-2', 'z-3', 'z-4', 'z-5', 'z-6', 'z-7'];

test('they shrink when the other side has moved on by a deadline in its own time and found no partner', () => {
  const { read } = moved(EIGHT);
  expect(read(0, 7).join.paused).toBe('legacy');
  expect(read(7, 8).join.paused).toBeUndefined();
});

test('a partner found puts that off', () => {
  const { read } = moved([...EIGHT.slice(0, 4), 'a-9', ...EIGHT.slice(4)]);
  expect(read(0, 9).join.paused).toBe('legacy');
});

test('what was let go is read again to be compared, in the order of the log', () => {
  const rig = short().prove();
  for (let i = 0; i < 10; i++) rig.write('candidate', `a-${i}`, i === 3 ? OTHER : BIG);
  rig.pass(200).prove('legacy', 'candidate');
  rig.settle();
  expect([rig.shown('a-0'), rig.shown('a-3'), rig.shown('a-9')]).toEqual(['match', 'mismatch', 'match']);
  expect(rig.ledger('legacy')).toEqual({ agreed: 9, diverged: 1 });
});

test('only what was let go is read again', () => {
  const rig = short({ settleMs: 0 }).prove();
  for (let i = 0; i < 10; i++) rig.append('candidate', `a-${i}`, BIG);
  rig.read('candidate');
  const again = fetched(rig);
  expect(again).toEqual(again.map((_, i) => i));
  expect(again.length).toBeGreaterThan(3);
  expect(again.length).toBeLessThan(10);
});

test('a payload that is gone when it is needed leaves the pair undecided', () => {
  const rig = short({ settleMs: 0 }).prove();
  rig.write('candidate', 'a-0', BIG);
  rig.join.tick(START + rig.now);
  const [fetch] = rig.join.takeFetches();
  if (fetch !== undefined) rig.join.supply(fetch, undefined, START + rig.now);
  rig.drain();
  expect(rig.shown('a-0')).toBe('inconclusive (evidence-lost)');
});

test('a repeat of a stub is a duplicate, and other bytes are the next event', () => {
  const rig = short().prove().write('legacy', 'a-0', BIG).write('legacy', 'a-1', OTHER);
  expect(rig.ledger('legacy')).toEqual({ open: 11, duplicate: 1 });
});

test('a stub falls due without being read again', () => {
  const rig = short().prove().write('candidate', 'seen').write('legacy', 'seen').pass(5000);
  rig.prove();
  const again = fetched(rig);
  rig.settle();
  expect([again, rig.shown('a-0')]).toEqual([[], 'missing-candidate']);
});

test('a stub survives a restart as the open event it is', () => {
  const rig = short().prove();
  const cut = rig.join.cut();
  rig.restart(cut).read().write('candidate', 'a-0', BIG).write('candidate', 'a-1', OTHER).settle();
  expect([rig.shown('a-0'), rig.shown('a-1')]).toEqual(['match', 'mismatch']);
});
