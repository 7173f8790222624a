// Offsets that are gone for good, as ascending runs of neighbours: few, however many they hold, and never changed in place.

export type OffsetRun = readonly [first: number, length: number];
export type OffsetRuns = readonly OffsetRun[];

export const NO_RUNS: OffsetRuns = [];

/** Both lists ascending, each without overlaps; neighbours and overlaps become one run. */
export function mergeRuns(left: OffsetRuns, right: OffsetRuns): OffsetRuns {
  const merged: [number, number][] = [];
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    const one = left[i];
    const two = right[j];
    const isLeft = two === undefined || (one !== undefined && one[0] <= two[0]);
    const [first, length] = (isLeft ? one : two) as OffsetRun;
    if (isLeft) i++;
    else j++;
    const last = merged.at(-1);
    if (last === undefined || first > last[0] + last[1]) merged.push([first, length]);
    else last[1] = Math.max(last[0] + last[1], first + length) - last[0];
  }
  return merged;
}

export function runsHold(runs: OffsetRuns, offset: number): boolean {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const [first, length] = runs[middle] as OffsetRun;
    if (offset < first) high = middle;
    else if (offset >= first + length) low = middle + 1;
    else return true;
  }
  return false;
}

export function countRuns(runs: OffsetRuns): number {
  let offsets = 0;
  for (const [, length] of runs) offsets += length;
  return offsets;
}
