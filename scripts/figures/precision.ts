// precision: of the pairs reported as diverging, the share in which something that counts was changed.
import { scores } from '../corpus/shards.ts';
import { table } from '../corpus/table.ts';
import type { Measurement } from './measurement.ts';

export const about = 'share of reported pairs that hold a labelled semantic change, strict and typical rules';

const PAIRS = 125_000;
const SEED = 11;

export default async function precision(): Promise<Measurement> {
  const { strict, typical } = await scores(PAIRS, SEED);
  process.stderr.write(table('strict', strict));
  process.stderr.write(table('typical', typical));
  const found = strict.found + typical.found;
  const reported = strict.reported + typical.reported;
  return {
    value: found / (found + reported),
    unit: 'share',
    runs: 1,
    found,
    strictHarmless: strict.harmless,
    typicalHarmless: typical.harmless,
    reported,
  };
}
