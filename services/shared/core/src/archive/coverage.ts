// Coverage: how the objects of one partition, which may overlap, make one sequence of records, and where it has holes.

/** What one object holds: every record the log had from `from` to `last`, when it was read. */
export interface Piece {
  readonly key: string;
  readonly from: number;
  readonly first: number;
  readonly last: number;
}

/** Offsets from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Step<P extends Piece> extends Range {
  readonly piece: P;
}

/**
 * Which object to read for which offsets, in order, so that each record comes exactly once. Of objects that begin alike
 * the longest counts; one wholly inside what came before is not read at all.
 */
export function readingPlan<P extends Piece>(pieces: readonly P[], within: Range): Step<P>[] {
  const steps: Step<P>[] = [];
  let next = within.from;
  for (const piece of inOrder(pieces)) {
    const from = Math.max(next, piece.first);
    const to = Math.min(piece.last + 1, within.to);
    if (from >= to) continue;
    steps.push({ piece, from, to });
    next = to;
  }
  return steps;
}

/** Offsets between the first and the last object that no object was read over. */
export function gaps(pieces: readonly Piece[]): Range[] {
  const found: Range[] = [];
  let next: number | undefined;
  for (const piece of pieces.toSorted((a, b) => a.from - b.from)) {
    if (next !== undefined && piece.from > next) found.push({ from: next, to: piece.from });
    next = Math.max(next ?? 0, piece.last + 1);
  }
  return found;
}

/** Pairs of objects that hold the same offsets. */
export function overlaps<P extends Piece>(pieces: readonly P[]): (readonly [P, P])[] {
  const found: (readonly [P, P])[] = [];
  let open: P[] = [];
  for (const piece of inOrder(pieces)) {
    open = open.filter((earlier) => earlier.last >= piece.first);
    for (const earlier of open) found.push([earlier, piece]);
    open.push(piece);
  }
  return found;
}

function inOrder<P extends Piece>(pieces: readonly P[]): P[] {
  return pieces.toSorted((a, b) => a.first - b.first || b.last - a.last || (a.key < b.key ? -1 : 1));
}
