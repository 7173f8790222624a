// What the ledger says against a verdict.
import { expect, test } from 'vitest';
import { doubtHalt, doubtLedger } from './doubts.ts';
import { noLedger, reconcile } from './reconcile.ts';

/** `rows`: judged events that rows hold on each side. */
function doubts(columns: Partial<Record<'agreed' | 'late' | 'lost' | 'no-id' | 'undecodable', number>>, rows: number) {
  const ledger = {
    ...noLedger(),
    legacy: { ...noLedger().legacy, ...columns },
    candidate: { ...noLedger().candidate },
  };
  return doubtLedger(ledger, reconcile(ledger, { legacy: rows, candidate: 0 }), 0.01).reasons;
}

test('up to one event in a thousand may come for an id used again', () => {
  expect(doubts({ agreed: 9_990, late: 10 }, 9_990)).toEqual([]);
  expect(doubts({ agreed: 9_989, late: 11 }, 9_989)).toEqual([
    expect.stringMatching(/^11 events \(0\.11 %\).*composite id/),
  ]);
});

test('events behind the rows of ids used again count as such, once one was seen', () => {
  expect(doubts({ agreed: 9_999, late: 1 }, 9_990)).toEqual([]);
  expect(doubts({ agreed: 9_999, late: 1 }, 9_980)).toEqual([expect.stringMatching(/^20 events .*composite id/)]);
});

test('an event that no row holds, and no reuse explains, is a lost row', () => {
  expect(doubts({ agreed: 10_000 }, 9_999)).toEqual([
    expect.stringMatching(/^The ledger counts 1 judged event that no row holds\. .*several partitions.*--forget/),
  ]);
});

test('two sides that only wait for each other are told, with what is probably wrong', () => {
  const ledger = noLedger();
  ledger.legacy.open = 60;
  ledger.candidate.open = 1;
  const told = () => doubtLedger(ledger, reconcile(ledger, { legacy: 60, candidate: 2 }), 0.01).reasons;
  expect(told()).toEqual([expect.stringMatching(/^60 events of legacy and 1 event of candidate wait.*`correlation`/)]);
  ledger.candidate.open = 0;
  expect(told()).toEqual([]);
  ledger.candidate.agreed = 1;
  ledger.candidate.open = 1;
  expect(told()).toEqual([]);
});

test('as many events may be lost as pairs may be undecided', () => {
  expect(doubts({ agreed: 990, lost: 10 }, 990)).toEqual([]);
  expect(doubts({ agreed: 989, lost: 11 }, 989)).toEqual([expect.stringMatching(/^11 events \(1\.1 %\) expired/)]);
});

test('what has no id or cannot be read was compared with nothing, and may be as much as pairs may be undecided', () => {
  expect(doubts({ agreed: 990, 'no-id': 4, undecodable: 6 }, 990)).toEqual([]);
  expect(doubts({ agreed: 1, 'no-id': 200 }, 1)).toEqual([
    expect.stringMatching(/^200 events of legacy \(99\.\d+ %\) had no id .*correlation/),
  ]);
});

test('a halt after the last checkpoint stands against the verdict and says when, why and what to do', () => {
  const halt = { at: '2026-03-01T10:00:00.000Z', code: 'scattered-id', message: 'The id "1" is in two partitions.' };
  const at = Date.parse(halt.at);
  const told = [
    'Comparing halted at 2026-03-01T10:00:00.000Z (scattered-id): The id "1" is in two partitions. What came since is not in these counts. Mend the cause and start the comparator again.',
  ];
  expect(doubtHalt(halt, at - 1)).toEqual(told);
  expect(doubtHalt(halt, at)).toEqual(told);
  expect(doubtHalt(halt, 0)).toEqual(told);
  expect(doubtHalt({ ...halt, message: 'no stop' }, 0)[0]).toContain('no stop. What');
});

test('a checkpoint after a halt ends the doubt, and without a halt there is none', () => {
  const halt = { at: '2026-03-01T10:00:00.000Z', code: 'x', message: 'y' };
  expect(doubtHalt(halt, Date.parse(halt.at) + 1)).toEqual([]);
  expect(doubtHalt(null, 0)).toEqual([]);
});
