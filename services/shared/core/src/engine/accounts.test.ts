import { describe, expect, test } from 'vitest';
import { Accounts } from './accounts.ts';
import { CLOSED_COLUMNS, Ledger } from './ledger.ts';
import { OffsetSet } from './offset-set.ts';

describe('a ledger', () => {
  test('goes on from saved counts, those of a build with fewer columns too', () => {
    expect(new Ledger([5]).counts()).toEqual([5, ...CLOSED_COLUMNS.slice(1).map(() => 0)]);
  });
});

describe('accounts', () => {
  test.each([
    ['sequence', ['agreed', 'agreed', 'agreed']],
    ['last', ['superseded', 'superseded', 'agreed']],
  ] as const)('under %s three agreeing events are counted as %j', (pick, columns) => {
    const accounts = new Accounts(pick, 0, 0);
    expect([0, 1, 2].map((i) => accounts.columnOf('match', i, 3))).toEqual(columns);
  });

  test('an event is counted when it was read or lies before the resumed position, and is not open', () => {
    const open = new OffsetSet();
    open.add(3);
    const start = { headLost: false, firstTime: undefined };
    const cut = { position: 5, open, givenUp: new OffsetSet(), counts: [4], start, outage: undefined };
    const accounts = new Accounts('sequence', cut, 0);
    expect([2, 3, 4, 5, 6].map((offset) => accounts.isCounted('legacy', offset, 6))).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    accounts.end('legacy', 3, 'agreed');
    expect(accounts.isCounted('legacy', 3, 6)).toBe(true);
    expect(accounts.columns('legacy')).toMatchObject({ open: 0, agreed: 5 });
    expect(open.has(3)).toBe(true);
  });
});
