// Whether each planned fault was found, judged from what Parallax wrote: the pairs' rows and the ledger.
import { type PairRow, SIDES, type Side } from '@parallax/core';
import type { FaultPlan, PlannedFault } from './faults.ts';

export interface FaultFinding {
  readonly fault: PlannedFault;
  readonly found: boolean;
  /** What was seen, in a few words. */
  readonly evidence: string;
}

export interface Seen {
  /** Latest row of a document's pair. */
  readonly row: (document: string) => Pick<PairRow, 'outcome' | 'converged_ms'> | undefined;
  /** Events in each side's ledger column `duplicate`. */
  readonly duplicates: Readonly<Record<Side, number>>;
  readonly settleMs: number;
}

/**
 * Late: the pair was judged with both sides although they came further apart than `settle`. Duplicated: the column
 * holds exactly as many events as were planned for the side. Missing: the outcome says so.
 */
export function findFaults(plan: FaultPlan, seen: Seen): readonly FaultFinding[] {
  return plan.faults.map((fault) => ({ fault, ...look(fault, plan, seen) }));
}

type Found = Omit<FaultFinding, 'fault'>;

function look(fault: PlannedFault, plan: FaultPlan, seen: Seen): Found {
  const row = seen.row(fault.document);
  switch (fault.kind) {
    case 'late':
      return late(row, fault.side, seen.settleMs);
    case 'duplicated': {
      const planned = plan.faults.filter(({ kind, side }) => kind === 'duplicated' && side === fault.side).length;
      const count = seen.duplicates[fault.side];
      return { found: count === planned, evidence: `${count} in column duplicate, ${planned} planned` };
    }
    case 'missing':
      return { found: row?.outcome === `missing-${fault.side}`, evidence: row?.outcome ?? 'not judged' };
  }
}

function late(row: ReturnType<Seen['row']>, side: Side, settleMs: number): Found {
  if (row === undefined) return { found: false, evidence: 'not judged' };
  if (row.converged_ms === null) return { found: false, evidence: row.outcome };
  const behindMs = side === 'candidate' ? row.converged_ms : -row.converged_ms;
  const other = SIDES.find((one) => one !== side) ?? side;
  return {
    found: behindMs > settleMs,
    evidence: `judged, ${(behindMs / 1_000).toFixed(1)} s behind ${other}`,
  };
}
