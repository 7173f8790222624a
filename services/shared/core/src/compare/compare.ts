// Compares what both sides published under one id.
import type { Comparison } from '../outcome.ts';
import type { ComparePlan } from './plan.ts';
import type { Content } from './spec.ts';

/**
 * Both lists hold at least one content, in judging order, repeats already collapsed by the caller. `type` is the event
 * type: part of the signature.
 */
export function compareContents(
  legacy: readonly Content[],
  candidate: readonly Content[],
  plan: ComparePlan,
  type = '',
): Comparison {
  if (legacy === candidate) return { kind: 'match' };
  return { kind: 'inconclusive', reason: `not-compared-${plan.spec.output}${type}` };
}
