// kernel.rules: how much slower pairs of 2 KB are compared under 1,000 rules than under the four of kernel.order.
import type { RuleSpec } from '@parallax/core';
import { comparing, median, ROUNDS, timed } from '../bench/kernel/contest.ts';
import { pairOf, RULES, VARIANTS } from '../bench/kernel/documents.ts';
import type { Measurement } from './measurement.ts';

export const about = 'how much slower 1,000 rules make the comparison of pairs of 2 KB';

const MANY = 1_000;
const TURNS = 2_000;

/** Rules for other places of the same document, and for places anywhere. */
function others(count: number): readonly RuleSpec[] {
  return Array.from({ length: count }, (_, i): RuleSpec => {
    const name = `other ${i}`;
    switch (i % 4) {
      case 0:
        return { kind: 'ignore', name, paths: [`/items/*/absent${i}`] };
      case 1:
        return { kind: 'tolerance', name, path: `/totals/absent${i}`, absolute: 0.01 };
      case 2:
        return { kind: 'unordered', name, path: `/customer/absent${i}/list` };
      default:
        return { kind: 'nullish', name, path: `/**/absent${i}`, same: ['null', 'missing'] };
    }
  });
}

export default async function kernelRules(): Promise<Measurement> {
  const many = [...others(MANY - RULES.length), ...RULES];
  const slower = VARIANTS.map((variant) => {
    const [legacy, candidate] = pairOf('order', variant);
    const [few, all] = [comparing(legacy, candidate, RULES), comparing(legacy, candidate, many)];
    const ratios = Array.from({ length: ROUNDS + 1 }, () => {
      const before = timed(few, TURNS);
      return timed(all, TURNS) / before;
    });
    return [`${variant}Percent`, Math.round((median(ratios.slice(1)) - 1) * 1_000) / 10] as const;
  });
  return {
    value: Math.max(...slower.map(([, percent]) => percent)),
    unit: '% slower at worst',
    runs: ROUNDS,
    rules: MANY,
    ...Object.fromEntries(slower),
  };
}
