// The pairs judged last, without reading the table: candidates by a narrow read, then their rows by id.
//
// The narrow read sees every version of a pair, and an older one may have been judged later than the one that counts. What
// counts is among the candidates all the same whenever it was judged after the last of them: such rows are exact, and when
// they are too few, more candidates are taken.
import type { PairRow } from '@parallax/core';

export interface Candidate {
  readonly id: string;
  /** Epoch ms. */
  readonly judgedAt: number;
}

export interface RecentAround {
  /** Versions that are not provisional, of the partition, judged at or after `since`, the latest first. */
  readonly candidates: (limit: number, since: number) => Promise<readonly Candidate[]>;
  /** The row that counts of each id. */
  readonly lookup: (ids: readonly string[]) => Promise<readonly PairRow[]>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Most restarts follow soon: then parts that were merged long ago need not be read. */
const FIRST_WINDOW_MS = 3_600_000;

export async function recentPairs(around: RecentAround, partition: number, limit: number): Promise<readonly PairRow[]> {
  let since = around.now() - FIRST_WINDOW_MS;
  for (let wanted = Math.ceil(limit * 1.1) + 100; ; ) {
    const candidates = await around.candidates(wanted, since);
    const isAll = candidates.length < wanted;
    if (isAll && since > Number.NEGATIVE_INFINITY) {
      since = Number.NEGATIVE_INFINITY;
      continue;
    }
    const last = isAll ? Number.NEGATIVE_INFINITY : (candidates.at(-1)?.judgedAt ?? 0);
    const rows = (await around.lookup([...new Set(candidates.map(({ id }) => id))]))
      .filter((row) => row.state !== 'provisional' && row.judged_at > last)
      .filter((row) => row.legacy_partition === partition || row.candidate_partition === partition)
      .sort(
        (left, right) =>
          right.judged_at - left.judged_at || Buffer.compare(Buffer.from(left.id), Buffer.from(right.id)),
      );
    if (isAll || rows.length >= limit) return rows.slice(0, limit);
    wanted *= 4;
  }
}
