// Functions given to expressions instead of the library's own, which round numbers or have no bound.
// Those that take functions are generators, as the library's are.

import { Stopped } from './stopped.ts';
import { exactNumber } from './values.ts';

export const STRICT_FUNCTIONS = ['number', 'string', 'pad', 'sort'] as const;

/** Longest text an expression may make, UTF-16 units. */
export const LONGEST_TEXT = 1 << 20;

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/;

/** By name, with the signature the library checks arguments by. */
export const STRICT: Readonly<
  Record<(typeof STRICT_FUNCTIONS)[number], readonly [signature: string, run: (...given: unknown[]) => unknown]>
> = {
  /** Exact, or the pair is inconclusive: the library's rounds. */
  number: [
    '<(nsb)-:n>',
    (value) => {
      if (value === undefined || typeof value === 'number') return value;
      if (typeof value === 'boolean') return value ? 1 : 0;
      if (typeof value === 'string' && JSON_NUMBER.test(value)) return exactNumber(value);
      throw new Stopped('transform-failed');
    },
  ],
  /** All digits of a number: the library's keeps 15. */
  string: [
    '<x-:s>',
    (value) => {
      if (value === undefined || typeof value === 'string') return value;
      const text = JSON.stringify(value);
      if (text === undefined) throw new Stopped('transform-failed');
      return text;
    },
  ],
  pad: [
    '<s-ns?:s>',
    (text, width, fill) => {
      if (typeof text !== 'string' || typeof width !== 'number') return undefined;
      const letters = [...(typeof fill === 'string' && fill !== '' ? fill : ' ')];
      const missing = Math.floor(Math.abs(width)) - [...text].length;
      if (missing <= 0) return text;
      if (missing > LONGEST_TEXT) throw new Stopped('transform-limit');
      const filling = Array.from({ length: missing }, (_, i) => letters[i % letters.length]).join('');
      return width < 0 ? filling + text : text + filling;
    },
  ],
  sort: ['<af?:a>', sorted],
};

type Comparing = (one: unknown, other: unknown) => Generator<unknown, unknown>;

/** By halves, from the bottom up: stable, in n log n steps. The library's recurs as deep as the list is long. */
function* sorted(list: unknown, later: unknown): Generator<unknown, unknown> {
  if (!Array.isArray(list)) return list;
  const compare = typeof later === 'function' ? (later as Comparing) : naturally(list);
  let from: unknown[] = [...list];
  let to: unknown[] = new Array(from.length);
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let [left, right] = [start, middle];
      for (let at = start; at < end; at++) {
        const isRight = left >= middle || (right < end && (yield* compare(from[left], from[right])) === true);
        to[at] = isRight ? from[right++] : from[left++];
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function naturally(list: readonly unknown[]): Comparing {
  const isSorted = ['number', 'string'].some((type) => list.every((item) => typeof item === type));
  if (!isSorted) throw new Stopped('transform-failed');
  // biome-ignore lint/correctness/useYield: asked like a function of the expression
  return function* (one, other) {
    return (one as number) > (other as number);
  };
}
