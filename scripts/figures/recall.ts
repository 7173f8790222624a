// recall: of the changes that count, the share that the comparison finds; and of those that rules excuse, by which.
import { scores } from '../corpus/shards.ts';
import { table } from '../corpus/table.ts';
import type { Measurement } from './measurement.ts';

export const about = 'share of labelled semantic changes that are found, strict and typical rules';

const PAIRS = 125_000;
const SEED = 1;

export default async function recall(): Promise<Measurement> {
  const { strict, typical } = await scores(PAIRS, SEED);
  process.stderr.write(table('strict', strict));
  process.stderr.write(table('typical', typical));
  return {
    value: (strict.found + typical.found) / (strict.semantic + typical.semantic),
    unit: 'share',
    runs: 1,
    strictChanges: strict.changes,
    strictFound: strict.found,
    typicalChanges: typical.changes,
    typicalFound: typical.found,
    typicalExcused: [...typical.excusedBy.values()].reduce((sum, times) => sum + times, 0),
    unexplained: typical.wrong.filter(({ why }) => why.startsWith('agreed')).length,
    unreadable: strict.unreadable + typical.unreadable,
    unreadableJudged: strict.judged + typical.judged,
    kinds: new Set([...strict.kinds.keys(), ...typical.kinds.keys()]).size,
    placesByContexts: strict.places.size + typical.places.size,
    wrong: strict.wrong.length + typical.wrong.length,
  };
}
