// What a misspelt key was probably meant to be.

/** Letters from which on a word is taken for the beginning of another. */
const SHORTEST = 3;

/** The nearest of the known words, if it is near enough to be worth saying, else the one it begins. */
export function suggest(word: string, known: readonly string[]): string | undefined {
  const wanted = plain(word);
  let best: string | undefined;
  let least = Math.floor(Math.max(wanted.length, 3) / 3) + 1;
  for (const candidate of known) {
    const distance = edits(wanted, plain(candidate));
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return (
    best ?? (wanted.length < SHORTEST ? undefined : known.find((candidate) => plain(candidate).startsWith(wanted)))
  );
}

/** `max_outage`, `max-outage` and `MaxOutage` are all meant for `maxOutage`. */
function plain(word: string): string {
  return word
    .slice(0, 40)
    .toLowerCase()
    .replace(/[-_. ]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours between two words (optimal string alignment). */
function edits(left: string, right: string): number {
  let older: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let least = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) least = Math.min(least, (older[column - 2] ?? 0) + 1);
      current.push(least);
    }
    older = above;
    above = current;
  }
  return above[right.length] ?? 0;
}
