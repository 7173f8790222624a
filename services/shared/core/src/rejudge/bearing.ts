// Which of many changes can have a bearing on a pair, by the places at which it differs: with a hundred rules changed, each
// pair would be judged two hundred times again.
//
// It may only leave out what has none: a rule that shapes documents, or one without a place, always may have one.
import { parsePattern, type Segment } from '../compare/pattern.ts';
import { reaches } from '../compare/privacy.ts';
import type { RuleSpec } from '../compare/rules.ts';
import { parsePointer } from '../envelope/pointer.ts';
import type { Judged } from '../files/group.ts';
import type { RuleChange } from './rule-changes.ts';

/** Kinds that speak of their own places alone. */
const LOCAL: ReadonlySet<string> = new Set(['ignore', 'tolerance', 'nullish', 'time', 'text', 'coerce', 'better']);

export class Bearing {
  /** Of each change with places of its own, their patterns. */
  readonly #patterns = new Map<RuleChange, readonly (readonly Segment[])[]>();

  /**
   * `rules`: all of both files. Where one is `include`, what is ignored decides which containers are compared at all; where
   * one is `reference`, what is said of a thing decides whether those that point at it are the same.
   */
  constructor(changes: readonly RuleChange[], rules: readonly RuleSpec[]) {
    if (rules.some(({ kind }) => kind === 'include' || kind === 'reference')) return;
    for (const change of changes) {
      const patterns = patternsOf(change);
      if (patterns !== undefined) this.#patterns.set(change, patterns);
    }
  }

  /**
   * `judgements`: before, after, and under the rules alone that were not changed, where also shows what one change hides
   * from another. `full`: as many differences as are listed at most; then others may not be.
   */
  on(judgements: readonly Judged[], full: number): (change: RuleChange) => boolean {
    const differences = judgements.flatMap((judged) => judged.differences);
    const isListed = judgements.every(
      (judged) => judged.differences.length < full && judged.outcome !== 'inconclusive',
    );
    const paths = differences.map(({ path }) => parsePointer(path));
    // Names may be masked, and keys, headers and counts have no place in a document.
    const isPlain = differences.every(({ path }) => !path.includes('hmac:'));
    if (!isListed || !isPlain || paths.length === 0 || paths.some((path) => path === undefined)) return () => true;
    const places = paths.map((names = []) => names.map((name): Segment => ({ kind: 'name', name })));
    return (change) => {
      const patterns = this.#patterns.get(change);
      return patterns?.some((pattern) => places.some((place) => reaches(pattern, place))) ?? true;
    };
  }
}

function patternsOf({ before, after }: RuleChange): readonly (readonly Segment[])[] | undefined {
  const rules = [before, after].filter((rule) => rule !== undefined);
  if (rules.length === 0 || rules.some(({ kind }) => !LOCAL.has(kind))) return undefined;
  const patterns = rules.flatMap(placesOf).map(parsePattern);
  const sound = patterns.filter((pattern) => pattern !== undefined);
  // An index may be that of either side where order does not count.
  const isPlain = sound.every((pattern) => pattern.every((one) => one.kind !== 'name' || !/^\d+$/.test(one.name)));
  return isPlain && sound.length === patterns.length ? sound : undefined;
}

function placesOf(rule: RuleSpec): readonly string[] {
  if ('paths' in rule) return rule.paths;
  return 'path' in rule && rule.path !== undefined ? [rule.path] : [];
}
