// precision: of the pairs reported as diverging, the share in which something that matters was changed.
import { score } from '../corpus/judge.ts';
import type { Measurement } from './measurement.ts';

export const about = 'share of reported pairs that hold a labelled semantic change, strict and typical rules';

const PAIRS = 20_000;
const SEEDS = [4, 5, 6];

export default async function precision(): Promise<Measurement> {
  const scores = SEEDS.map((seed) => score(PAIRS, seed));
  const found = scores.reduce((sum, one) => sum + one.found, 0);
  const harmless = scores.reduce((sum, one) => sum + one.harmless, 0);
  const reported = scores.reduce((sum, one) => sum + one.reported, 0);
  return { value: found / (found + reported), unit: 'share', runs: SEEDS.length, harmless, reported };
}
