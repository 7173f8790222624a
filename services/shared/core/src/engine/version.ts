// The version of a row: a pure function of the pair's own evidence, so that writers who should be dead are harmless.
//
// Rows of one identity are ordered, most significant first, by: judged at all (a provisional row yields to any other),
// complete (both sides seen), given up while alone, the first offsets (lower wins; for `last` the last offsets, higher
// wins), the number of events, a fingerprint of the remaining offsets, the rule-set epoch, and judged before
// inconclusive (or differing before only open). A lone row can therefore never displace a pair's row, a row that only shows how things stand never hides
// one that judges, and a row that knows more of the same pair always displaces one that knows less. Equal versions mean
// equal outcomes.
//
// A lone row that was given up for want of memory proves nothing; hidden behind a lone row of the other side it would
// let that one's absence stand although both sides came. So it outranks every other lone row.

export type Pick = 'sequence' | 'set' | 'last' | 'first';

/**
 * How far judging has come, each yielding to the next: provisional, provisional but known to differ, inconclusive, judged.
 */
export type Rank = 'provisional' | 'unsettled' | 'inconclusive' | 'judged';

const OFFSET_BITS = 53n;
const OFFSET_MAX = (1n << OFFSET_BITS) - 1n;
const MOST_OFFSET = Number.MAX_SAFE_INTEGER;
const COUNT_BITS = 20n;
const COUNT_MAX = (1 << 20) - 1;
const REST_BITS = 32n;
const EPOCH_BITS = 32n;

export interface VersionEvidence {
  readonly pick: Pick;
  /** Offsets of the events, ascending; empty when the side is absent. */
  readonly legacy: readonly number[];
  readonly candidate: readonly number[];
  readonly epoch: number;
  readonly rank: Rank;
}

/** 194 bits. */
export function rowVersion(evidence: VersionEvidence): bigint {
  const { legacy, candidate, pick, rank } = evidence;
  const isComplete = legacy.length > 0 && candidate.length > 0;
  let version = rank === 'provisional' || rank === 'unsettled' ? 0n : 4n;
  if (isComplete) version |= 2n;
  else if (rank === 'inconclusive') version |= 1n;
  version = (version << OFFSET_BITS) | anchor(legacy, pick);
  version = (version << OFFSET_BITS) | anchor(candidate, pick);
  version = (version << COUNT_BITS) | BigInt(Math.min(legacy.length + candidate.length, COUNT_MAX));
  version = (version << REST_BITS) | rest(legacy, candidate);
  version = (version << EPOCH_BITS) | BigInt(evidence.epoch >>> 0);
  return (version << 1n) | (rank === 'judged' || rank === 'unsettled' ? 1n : 0n);
}

const JUDGED_WHOLE = 6n;
const TAIL_BITS = COUNT_BITS + REST_BITS + EPOCH_BITS + 1n;

/**
 * The same for the commonest evidence, one event a side and judged, with half the arithmetic. Hot path: once for every
 * pair that agrees.
 */
export class PlainVersions {
  readonly #isLast: boolean;
  /** Two events, no remaining offsets, the epoch, judged. */
  readonly #tail: bigint;

  constructor(pick: Pick, epoch: number) {
    this.#isLast = pick === 'last';
    this.#tail = (2n << (REST_BITS + EPOCH_BITS + 1n)) | (BigInt(epoch >>> 0) << 1n) | 1n;
  }

  of(legacy: number, candidate: number): bigint {
    // Both anchors are below 2^53, where numbers are exact.
    const one = this.#isLast ? legacy + 1 : MOST_OFFSET - legacy;
    const other = this.#isLast ? candidate + 1 : MOST_OFFSET - candidate;
    const anchors = (((JUDGED_WHOLE << OFFSET_BITS) | BigInt(one)) << OFFSET_BITS) | BigInt(other);
    return (anchors << TAIL_BITS) | this.#tail;
  }
}

/** The offset that decides first: absent is 0, lower than any present one. */
function anchor(offsets: readonly number[], pick: Pick): bigint {
  if (offsets.length === 0) return 0n;
  if (pick === 'last') return BigInt(offsets[offsets.length - 1] as number) + 1n;
  return OFFSET_MAX - BigInt(offsets[0] as number);
}

/** Tells different remainders of equal length apart, the same way everywhere; it orders them arbitrarily but surely. */
function rest(legacy: readonly number[], candidate: readonly number[]): bigint {
  if (legacy.length <= 1 && candidate.length <= 1) return 0n;
  let h = Math.imul(legacy.length, 0x9e3779b1);
  for (const offsets of [legacy, candidate]) {
    for (const offset of offsets) {
      h = Math.imul(h ^ (offset % 0x100000000), 0x85ebca6b);
      h = Math.imul((h ^ (h >>> 15)) + Math.floor(offset / 0x100000000) + 1, 0xc2b2ae35);
      h ^= h >>> 13;
    }
  }
  return BigInt(h >>> 0);
}
