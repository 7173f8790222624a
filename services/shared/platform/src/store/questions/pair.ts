// Everything the store knows of one id.
import type { PairReport, StoreReader } from '@parallax/core';
import { text } from './cells.ts';
import { shownDifference } from './differences.ts';

/** Undefined parts of the question stand for any. The pairs come by experiment, run (`live` first) and output. */
export async function readPairs(
  store: StoreReader,
  question: { readonly id: string; readonly experiment?: string; readonly run?: string; readonly output?: string },
): Promise<readonly PairReport[]> {
  const { id, experiment, run, output } = question;
  const scopes = await store.query(
    `SELECT DISTINCT experiment, run, output FROM pairs_raw
     WHERE cityHash64(id) = cityHash64({id:String}) AND id = {id:String}
       AND ({experiment:Nullable(String)} IS NULL OR experiment = {experiment:Nullable(String)})
       AND ({run:Nullable(String)} IS NULL OR run = {run:Nullable(String)})
       AND ({output:Nullable(String)} IS NULL OR output = {output:Nullable(String)})
     ORDER BY experiment, run != 'live', run, output`,
    { id, experiment: experiment ?? null, run: run ?? null, output: output ?? null },
  );
  const reports: PairReport[] = [];
  for (const row of scopes) {
    const scope = { experiment: text(row, 'experiment'), run: text(row, 'run'), output: text(row, 'output') };
    for (const pair of await store.lookup(scope, [id])) {
      // Not the view: a provisional row is explained, too.
      const differences = await store.query(
        `SELECT path, kind, legacy, candidate, rule, severity, event FROM differences_raw FINAL
         WHERE experiment = {experiment:String} AND run = {run:String} AND cityHash64(id) = cityHash64({id:String})
           AND output = {output:String} AND id = {id:String} AND version = toUInt256({version:String})
         ORDER BY position`,
        { ...scope, id, version: pair.version.toString() },
      );
      reports.push({ pair, differences: differences.map(shownDifference) });
    }
  }
  return reports;
}
