// Suggests rules from a sample of pairs: each is tried on the sample, and only one that leaves nothing of what it is for
// is suggested. The narrowest that does so is; ignoring is the last resort.
import type { Means } from '../../compare/means.ts';
import type { ComparePlan } from '../../compare/plan.ts';
import type { CompareSpec } from '../../compare/spec.ts';
import { reorderedArrays } from '../arrays.ts';
import type { Matched } from '../matching.ts';
import { type Observed, type ObservedPath, type ObservedSample, observe, PAIRS, stillDiffering } from './observing.ts';
import { unordered } from './ordering.ts';
import { decodings } from './packed.ts';
import { combinations, type Proposal, proposals, type Risk, type WrittenRule } from './proposals.ts';
import { renamings } from './renaming.ts';
import { planWith, shapes, speaksOf } from './trying.ts';

export interface Suggestion {
  /** Tells it from the others; the rule's name in the file. */
  readonly name: string;
  /** As an experiment file has it. */
  readonly rule: WrittenRule;
  readonly patterns: readonly string[];
  readonly reason: string;
  readonly risk: Risk;
  readonly evidence: {
    /** Pairs of the sample that were compared. */
    readonly pairs: number;
    /** Of these, those that differ at one of the patterns: what the rule was made from. */
    readonly differing: number;
    readonly examples: readonly Observed[];
  };
  /** Of the differing pairs, those that no longer differ there under the rule. */
  readonly hides: number;
}

export interface Suggestions {
  readonly suggestions: readonly Suggestion[];
  /** What differs and is left to be judged, with why there is no rule for it. */
  readonly left: readonly { readonly pattern: string; readonly differing: number; readonly why: string }[];
  /** Pairs compared; of them, those that agree before, and with all suggested rules. */
  readonly pairs: number;
  readonly agreeing: number;
  readonly agreeingThen: number;
}

export interface SuggestOptions {
  readonly means?: Means;
  /** Fewer differing pairs size no rule. Default 3. */
  readonly least?: number;
  /** Patterns of which nothing is suggested. */
  readonly isLeft?: (pattern: string) => string | undefined;
  /** Patterns that may be ignored altogether, where nothing narrower will do. Default: all. */
  readonly mayIgnore?: (pattern: string) => boolean;
}

/** A rule that shapes documents, to be tried. */
interface Try {
  readonly proposal: Proposal;
  /** Rules that it makes possible, and that only with it show what it does. */
  readonly helping: readonly WrittenRule[];
  /** Share of its pairs that may still differ at its places or below. */
  readonly most: number;
}

const EXAMPLES = 3;
const SUGGESTED = 200;
const ALONE = 20;
const LEAST = 3;

/** @param spec the comparison as it is, its rules included; suggested rules come after them */
export function suggestRules(sample: readonly Matched[], spec: CompareSpec, options: SuggestOptions = {}): Suggestions {
  const suggesting = new Suggesting(sample, spec, options);
  suggesting.names();
  suggesting.packed();
  // What was packed has names of its own, and an order.
  suggesting.names();
  suggesting.arrays();
  suggesting.places();
  return suggesting.result();
}

/**
 * How one of them would do on other pairs: how many differ there, and how many of those no longer do under the rule.
 * @param others suggested with it, by which its places may have been found
 */
export function effectOf(
  { rule, patterns }: Pick<Suggestion, 'rule' | 'patterns'>,
  sample: readonly Matched[],
  spec: CompareSpec,
  means: Means = {},
  others: readonly Pick<Suggestion, 'rule'>[] = [],
): { readonly differing: number; readonly hides: number } {
  const isFirst = others.findIndex((one) => one.rule === rule);
  const before = others
    .slice(0, isFirst < 0 ? others.length : isFirst)
    .map((one) => one.rule)
    .filter(shapes);
  const [without, plan] = [planWith(spec, before, means), planWith(spec, [...before, rule], means)];
  if (without === undefined || plan === undefined) return { differing: 0, hides: 0 };
  const pairs = differingAt(observe(sample, without), patterns);
  return {
    differing: pairs.length,
    hides: pairs.length - stillDiffering(sample, pairs, plan, speaksOf(rule, patterns)),
  };
}

class Suggesting {
  readonly #sample: readonly Matched[];
  readonly #spec: CompareSpec;
  readonly #options: SuggestOptions;
  readonly #before: ObservedSample;
  readonly #suggestions: Suggestion[] = [];
  readonly #left: { pattern: string; differing: number; why: string }[] = [];

