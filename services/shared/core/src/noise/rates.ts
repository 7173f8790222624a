// Noise, path by path: how often legacy differs from its twin there, how often from the candidate, and whether that is more.
import type { DifferenceKind } from '../outcome.ts';
import { deviationsFor, type Interval, newcombe, type Share, wilson } from './proportions.ts';

export const VALUE_TYPES = ['missing', 'null', 'boolean', 'number', 'string', 'array', 'object'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

/** One way to differ: where, how, and what kind of value became what. */
export interface NoisePlace {
  readonly output: string;
  /** As a rule writes it. */
  readonly pattern: string;
  readonly kind: DifferenceKind;
  readonly legacyType: ValueType;
  readonly candidateType: ValueType;
}

/** A/A: legacy and its twin. A/B: legacy and the candidate. `hits`: pairs that differ there; `all`: pairs compared. */
export interface NoiseCount extends NoisePlace {
  readonly aa: Share;
  readonly ab: Share;
}

/**
 * `noise`: legacy differs from itself there, and the candidate not provably more often. `above-noise`: legacy differs
 * from itself, the candidate more often. `only-candidate`: legacy was never seen to differ from itself there, so what is
 * seen is no noise, however little.
 */
export type NoiseVerdict = 'noise' | 'above-noise' | 'only-candidate';

export interface NoiseRate extends NoiseCount {
  readonly aaInterval: Interval;
  readonly abInterval: Interval;
  /** Of A/B less A/A. */
  readonly excess: Interval;
  readonly verdict: NoiseVerdict;
}

export interface NoiseRates {
  readonly rates: readonly NoiseRate[];
  /** Of all intervals of one kind together: Bonferroni's correction, so that many paths do not make one of them an alarm. */
  readonly confidence: number;
  /** Of each interval alone. */
  readonly each: number;
}

const RANK: Readonly<Record<NoiseVerdict, number>> = { 'above-noise': 0, 'only-candidate': 1, noise: 2 };

/**
 * The largest excess first, within each verdict. The intervals hold for one look: who looks again and again until one of
 * them is above zero will see that happen by chance more often than `confidence` says.
 */
export function noiseRates(counts: readonly NoiseCount[], confidence = 0.95): NoiseRates {
  const each = 1 - (1 - confidence) / Math.max(1, counts.length);
  const deviations = deviationsFor(each);
  const rates = counts.map((count): NoiseRate => {
    const { aa, ab } = count;
    const excess = newcombe(ab, aa, deviations);
    const verdict = aa.hits === 0 ? 'only-candidate' : excess.low > 0 ? 'above-noise' : 'noise';
    return {
      ...count,
      aaInterval: wilson(aa, deviations),
      abInterval: wilson(ab, deviations),
      excess,
      verdict,
    };
  });
  return {
    rates: rates.toSorted(
      (a, b) =>
        RANK[a.verdict] - RANK[b.verdict] ||
        b.ab.hits / Math.max(1, b.ab.all) - a.ab.hits / Math.max(1, a.ab.all) ||
        (placeKey(a) < placeKey(b) ? -1 : 1),
    ),
    confidence,
    each,
  };
}

export function placeKey({ output, pattern, kind, legacyType, candidateType }: NoisePlace): string {
  return JSON.stringify([output, pattern, kind, legacyType, candidateType]);
}

/** Of a value as a difference shows it; undefined: that side has none. */
export function valueType(text: string | undefined): ValueType {
  if (text === undefined) return 'missing';
  switch (text[0]) {
    case '"':
      return 'string';
    case '{':
      return 'object';
    case '[':
      return 'array';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
}
