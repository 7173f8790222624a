// recall: of the changes that mean something, the share that the comparison finds.
import { score } from '../corpus/judge.ts';
import type { Measurement } from './measurement.ts';

export const about = 'share of labelled semantic changes that are found, strict and typical rules';

const PAIRS = 20_000;
const SEEDS = [1, 2, 3];

export default async function recall(): Promise<Measurement> {
  const scores = SEEDS.map((seed) => score(PAIRS, seed));
  const semantic = scores.reduce((sum, one) => sum + one.semantic, 0);
  const found = scores.reduce((sum, one) => sum + one.found, 0);
  const kinds = new Set(scores.flatMap((one) => [...one.kinds.keys()])).size;
  return { value: found / semantic, unit: 'share', runs: SEEDS.length, found, semantic, kinds };
}
