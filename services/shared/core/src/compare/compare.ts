// Compares what both sides published under one id.
import type { Comparison } from '../outcome.ts';
import { comparePair, type PairResult } from './contents.ts';
import { compareBytes, type Ways } from './documents.ts';
import { Findings } from './findings.ts';
import { IdMaps } from './kinds/bijection.ts';
import { Knowing } from './knowing.ts';
import type { ComparePlan } from './plan.ts';
import { pairSet } from './sets.ts';
import type { Content } from './spec.ts';

/**
 * Both lists hold at least one content, in judging order, repeats already collapsed by the caller. `type` is the event
 * type: rules may be for some types only, and it is part of the signature. `at`: epoch ms of the newest record; rules that
 * had expired by then do not hold. Absent: those hold that did when the plan was compiled.
 */
export function compareContents(
  legacy: readonly Content[],
  candidate: readonly Content[],
  plan: ComparePlan,
  type = '',
  at?: number,
): Comparison {
  return compareWith(legacy, candidate, plan, type, true, at);
}

/** `walk`: false forces the full comparison; the outcome is the same. */
export function compareWith(
  legacy: readonly Content[],
  candidate: readonly Content[],
  whole: ComparePlan,
  type: string,
  walk: boolean,
  at?: number,
): Comparison {
  const plan = whole.types?.of(type) ?? whole;
  const { spec, known } = plan;
  const isQuick = walk && legacy.length === 1 && candidate.length === 1 && comparesValueOnly(plan);
  if (isQuick) {
    const answer = quickly(legacy[0] as Content, candidate[0] as Content, plan);
    if (answer !== undefined) {
      plan.tally.pair(undefined);
      return answer;
    }
    const different = noted(legacy[0] as Content, candidate[0] as Content, plan, type);
    if (different !== undefined) return different;
  }
  const ways: Ways = !walk ? 'full' : isQuick ? 'parsed' : 'all';
  if (known === undefined) return told(found(legacy, candidate, plan, ways), plan, type);
  const first = found(legacy, candidate, plan, ways, new Knowing(known, at));
  if (first.findings.counting === 0 || known.signatures.size === 0) return told(first, plan, type);
  // A signature is that of all there is, so it is known only now: once without the other known differences, once with.
  const signatures = [first.findings.signature(spec.output, type), first.findings.bareSignature(spec.output, type)];
  const isKnown = signatures.some((signature) => known.signatures.has(signature));
  const last = isKnown ? found(legacy, candidate, plan, ways, new Knowing(known, at, signatures)) : first;
  return told(last, plan, type);
}

function told(result: Found, { spec, tally }: ComparePlan, type: string): Comparison {
  tally.pair(result.findings.hits, result.findings.sharedKeys);
  return concluded(result, spec.output, type);
}

interface Found {
  readonly findings: Findings;
  /** Identical, rules apart. */
  readonly identical: boolean;
}

/** All there is between the two lists. */
function found(
  legacy: readonly Content[],
  candidate: readonly Content[],
  plan: ComparePlan,
  ways: Ways,
  knowing?: Knowing,
): Found {
  const { spec } = plan;
  const several = legacy.length > 1 || candidate.length > 1;
  const findings = new Findings(spec.budgets.differencesPerPair, plan.masks, knowing);
  const newIds = (): IdMaps | undefined => (plan.mapsIds ? new IdMaps(several) : undefined);
  const ids = newIds();
  const judge = (one: Content, other: Content, bound = ids): PairResult =>
    comparePair(one, other, plan, ways, bound, knowing);
  let identical = true;
  const take = (result: PairResult, event: number): void => {
    if (!result.identical) identical = false;
    findings.merge(result.findings, several ? event : undefined);
  };
  if (several && legacy.length !== candidate.length && spec.counts === 'compare') {
    identical = false;
    findings.addPlain({ path: '', kind: 'count', legacy: String(legacy.length), candidate: String(candidate.length) });
  }
  if (spec.pick === 'set' && several) {
    const alone = (one: Content, other: Content): PairResult => judge(one, other, newIds());
    pairSet(
      legacy,
      candidate,
      alone,
      // Ids bind the pairs that were chosen, not those that were tried.
      (result, i, j) => take(plan.mapsIds ? judge(legacy[i] as Content, candidate[j] as Content) : result, i),
      findings,
    );
  } else {
    for (const [i, j] of picked(spec.pick, legacy.length, candidate.length)) {
      take(judge(legacy[i] as Content, candidate[j] as Content), i);
    }
  }
  return { findings, identical };
}

/** From the least to the gravest: match, equivalent, improved, known, mismatch. What could not be judged is none of them. */
function concluded({ findings, identical }: Found, output: string, type: string): Comparison {
  const { counting, stopped, known, improved } = findings;
  if (counting > 0) {
    return { kind: 'mismatch', differences: findings.differences(), signature: findings.signature(output, type) };
  }
  if (stopped !== undefined) return { kind: 'inconclusive', reason: stopped };
  if (identical) return MATCH;
  const differences = findings.differences();
  if (known > 0) return { kind: 'known', differences, signature: findings.bareSignature(output, type) };
  return { kind: improved > 0 ? 'improved' : 'equivalent', differences };
}

const MATCH: Comparison = { kind: 'match' };
const EQUIVALENT: Comparison = { kind: 'equivalent', differences: [] };

function comparesValueOnly({ spec: { compare } }: ComparePlan): boolean {
  return compare.value && !compare.key && compare.headers.length === 0;
}

/** The common case without any allocation: one event each, of which only the value is compared. */
function quickly(legacy: Content, candidate: Content, plan: ComparePlan): Comparison | undefined {
  const answer = compareBytes(legacy, candidate, plan, true);
  if (answer === undefined) return undefined;
  return answer === 'identical' ? MATCH : EQUIVALENT;
}

/** What the walk has noted already: then nothing is left to be compared, and nothing to be merged. */
function noted(
  { value: one }: Content,
  { value: other }: Content,
  plan: ComparePlan,
  type: string,
): Comparison | undefined {
  const { walker, masks, spec, tally } = plan;
  if (walker?.isNoted !== true || one === null || other === null) return undefined;
  const limit = spec.budgets.differencesPerPair;
  if (masks === undefined) {
    const mismatch = walker.mismatch(one, other, spec.output, type, limit);
    if (mismatch !== undefined) tally.pair(undefined);
    return mismatch;
  }
  const findings = new Findings(limit, masks);
  return walker.tell(one, other, findings) ? told({ findings, identical: false }, plan, type) : undefined;
}

/** Which events are compared with each other. Where counts are ignored, a sequence is compared as far as both go. */
function picked(
  pick: ComparePlan['spec']['pick'],
  legacy: number,
  candidate: number,
): readonly (readonly [number, number])[] {
  if (pick === 'first') return [[0, 0]];
  if (pick === 'last') return [[legacy - 1, candidate - 1]];
  return Array.from({ length: Math.min(legacy, candidate) }, (_, i) => [i, i] as const);
}
