// What stands against a verdict that counts of pairs cannot tell: events lost or never compared, ids used again, a
// comparison that ended by itself.
import { SIDES } from '../outcome.ts';
import { formatCount, formatPercentage } from './judge.ts';
import type { Balance, SideLedgers } from './reconcile.ts';

/** Share of events, above which ids that come again make every count doubtful. */
const MOST_REUSED = 0.001;

const LOST_ROWS =
  'Either ids lie in several partitions of a topic, so that pairs share a row (`parallax doctor FILE` tells; `shuffle: true` on both sides cures it), or rows are gone from the store: --forget --from earliest judges all of it again.';

export interface LedgerDoubts {
  readonly reasons: readonly string[];
  /** Events that came for an id long after its pair was judged. */
  readonly reused: number;
}

/**
 * An id that is used again after its window is `late` where that is noticed: where its pair is remembered, or was asked
 * for. Where it is not, its row lies behind the earlier one, so the ledger counts events that no row holds. Once the
 * first was seen, the second is explained by it; alone it means a lost row.
 * @param undecided largest share of undecided pairs that was agreed to
 */
export function doubtLedger(ledger: SideLedgers, balance: Balance, undecided: number): LedgerDoubts {
  const late = SIDES.reduce((sum, side) => sum + ledger[side].late, 0);
  const lost = SIDES.reduce((sum, side) => sum + ledger[side].lost, 0);
  const consumed = balance.consumed.legacy + balance.consumed.candidate;
  const reused = late === 0 ? 0 : late + balance.unheld;
  const reasons: string[] = [];
  if (!balance.balances && late === 0) reasons.push(`${balance.says} ${LOST_ROWS}`);
  if (reused > consumed * MOST_REUSED) {
    reasons.push(
      `${formatCount(reused, 'event')} (${formatPercentage(reused / consumed, 'up')}) came for ids that had been judged longer ago than window.late; at most ${formatPercentage(MOST_REUSED, 'up')} may. If ids are used again, make them unique with a composite id, such as correlation: [ path:/order, path:/version ]; if answers are that late, raise window.late.`,
    );
  }
  if (waits(ledger)) {
    const waiting = SIDES.map((side) => `${formatCount(ledger[side].open, 'event')} of ${side}`).join(' and ');
    reasons.push(
      `${waiting} wait for each other, and none was judged. If that lasts, no id is on both sides: does \`correlation\` name the right places? \`parallax doctor FILE\` looks at a sample.`,
    );
  }
  for (const side of SIDES) {
    const unread = ledger[side]['no-id'] + ledger[side].undecodable;
    const all = balance.consumed[side];
    if (unread <= all * undecided) continue;
    reasons.push(
      `${formatCount(unread, 'event')} of ${side} (${formatPercentage(unread / all, 'up')}) had no id or could not be read, and were compared with nothing; at most ${formatPercentage(undecided, 'up')} may. \`parallax deadletters ls\` shows them: look at correlation and format.`,
    );
  }
  if (lost > consumed * undecided) {
    reasons.push(
      `${formatCount(lost, 'event')} (${formatPercentage(lost / consumed, 'up')}) expired before they were read; at most ${formatPercentage(undecided, 'up')} may. Keep the topics longer.`,
    );
  }
  return { reasons, reused };
}

export interface Halt {
  /** ISO 8601. */
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/**
 * The rows and the ledger stay as they were when comparing ended, and go on looking like a verdict. A comparator that
 * goes on writes the ledger with its first checkpoint, and what was before that no longer stands in the way.
 * @param asOf epoch ms of the newest checkpoint; 0 before the first
 */
export function doubtHalt(halt: Halt | null, asOf: number): readonly string[] {
  // The same millisecond: what ends comparing comes after the last checkpoint was copied.
  if (halt === null || Date.parse(halt.at) < asOf) return [];
  const end = /[.!?…]$/.test(halt.message) ? '' : '.';
  return [
    `Comparing halted at ${halt.at} (${halt.code}): ${halt.message}${end} What came since is not in these counts. Mend the cause and start the comparator again.`,
  ];
}

/** Both sides have events, and nothing has come of any. */
function waits(ledger: SideLedgers): boolean {
  return SIDES.every((side) => {
    const { open, agreed, accepted, diverged, undecided } = ledger[side];
    return open > 0 && agreed + accepted + diverged + undecided === 0;
  });
}
