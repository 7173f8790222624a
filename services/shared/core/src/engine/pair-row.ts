// The rows of one judged or provisional pair.
import { generalise } from '../compare/generalise.ts';
import type { DifferenceRow, PairRow, RowState } from '../rows.ts';
import type { AgreedPairs } from './agreed-pairs.ts';
import type { JoinConfig } from './config.ts';
import type { Judgement } from './judgement.ts';
import { type Pair, type PairEvent, typeOf } from './pair.ts';
import { type PlainVersions, type Rank, rowVersion } from './version.ts';

export function pairRow(
  pair: Pair,
  judgement: Judgement,
  state: RowState,
  was: PairRow['was'],
  now: number,
  config: JoinConfig,
): PairRow {
  const { legacy, candidate } = pair;
  const legacyTime = pair.base?.legacyTime ?? legacy[0]?.timestamp ?? null;
  const candidateTime = pair.base?.candidateTime ?? candidate[0]?.timestamp ?? null;
  const legacyOffsets = legacy.map((event) => event.offset);
  const candidateOffsets = candidate.map((event) => event.offset);
  return {
    experiment: config.experiment,
    run: config.run,
    output: config.output,
    id: pair.id,
    type: typeOf(pair),
    outcome: judgement.outcome,
    reason: judgement.reason,
    state,
    first_seen: firstSeen(pair, now),
    judged_at: now,
    was,
    legacy_time: legacyTime,
    candidate_time: candidateTime,
    legacy_partition: legacy.length > 0 ? config.partition : null,
    candidate_partition: candidate.length > 0 ? config.partition : null,
    legacy_offsets: legacyOffsets,
    candidate_offsets: candidateOffsets,
    legacy_count: legacy.length,
    candidate_count: candidate.length,
    legacy_digest: digests(legacy),
    candidate_digest: digests(candidate),
    converged_ms:
      legacyTime === null || candidateTime === null || !config.sharesTime ? null : candidateTime - legacyTime,
    signature: judgement.signature,
    rules_version: config.rulesVersion,
    version: rowVersion({
      pick: config.pick,
      legacy: legacyOffsets,
      candidate: candidateOffsets,
      epoch: config.rulesVersion,
      rank: rankOf(state, judgement),
    }),
  };
}

/** The row of one that agreed: what {@link pairRow} gives for the pair it would make. */
export function agreedRow(
  agreed: AgreedPairs,
  entry: number,
  now: number,
  config: JoinConfig,
  versions: PlainVersions,
): PairRow {
  const { legacy, candidate } = agreed;
  const legacyTime = legacy.timestamp(entry);
  const candidateTime = candidate.timestamp(entry);
  const legacyOffset = legacy.offset(entry);
  const candidateOffset = candidate.offset(entry);
  return {
    experiment: config.experiment,
    run: config.run,
    output: config.output,
    id: agreed.idOf(entry),
    type: agreed.typeOf(entry),
    outcome: agreed.agreementOf(entry),
    reason: '',
    state: 'final',
    first_seen: Math.min(legacy.arrived(entry), candidate.arrived(entry)),
    judged_at: now,
    was: '',
    legacy_time: legacyTime,
    candidate_time: candidateTime,
    legacy_partition: config.partition,
    candidate_partition: config.partition,
    legacy_offsets: [legacyOffset],
    candidate_offsets: [candidateOffset],
    legacy_count: 1,
    candidate_count: 1,
    legacy_digest: legacy.digest(entry),
    candidate_digest: candidate.digest(entry),
    converged_ms: config.sharesTime ? candidateTime - legacyTime : null,
    signature: '',
    rules_version: config.rulesVersion,
    version: versions.of(legacyOffset, candidateOffset),
  };
}

export function differenceRows(row: PairRow, judgement: Judgement): DifferenceRow[] {
  return judgement.differences.map((difference, position) => ({
    experiment: row.experiment,
    run: row.run,
    output: row.output,
    id: row.id,
    version: row.version,
    position,
    path: difference.path,
    pattern: generalise(difference.path),
    kind: difference.kind,
    legacy: difference.legacy ?? null,
    candidate: difference.candidate ?? null,
    rule: difference.rule ?? '',
    severity: difference.severity ?? '',
    event: difference.event ?? null,
  }));
}

function rankOf(state: RowState, { outcome }: Judgement): Rank {
  if (state === 'provisional') return outcome === 'mismatch' ? 'unsettled' : 'provisional';
  return outcome === 'inconclusive' ? 'inconclusive' : 'judged';
}

function firstSeen(pair: Pair, now: number): number {
  const first = Math.min(pair.legacy[0]?.arrived ?? now, pair.candidate[0]?.arrived ?? now);
  return Number.isFinite(first) ? first : now;
}

function digests(events: readonly PairEvent[]): string {
  return events.length === 1 ? (events[0] as PairEvent).digest : events.map((event) => event.digest).join(',');
}
