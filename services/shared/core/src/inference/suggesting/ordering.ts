// The rule for an array whose order differs.
import type { ReorderedArray } from '../arrays.ts';
import type { Proposal } from './proposals.ts';

export function unordered({ path, key, pairs, reordered, same }: ReorderedArray): Proposal {
  const what = key === undefined ? 'elements' : `keys (${key})`;
  return {
    rule: { unordered: { path, ...(key === undefined ? {} : { key }) } },
    reason: `in another order in ${reordered} of ${pairs} pairs; the same ${what} in ${same}`,
    risk: {
      level: key === undefined ? 'medium' : 'low',
      text: `an order that has a meaning${key === undefined ? '; without a key, elements are matched as whole values' : ''}`,
    },
    patterns: [path],
  };
}
