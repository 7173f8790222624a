// Counts noise from pairs compared here, as the store counts it from its rows: pairs that differ, place by place.
import { generalise } from '../compare/generalise.ts';
import type { Difference } from '../outcome.ts';
import { type NoiseCount, type NoisePlace, placeKey, valueType } from './rates.ts';

/** `aa`: of legacy and its twin; `ab`: of legacy and the candidate. */
export type NoiseSide = 'aa' | 'ab';

/** Places kept; what differs at more of them has no path worth a rule. */
const MOST_PLACES = 20_000;

export class NoiseTally {
  readonly #pairs = { aa: 0, ab: 0 };
  readonly #places = new Map<string, { readonly place: NoisePlace; aa: number; ab: number }>();
  /** Pairs whose differences were not all listed: other places of theirs are not counted. */
  readonly cut = { aa: 0, ab: 0 };
  /** Pairs that differ at places beyond those kept. */
  beyond = 0;

  /** One pair that was compared, events on both sides. `most`: differences listed of a pair. */
  pair(side: NoiseSide, output: string, differences: readonly Difference[], most: number): void {
    this.#pairs[side]++;
    if (differences.length >= most) this.cut[side]++;
    const seen = new Set<string>();
    for (const { path, kind, legacy, candidate, rule } of differences) {
      if (rule !== undefined) continue;
      const place: NoisePlace = {
        output,
        pattern: generalise(path),
        kind,
        legacyType: valueType(legacy),
        candidateType: valueType(candidate),
      };
      const key = placeKey(place);
      if (seen.has(key)) continue;
      seen.add(key);
      const known = this.#places.get(key);
      if (known !== undefined) known[side]++;
      else if (this.#places.size < MOST_PLACES) {
        this.#places.set(key, { place, aa: 0, ab: 0, [side]: 1 });
      } else this.beyond++;
    }
  }

  /** Pairs compared. */
  get pairs(): Readonly<Record<NoiseSide, number>> {
    return this.#pairs;
  }

  counts(): readonly NoiseCount[] {
    return [...this.#places.values()].map(({ place, aa, ab }) => ({
      ...place,
      aa: { hits: aa, all: this.#pairs.aa },
      ab: { hits: ab, all: this.#pairs.ab },
    }));
  }
}
