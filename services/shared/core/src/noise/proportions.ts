// Intervals of shares, and of the difference of two shares.
//
// One share: the score interval of E. B. Wilson (J. Am. Stat. Assoc. 22, 1927, 209-212). A difference: the hybrid score
// interval, method 10 of R. G. Newcombe (Statistics in Medicine 17, 1998, 873-890), made of two Wilson intervals. Both
// keep near their confidence for shares near 0 and for small counts, where the textbook interval fails.
// The quantile of the normal distribution is M. J. Wichura's algorithm AS 241, PPND7 (Applied Statistics 37, 1988,
// 477-484): right to about one part in ten million.

export interface Share {
  /** Of `all`; a whole number. */
  readonly hits: number;
  readonly all: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** How many standard deviations a two-sided interval of this confidence reaches; 0.95 gives 1.96. */
export function deviationsFor(confidence: number): number {
  return normalQuantile(1 - (1 - confidence) / 2);
}

/** Of nothing: from 0 to 1. */
export function wilson({ hits, all }: Share, deviations: number): Interval {
  if (all === 0) return { low: 0, high: 1 };
  const square = deviations * deviations;
  const share = hits / all;
  const middle = share + square / (2 * all);
  const reach = deviations * Math.sqrt((share * (1 - share)) / all + square / (4 * all * all));
  const scale = 1 + square / all;
  return {
    low: hits === 0 ? 0 : Math.max(0, (middle - reach) / scale),
    high: hits === all ? 1 : Math.min(1, (middle + reach) / scale),
  };
}

/**
 * Of `one` less `other`, counted independently. Where the same ids are in both, as with a twin, their shares rise and
 * fall together, and the interval is too wide rather than too narrow.
 */
export function newcombe(one: Share, other: Share, deviations: number): Interval {
  const [a, b] = [wilson(one, deviations), wilson(other, deviations)];
  const share = ({ hits, all }: Share) => (all === 0 ? 0.5 : hits / all);
  const [p, q] = [share(one), share(other)];
  return {
    low: Math.max(-1, p - q - Math.hypot(p - a.low, b.high - q)),
    high: Math.min(1, p - q + Math.hypot(a.high - p, q - b.low)),
  };
}

/** Of 0 < p < 1. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    const top = ((59.10937472 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    const bottom = ((67.1875636 * r + 78.757757664) * r + 17.895169469) * r + 1;
    return (q * top) / bottom;
  }
  const tail = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
  const [r, top, bottom] =
    tail <= 5
      ? ([tail - 1.6, [0.17023821103, 1.3067284816, 2.75681539, 1.4234372777], [0.12021132975, 0.7370016425]] as const)
      : ([
          tail - 5,
          [0.017337203997, 0.42868294337, 3.081226386, 6.657905115],
          [0.012258202635, 0.24197894225],
        ] as const);
  const [t3, t2, t1, t0] = top;
  const [b2, b1] = bottom;
  const value = (((t3 * r + t2) * r + t1) * r + t0) / ((b2 * r + b1) * r + 1);
  return q < 0 ? -value : value;
}
