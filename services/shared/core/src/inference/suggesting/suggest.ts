// Suggests rules from a sample of pairs: each is tried on the sample, and only one that leaves nothing of what it is for
// is suggested. The narrowest that does so is; ignoring is the last resort.
import type { Means } from '../../compare/means.ts';
import { type ComparePlan, compilePlan } from '../../compare/plan.ts';
import type { RuleSpec } from '../../compare/rules.ts';
import type { CompareSpec } from '../../compare/spec.ts';
import { parseExperiment } from '../../experiment/parse.ts';
import { type ReorderedArray, reorderedArrays } from '../arrays.ts';
import type { Matched } from '../matching.ts';
import { type Observed, type ObservedPath, type ObservedSample, observe, PAIRS, stillDiffering } from './observing.ts';
import { combinations, type Proposal, proposals, type Risk, type WrittenRule } from './proposals.ts';

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

const EXAMPLES = 3;
const SUGGESTED = 200;
const LEAST = 3;

/** @param spec the comparison as it is, its rules included; suggested rules come after them */
export function suggestRules(sample: readonly Matched[], spec: CompareSpec, options: SuggestOptions = {}): Suggestions {
  const suggesting = new Suggesting(sample, spec, options);
  suggesting.arrays();
  suggesting.places();
  return suggesting.result();
}

/** How one of them would do on other pairs: how many differ there, and how many of those no longer do under the rule. */
export function effectOf(
  { rule, patterns }: Pick<Suggestion, 'rule' | 'patterns'>,
  sample: readonly Matched[],
  spec: CompareSpec,
  means: Means = {},
): { readonly differing: number; readonly hides: number } {
  const pairs = differingAt(observe(sample, compilePlan(spec, means)), patterns);
  const plan = planWith(spec, [rule], means);
  if (plan === undefined) return { differing: pairs.length, hides: 0 };
  return { differing: pairs.length, hides: pairs.length - stillDiffering(sample, pairs, plan, new Set(patterns)) };
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
      const left = stillDiffering(this.#sample, pairs, plan, new Set(patterns));
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
      if (stillDiffering(this.#sample, pairs, plan, new Set(proposal.patterns)) > 0) continue;
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
        return plan === undefined ? undefined : stillDiffering(this.#sample, pairs, plan, patterns);
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

function planWith(spec: CompareSpec, rules: readonly WrittenRule[], means: Means = {}): ComparePlan | undefined {
  const specs: RuleSpec[] = [];
  for (const rule of rules) {
    const built = builtRule(rule);
    if (built === undefined) return undefined;
    specs.push(built);
  }
  return compilePlan({ ...spec, rules: [...spec.rules, ...specs] }, means);
}

/** By way of a file, so that what is suggested is what a file may say. */
function builtRule(rule: WrittenRule): RuleSpec | undefined {
  const file = { experiment: 'x', legacy: { topic: 'a' }, candidate: { topic: 'b' }, rules: [rule] };
  const parsed = parseExperiment(JSON.stringify(file), 'suggestion');
  return parsed.kind === 'ok' ? parsed.experiment.rules[0] : undefined;
}

function unordered({ path, key, pairs, reordered, same }: ReorderedArray): Proposal {
  const what = key === undefined ? 'elements' : `keys (${key})`;
  return {
    rule: { unordered: { path, ...(key === undefined ? {} : { key }) } },
    reason: `in another order in ${reordered} of ${pairs} pairs; the same ${what} in ${same}`,
    risk: {
      level: key === undefined ? 'medium' : 'low',
      text: `an order that has a meaning${key === undefined ? '; without a key, elements are matched as whole values' : ''}`,
    },
    patterns: [path],
  };
}
