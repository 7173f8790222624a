// A pair made as small as it stays a failure: pieces are left out of both payloads, ever smaller ones.
import type { BytePair } from './pairs.ts';

/** How often it may be asked whether a pair still fails. */
const ASKED = 500;
/** Cutting larger payloads would take too long. */
const LARGEST = 10_000;

export function smaller(pair: BytePair, fails: (pair: BytePair) => boolean): BytePair {
  let best = pair;
  let asked = 0;
  if (Math.max(pair.legacy.length, pair.candidate.length) > LARGEST) return pair;
  const without = (bytes: Uint8Array, at: number, length: number): Uint8Array => {
    const kept = new Uint8Array(Math.max(0, bytes.length - Math.min(length, Math.max(0, bytes.length - at))));
    kept.set(bytes.subarray(0, at));
    if (at + length < bytes.length) kept.set(bytes.subarray(at + length), at);
    return kept;
  };
  for (let length = Math.ceil(Math.max(pair.legacy.length, pair.candidate.length) / 2); length >= 1; ) {
    const before = best;
    for (let at = 0; at < Math.max(best.legacy.length, best.candidate.length) && asked < ASKED; ) {
      const [legacy, candidate] = [without(best.legacy, at, length), without(best.candidate, at, length)];
      const tries = [
        { ...best, legacy, candidate },
        { ...best, legacy },
        { ...best, candidate },
      ];
      const found = tries.find((next) => {
        asked++;
        const changes = next.legacy.length + next.candidate.length < best.legacy.length + best.candidate.length;
        return changes && fails(next);
      });
      if (found === undefined) at += length;
      else best = found;
    }
    if (best === before) length = length === 1 ? 0 : Math.floor(length / 2);
  }
  return best;
}
