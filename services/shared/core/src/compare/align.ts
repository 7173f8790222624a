// Which elements of two arrays are the same, in order: a longest common subsequence of their hashes while that is cheap,
// anchored at elements that occur once where it is not. Deterministic; never more than proposes.

/** Myers' search gives up beyond this many insertions and removals; its memory is the square of it. */
const MAX_EDITS = 1000;

/** For each element of `a` the index of its partner in `b`, or -1; partners ascend. */
export function align(a: Int32Array, b: Int32Array): Int32Array {
  const partners = new Int32Array(a.length).fill(-1);
  let from = 0;
  let aEnd = a.length;
  let bEnd = b.length;
  while (from < aEnd && from < bEnd && a[from] === b[from]) partners[from] = from++;
  while (aEnd > from && bEnd > from && a[aEnd - 1] === b[bEnd - 1]) partners[--aEnd] = --bEnd;
  if (from === aEnd || from === bEnd) return partners;
  const left = a.subarray(from, aEnd);
  const right = b.subarray(from, bEnd);
  const found = shortestEdit(left, right) ?? anchored(left, right);
  for (let i = 0; i < found.length; i++) {
    const partner = found[i] as number;
    if (partner >= 0) partners[from + i] = from + partner;
  }
  return partners;
}

/** Myers (1986), An O(ND) difference algorithm; undefined beyond MAX_EDITS. */
function shortestEdit(a: Int32Array, b: Int32Array): Int32Array | undefined {
  const n = a.length;
  const m = b.length;
  const most = Math.min(MAX_EDITS, n + m);
  const offset = most + 1;
  const furthest = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    trace.push(furthest.slice(offset - edits, offset + edits + 1));
    for (let k = -edits; k <= edits; k += 2) {
      const down =
        k === -edits || (k !== edits && (furthest[offset + k - 1] as number) < (furthest[offset + k + 1] as number));
      let x = down ? (furthest[offset + k + 1] as number) : (furthest[offset + k - 1] as number) + 1;
      let y = x - k;
      while (x < n && y < m && a[x] === b[y]) {
        x++;
        y++;
      }
      furthest[offset + k] = x;
      if (x >= n && y >= m) return backtrack(trace, edits, n, m);
    }
  }
  return undefined;
}

function backtrack(trace: readonly Int32Array[], edits: number, n: number, m: number): Int32Array {
  const partners = new Int32Array(n).fill(-1);
  let x = n;
  let y = m;
  for (let d = edits; d > 0; d--) {
    const before = trace[d] as Int32Array;
    const at = (k: number): number => before[k + d] as number;
    const k = x - y;
    const down = k === -d || (k !== d && at(k - 1) < at(k + 1));
    const beforeK = down ? k + 1 : k - 1;
    const beforeX = at(beforeK);
    const beforeY = beforeX - beforeK;
    const snake = down ? beforeX : beforeX + 1;
    while (x > snake) partners[--x] = --y;
    x = beforeX;
    y = beforeY;
  }
  while (x > 0) partners[--x] = --y;
  return partners;
}

/** Elements that occur once on each side, the longest ascending run of them, and equal neighbours of those. */
function anchored(a: Int32Array, b: Int32Array): Int32Array {
  const partners = new Int32Array(a.length).fill(-1);
  const inA = single(a);
  const inB = single(b);
  const pairs: [number, number][] = [];
  for (const [hash, i] of inA) {
    const j = inB.get(hash);
    if (i >= 0 && j !== undefined && j >= 0) pairs.push([i, j]);
  }
  pairs.sort((one, other) => one[0] - other[0]);
  let lastI = -1;
  let lastJ = -1;
  for (const [i, j] of longestAscending(pairs)) {
    if (i <= lastI || j <= lastJ) continue;
    let x = i;
    let y = j;
    while (x - 1 > lastI && y - 1 > lastJ && a[x - 1] === b[y - 1]) partners[--x] = --y;
    x = i;
    y = j;
    while (x < a.length && y < b.length && a[x] === b[y]) partners[x++] = y++;
    lastI = x - 1;
    lastJ = y - 1;
  }
  return partners;
}

/** Where each hash stands; -1 when it stands in several places. */
function single(hashes: Int32Array): Map<number, number> {
  const places = new Map<number, number>();
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i] as number;
    places.set(hash, places.has(hash) ? -1 : i);
  }
  return places;
}

function longestAscending(pairs: readonly [number, number][]): readonly [number, number][] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length).fill(-1);
  for (let p = 0; p < pairs.length; p++) {
    const j = (pairs[p] as [number, number])[1];
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] as number] as [number, number])[1] < j) low = middle + 1;
      else high = middle;
    }
    before[p] = low === 0 ? -1 : (tails[low - 1] as number);
    tails[low] = p;
  }
  const run: [number, number][] = [];
  for (let p = tails.at(-1) ?? -1; p >= 0; p = before[p] as number) run.push(pairs[p] as [number, number]);
  return run.reverse();
}
