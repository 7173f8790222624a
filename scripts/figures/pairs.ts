// pairs: real documents, put through two real libraries each, that still differ under rules a person would accept.
import { PAIRS, runPair, table } from '../pairs/run.ts';
import type { Measurement } from './measurement.ts';

export const about =
  'documents on which three pairs of real libraries differ under agreed rules, and planted faults that show';

export default async function pairs(): Promise<Measurement> {
  process.stderr.write(await table());
  const results = await Promise.all(PAIRS.map((pair) => runPair(pair)));
  const sum = (count: (result: (typeof results)[number]) => number): number =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    value: sum(({ after }) => after.outcomes.mismatch),
    unit: 'documents',
    runs: 1,
    documents: PAIRS.reduce((total, { documents }) => total + documents.length, 0),
    differBefore: sum(({ before }) => before.outcomes.mismatch),
    kindsBefore: sum(({ before }) => before.signatures),
    known: sum(({ after }) => after.outcomes.known),
    planted: sum(({ planted }) => planted.reduce((total, one) => total + one.planted, 0)),
    plantedShown: sum(({ planted }) => planted.reduce((total, one) => total + one.shown, 0)),
  };
}
