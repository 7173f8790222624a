// The demo's fault plan: which documents' outputs are published late, twice, or not at all, known from the seed alone.
import type { Side } from '@parallax/core';

export const FAULT_KINDS = ['late', 'duplicated', 'missing'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  readonly side: Side;
  /** Path of the document: its correlation id. */
  readonly document: string;
  /** How long a late output is held back; 0 for the other kinds. Milliseconds. */
  readonly delayMs: number;
}

export interface FaultPlan {
  readonly seed: number;
  readonly faults: readonly PlannedFault[];
}

export interface FaultPlanOptions {
  readonly seed: number;
  /**
   * The documents the candidate will answer, in the order they are fed. A missing output is proven only a whole
   * deadline after it was due, so missing ones are taken from the first third.
   */
  readonly documents: readonly string[];
  /** Late outputs come between twice the settle time and half the deadline: after settling, before absence. */
  readonly settleMs: number;
  readonly deadlineMs: number;
}

/** The candidate's share of the plan; legacy, which runs well, gets a single duplicate. */
const CANDIDATE_COUNTS: Readonly<Record<FaultKind, number>> = { late: 3, duplicated: 3, missing: 2 };
const LEGACY_DUPLICATES = 1;

/** A pure function of its arguments. No document has two faults; fewer documents than faults give a shorter plan. */
export function faultPlan({ seed, documents, settleMs, deadlineMs }: FaultPlanOptions): FaultPlan {
  const random = mulberry32(seed);
  const free = new Set(documents);
  const draw = (count: number, from: readonly string[]): string[] => {
    const drawn: string[] = [];
    for (let candidates = from.filter((one) => free.has(one)); drawn.length < count && candidates.length > 0; ) {
      const [document] = candidates.splice(Math.floor(random() * candidates.length), 1);
      if (document === undefined) break;
      free.delete(document);
      drawn.push(document);
    }
    return drawn;
  };
  const delay = () => Math.round(2 * settleMs + random() * Math.max(0, deadlineMs / 2 - 2 * settleMs));

  const missing = draw(CANDIDATE_COUNTS.missing, documents.slice(0, Math.ceil(documents.length / 3)));
  const late = draw(CANDIDATE_COUNTS.late, documents);
  const duplicated = draw(CANDIDATE_COUNTS.duplicated, documents);
  const legacy = draw(LEGACY_DUPLICATES, documents);
  const fault = (kind: FaultKind, side: Side, delayMs = 0) => {
    return (document: string): PlannedFault => ({ kind, side, document, delayMs });
  };
  return {
    seed,
    faults: [
      ...late.map((document) => fault('late', 'candidate', delay())(document)),
      ...duplicated.map(fault('duplicated', 'candidate')),
      ...legacy.map(fault('duplicated', 'legacy')),
      ...missing.map(fault('missing', 'candidate')),
    ],
  };
}

/** The faults of one side, by document. */
export function faultsOf(plan: FaultPlan, side: Side): ReadonlyMap<string, PlannedFault> {
  return new Map(plan.faults.filter((fault) => fault.side === side).map((fault) => [fault.document, fault]));
}

/** Tommy Ettinger's mulberry32: 32 bits of state, good enough to draw a few names, the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
