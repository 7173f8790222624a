// Three brokers, several comparators, an archiver and a store, each of which fails in turn under load: what is left is what
// an undisturbed reader would say.
import { describeOn } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { runChaos } from './run.ts';

describeOn(['kafka', 's3', 'clickhouse'], 'under chaos', (shared) => {
  test('nothing is lost, doubled or falsely missing, and the ledger balances', { timeout: 420_000 }, async () => {
    const report = await runChaos(shared, {
      seed: 1,
      env: process.env,
      perSecond: 60,
      frozenMs: 7_000,
      actions: [
        'kill a leader',
        'a comparator is killed',
        'the store takes rows and loses the answer',
        'a comparator stands still with an insert under way',
        'restart the brokers one after another',
        'the archiver is killed',
        'the store is down',
        'a comparator leaves',
        'pause a broker',
        'the store accepts and hangs',
      ],
      tell: (line) => process.stderr.write(`${line}\n`),
    });
    expect(report.wrong).toEqual([]);
    expect(report.pairs).toBe(report.ids);
  });
});
