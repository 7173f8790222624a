// The figures of the kernel: one size of document, all variants.
import type { Measurement } from '../../figures/measurement.ts';
import { contest, ROUNDS } from './contest.ts';
import type { Size } from './documents.ts';

const rounded = (value: number): number => Math.round(value * 100) / 100;

export function kernel(size: Size): Measurement {
  const changed = contest(size, 'changed');
  const equal = contest(size, 'equal');
  const shuffled = contest(size, 'shuffled');
  const restructured = contest(size, 'restructured');
  return {
    value: Math.round(1e9 / changed.ours),
    unit: 'differing pairs/s',
    against: 'the faster of microdiff and jsondiffpatch',
    ratio: rounded(changed.ratio),
    runs: ROUNDS,
    nanoseconds: Math.round(changed.ours),
    ...Object.fromEntries([...changed.peers].map(([name, time]) => [`${name}Nanoseconds`, Math.round(time)])),
    equalNanoseconds: Math.round(equal.ours),
    equalAgainst: 'JSON.parse and fast-deep-equal',
    equalRatio: rounded(equal.ratio),
    shuffledNanoseconds: Math.round(shuffled.ours),
    shuffledRatio: rounded(shuffled.ratio),
    restructuredNanoseconds: Math.round(restructured.ours),
    restructuredRatio: rounded(restructured.ratio),
  };
}