  constructor(sample: readonly Matched[], spec: CompareSpec, options: SuggestOptions) {
    this.#sample = sample.slice(0, PAIRS);
    // All places of a pair are looked at, not only those a row has room for.
    this.#spec = { ...spec, budgets: { ...spec.budgets, differencesPerPair: 10_000 } };
    this.#options = options;
    this.#before = this.#observe();
  }

  /** A rename says which two are one: what they hold then differs, or not, at one place. */
  names(): void {
    const seen = this.#observe();
    const tries = renamings(seen).map((proposal) => {
      const { examples: values = [], patterns } = proposal;
      const helping = decodings({ pattern: patterns.at(-1) ?? '', values }).map(({ rule }) => rule);
      return { proposal, helping, most: 0.5 };
    });
    this.#shape(tries, seen);
  }

  /** Nothing is hidden by unpacking but how a text is written: what its content differs in is told below its place. */
  packed(): void {
    const seen = this.#observe();
    this.#shape(
      seen.paths.flatMap(decodings).map((proposal) => ({ proposal, helping: [], most: 1 })),
      seen,
    );
  }

  /** All at once: a hundred members may be called otherwise. Where they cannot be together, the first of them one by one. */
  #shape(all: readonly Try[], seen: ObservedSample): void {
    const tries = all
      .filter(({ proposal: { patterns } }) => !patterns.some((one) => this.#options.isLeft?.(one) !== undefined))
      .slice(0, SUGGESTED - this.#suggestions.length);
    if (tries.length === 0) return;
    const rules = tries.map(({ proposal }) => proposal.rule);
    const helped = this.#seenUnder([...rules, ...tries.flatMap(({ helping }) => helping)]);
    const alone = tries.some(({ helping }) => helping.length > 0) ? this.#seenUnder(rules) : helped;
    if (helped === undefined || alone === undefined || Math.max(helped.undecided, alone.undecided) > seen.undecided) {
      if (tries.length > 1) for (const one of tries.slice(0, ALONE)) this.#shape([one], this.#observe());
      return;
    }
    for (const { proposal, most } of tries) {
      const { rule, patterns } = proposal;
      const pairs = new Set(differingAt(seen, patterns));
      const left = ({ paths }: ObservedSample, isHere: (pattern: string) => boolean): number => {
        const here = paths.filter(({ pattern }) => isHere(pattern)).flatMap((path) => path.pairs);
        return new Set(here).intersection(pairs).size;
      };
      const isHere = speaksOf(rule, patterns);
      if (pairs.size < this.#least || left(helped, isHere) > pairs.size * most) continue;
      if ('decode' in rule && left(helped, (pattern) => patterns.includes(pattern)) > 0) continue;
      const still = left(alone, isHere);
      const more = still === 0 ? '' : `; ${still} of ${pairs.size} pairs still differ in what it holds`;
      const examples = proposal.examples ?? seen.paths.find(({ pattern }) => pattern === patterns[0])?.values ?? [];
      const told = { ...proposal, reason: `${proposal.reason}${more}` };
      this.#add(told, pairs.size, pairs.size - still, examples, seen.pairs);
    }
  }

  #seenUnder(rules: readonly WrittenRule[]): ObservedSample | undefined {
    const plan = this.#planWith(...rules);
    return plan === undefined ? undefined : observe(this.#sample, plan);
  }

  /** Order first: what elements differ in is only seen beside their counterparts. */
  arrays(): void {
    for (const array of reorderedArrays(this.#sample)) {
      const { path } = array;
      if (array.reordered < this.#least || this.#options.isLeft?.(path) !== undefined) continue;
      const isWithin = (pattern: string) => pattern === path || pattern.startsWith(`${path}/`);
      const seen = this.#observe();
      const within = seen.paths.filter(({ pattern }) => isWithin(pattern));
      const pairs = [...new Set(within.flatMap((one) => one.pairs))];
      const proposal = unordered(array);
      const plan = this.#planWith(proposal.rule);
      if (plan === undefined || pairs.length === 0) continue;
      // Elements may differ in what they hold as well: enough is that in some pairs nothing but the order did.
      const patterns = [...new Set([path, ...within.map(({ pattern }) => pattern)])];
      const left = stillDiffering(this.#sample, pairs, plan, (pattern) => patterns.includes(pattern));
      if (left === pairs.length && array.same < array.pairs) continue;
      this.#add(
        { ...proposal, patterns },
        pairs.length,
        pairs.length - left,
        within.flatMap((one) => one.values),
        seen.pairs,
      );
    }
  }

  places(): void {
    const settled = new Set<string>();
    const seen = this.#observe();
    for (const path of seen.paths) {
      const { pattern, pairs } = path;
      if (settled.has(pattern)) continue;
      const why = this.#options.isLeft?.(pattern) ?? this.#tooFew(path) ?? this.#suggest(path, seen, settled);
      if (why !== undefined) this.#left.push({ pattern, differing: pairs.length, why });
    }
  }

  result(): Suggestions {
    return {
      suggestions: this.#suggestions,
      left: this.#left,
      pairs: this.#before.pairs,
      agreeing: this.#before.agreeing,
      agreeingThen: this.#suggestions.length === 0 ? this.#before.agreeing : this.#observe().agreeing,
    };
  }

  /** Why not. */
  #suggest(path: ObservedPath, seen: ObservedSample, settled: Set<string>): string | undefined {
    if (this.#suggestions.length >= SUGGESTED) return `more than ${SUGGESTED} rules`;
    for (const proposal of proposals(path)) {
      if ('ignore' in proposal.rule && this.#suggestTogether(path, seen, settled)) return undefined;
      if ('ignore' in proposal.rule && this.#options.mayIgnore?.(path.pattern) === false) {
        return 'nothing narrower than ignoring it would do';
      }
      const plan = this.#planWith(proposal.rule);
      if (plan === undefined) continue;
      const pairs = differingAt(seen, proposal.patterns);
      if (stillDiffering(this.#sample, pairs, plan, speaksOf(proposal.rule, proposal.patterns)) > 0) continue;
      for (const pattern of proposal.patterns) settled.add(pattern);
      this.#add(proposal, pairs.length, pairs.length, path.values, seen.pairs);
      return undefined;
    }
    return 'no rule covers it';
  }

  /** Whether rules that only together leave nothing were found. Each is told by itself, with what it hides alone. */
  #suggestTogether(path: ObservedPath, seen: ObservedSample, settled: Set<string>): boolean {
    for (const together of combinations(path, this.#least)) {
      const patterns = new Set(together.flatMap((one) => one.patterns));
      const pairs = differingAt(seen, [...patterns]);
      const left = (...rules: readonly WrittenRule[]): number | undefined => {
        const plan = this.#planWith(...rules);
        return plan === undefined
          ? undefined
          : stillDiffering(this.#sample, pairs, plan, (pattern) => patterns.has(pattern));
      };
      if (left(...together.map(({ rule }) => rule)) !== 0) continue;
      const alone = together.map(({ rule }) => pairs.length - (left(rule) ?? pairs.length));
      for (const pattern of patterns) settled.add(pattern);
      together.forEach((proposal, n) => {
        const reason = `${proposal.reason}, in some of them; ${together.length} rules together cover all`;
        this.#add({ ...proposal, reason }, pairs.length, alone[n] ?? 0, path.values, seen.pairs);
      });
      return true;
    }
    return false;
  }

  #tooFew({ pairs }: ObservedPath): string | undefined {
    return pairs.length < this.#least ? `only ${pairs.length} of the sample differ there` : undefined;
  }

  #add(proposal: Proposal, differing: number, hides: number, values: readonly Observed[], pairs: number): void {
    const { rule, patterns, reason, risk } = proposal;
    const plain = `noise ${patterns[0] ?? ''}`.slice(0, 97);
    const namesakes = this.#suggestions.filter((one) => one.name === plain || one.name.startsWith(`${plain} `)).length;
    const name = namesakes === 0 ? plain : `${plain} ${namesakes + 1}`;
    const examples = values.slice(0, EXAMPLES);
    this.#suggestions.push({ name, rule, patterns, reason, risk, evidence: { pairs, differing, examples }, hides });
  }

  get #least(): number {
    return this.#options.least ?? LEAST;
  }

  #observe(): ObservedSample {
    return observe(this.#sample, this.#planWith() as ComparePlan);
  }

  /** undefined: this build has no such rule. */
  #planWith(...more: readonly WrittenRule[]): ComparePlan | undefined {
    return planWith(this.#spec, [...this.#suggestions.map(({ rule }) => rule), ...more], this.#options.means);
  }
}

function differingAt({ paths }: ObservedSample, patterns: readonly string[]): readonly number[] {
  return [...new Set(paths.filter(({ pattern }) => patterns.includes(pattern)).flatMap(({ pairs }) => pairs))];
}
