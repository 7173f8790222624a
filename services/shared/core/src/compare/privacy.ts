// What may be shown of values: the `privacy` section of an experiment. Judging sees values as they are; only what is stored
// or shown of them is masked.
import type { Segment } from './pattern.ts';
import type { Rename } from './rewriting/rename.ts';

/** `hmac`: a keyed hash, equal for equal values; `drop`: nothing but that something stood there; `keep`: as it is. */
export type PrivacyAction = 'hmac' | 'drop' | 'keep';
export const PRIVACY_ACTIONS: readonly PrivacyAction[] = ['hmac', 'drop', 'keep'];

export interface PrivacySpec {
  /** Path patterns of values, in the order of the file: the later wins where two speak of one place. */
  readonly paths: readonly { readonly path: string; readonly action: PrivacyAction }[];
  /** Of all that no path names. */
  readonly default: PrivacyAction;
  /** Record keys and headers, where they are compared; absent: the default. */
  readonly key?: PrivacyAction;
  readonly headers: Readonly<Record<string, PrivacyAction>>;
  /** Correlation ids: never dropped, or nothing could be found again. */
  readonly id: 'hmac' | 'keep';
}

/** A keyed one-way hash of a text, 32 hex digits. Equal texts give equal hashes under one key. */
export type Mac = (text: string) => string;

/** Whether a key is needed. */
export function usesMac({ paths, default: others, key, headers, id }: PrivacySpec): boolean {
  return [others, key, id, ...paths.map(({ action }) => action), ...Object.values(headers)].includes('hmac');
}

export interface MaskPattern {
  /** Place in the list of paths. */
  readonly entry: number;
  readonly segments: readonly Segment[];
}

/** More are a sign of renames that feed each other. */
const MOST_PATTERNS = 10_000;

/**
 * A renamed member is masked under either of its names: for every pattern that covers, is, or lies below one of them, the
 * patterns of the other. Where a `*` leaves open whether a pattern is meant, it is: rather one value hidden than one shown.
 */
export function withRenames(
  patterns: readonly MaskPattern[],
  renames: readonly Rename[],
  masks: (entry: number) => boolean,
): readonly MaskPattern[] {
  const all = new Map(patterns.map((pattern) => [JSON.stringify(pattern), pattern]));
  const found = [...patterns];
  for (let at = 0; at < found.length && found.length < MOST_PATTERNS; at++) {
    const pattern = found[at] as MaskPattern;
    // What is kept under one name is not thereby kept under the other.
    if (!masks(pattern.entry)) continue;
    for (const { from, to } of renames) {
      for (const [one, other] of [
        [from, to],
        [to, from],
      ] as const) {
        for (const rest of remainders(pattern.segments, one)) {
          const alias = { entry: pattern.entry, segments: [...other, ...rest] };
          const key = JSON.stringify(alias);
          if (all.has(key)) continue;
          all.set(key, alias);
          found.push(alias);
        }
      }
    }
  }
  return found;
}

/** Whether the pattern covers, is, or lies below a place that `path` stands for. */
export function reaches(pattern: readonly Segment[], path: readonly Segment[]): boolean {
  return remainders(pattern, path).length > 0;
}

/** What is left of the pattern below the places `path` stands for; an empty rest: they are covered themselves. */
function remainders(pattern: readonly Segment[], path: readonly Segment[]): readonly (readonly Segment[])[] {
  let reached = closure(pattern, [0]);
  let isCovered = reached.has(pattern.length);
  for (const step of path) {
    const next: number[] = [];
    for (const at of reached) {
      const segment = pattern[at];
      if (segment === undefined) continue;
      if (step.kind === 'deep') for (let to = at; to <= pattern.length; to++) next.push(to);
      else if (segment.kind === 'deep') next.push(at);
      else if (segment.kind === 'any' || step.kind === 'any' || segment.name === step.name) next.push(at + 1);
    }
    reached = closure(pattern, next);
    if (reached.has(pattern.length)) isCovered = true;
  }
  const rests = [...reached].filter((at) => at < pattern.length).map((at) => pattern.slice(at));
  return isCovered ? [[], ...rests] : rests;
}

/** `**` may stand for no segment at all. */
function closure(pattern: readonly Segment[], places: readonly number[]): Set<number> {
  const reached = new Set<number>();
  for (let at of places) {
    reached.add(at);
    while (pattern[at]?.kind === 'deep') reached.add(++at);
  }
  return reached;
}
