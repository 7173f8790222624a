// What rejudging adds up to, as plain data: for programs as it stands, for people by describe.ts.
import type { RuleUse } from '../compare/rule-tally.ts';
import { ruleInWords } from '../experiment/describe.ts';
import { effectOf, type Suggestion, suggestRules } from '../inference/suggesting/suggest.ts';
import type { Outcome, Side } from '../outcome.ts';
import { judgeCounts, noCounts, OUTCOMES, type Thresholds, type Verdict } from '../verdict/judge.ts';
import type { Part } from './attribution.ts';
import { MOVES, type Move } from './move.ts';
import type { MovedKind } from './moved.ts';
import type { Rejudging } from './rejudging.ts';
import type { RuleChange } from './rule-changes.ts';

export interface MovedReport {
  readonly pairs: number;
  /** By signature, the most frequent first. */
  readonly kinds: readonly MovedKind[];
}

export interface ChangeReport {
  readonly change: RuleChange['change'];
  readonly name: string;
  /** In words; absent where there is no rule. */
  readonly before?: string;
  readonly after?: string;
  readonly settings?: readonly string[];
  /** Ways to move in which it takes part, with the pairs it moves alone, as another change would too, or with others. */
  readonly moves: Readonly<
    Partial<Record<Move, Readonly<Record<Part, number>> & { readonly kinds: readonly MovedKind[] }>>
  >;
}

export interface RejudgeSuggestion extends Suggestion {
  readonly output: string;
  /** On diverging pairs it was not made from: how many differ at its paths, and how many of these it hides. */
  readonly tried: { readonly differing: number; readonly hides: number };
}

export interface RejudgeReport {
  readonly experiment: string;
  readonly outputs: readonly string[];
  readonly pairs: number;
  /** Pairs by outcome before, then after; what is not there is none. */
  readonly matrix: Readonly<Partial<Record<Outcome, Readonly<Partial<Record<Outcome, number>>>>>>;
  readonly before: Omit<Verdict, 'zeroBound'>;
  readonly after: Omit<Verdict, 'zeroBound'>;
  readonly moved: Readonly<Record<Move, MovedReport>>;
  readonly changes: readonly ChangeReport[];
  /** Changes of which none is enough for these pairs and all are needed. */
  readonly combinations: readonly {
    readonly move: Move;
    readonly changes: readonly string[];
    readonly pairs: number;
    readonly example: string;
  }[];
  /** Moved pairs whose changes were looked for, and those of them for which no single one is needed or enough. */
  readonly attributed: number;
  readonly unattributed: number;
  /** What each of the changed rules has done. */
  readonly rules: readonly RuleUse[];
  /** Absent: not asked for. */
  readonly suggestions?: readonly RejudgeSuggestion[];
  /** What diverges still and has no suggestion. */
  readonly left?: readonly { readonly output: string; readonly pattern: string; readonly why: string }[];
  /** Ids with events of one side only: rules have no bearing on them, so they are no pairs here. */
  readonly alone: Readonly<Record<Side, number>>;
  readonly unusable: Readonly<Record<'no-id' | 'undecodable', number>>;
  /** What is not as it should be with what was read. */
  readonly doubts: readonly string[];
}

export interface RejudgeReportOptions {
  /** Whether rules are suggested for what diverges still. */
  readonly suggest: boolean;
  readonly doubts?: readonly string[];
}

export function rejudgeReport(rejudging: Rejudging, options: RejudgeReportOptions): RejudgeReport {
  const { settings, matrix, moved, attributed, unattributed, alone, unusable } = rejudging;
  const { experiment, changed, changes, outputs, tally } = settings;
  const [before, after] = [noCounts(), noCounts()];
  for (const was of OUTCOMES) {
    for (const is of OUTCOMES) {
      before[was] += matrix[was][is];
      after[is] += matrix[was][is];
    }
  }
  const thresholds: Thresholds = experiment.criteria;
  const verdict = (counts: Record<Outcome, number>): Omit<Verdict, 'zeroBound'> => {
    const { zeroBound: _, ...rest } = judgeCounts(counts, thresholds);
    return rest;
  };
  const told = verdict(before);
  return {
    experiment: experiment.name,
    outputs: outputs.map(({ plan }) => plan.output),
    pairs: told.pairs,
    matrix: sparse(matrix),
    before: told,
    after: verdict(after),
    moved: Object.fromEntries(
      MOVES.map((move) => [move, { pairs: moved[move].pairs, kinds: moved[move].kinds() }]),
    ) as Record<Move, MovedReport>,
    changes: changes.map((change) => changeReport(change, rejudging)),
    combinations: rejudging.combinations().map(({ move, changes: needed, pairs, example }) => ({
      move,
      changes: needed.map(({ name }) => name),
      pairs,
      example,
    })),
    attributed,
    unattributed,
    rules: tally.uses(changed.rules),
    ...(options.suggest ? suggested(rejudging) : {}),
    alone,
    unusable,
    doubts: options.doubts ?? [],
  };
}

/**
 * 0: no pair diverges that did not, and none that was decided is undecided now. 1: some diverge newly. 2: some are
 * undecided now, or there was nothing to judge.
 */
export function rejudgeExitCode({ pairs, moved }: RejudgeReport): 0 | 1 | 2 {
  if (pairs === 0) return 2;
  if (moved.revealed.pairs > 0) return 1;
  return moved.undecided.pairs > 0 ? 2 : 0;
}

function changeReport(change: RuleChange, rejudging: Rejudging): ChangeReport {
  const { before, after, settings } = change;
  const moves = [...rejudging.partsOf(change)].map(
    ([move, { parts, moved }]) => [move, { ...parts, kinds: moved.kinds() }] as const,
  );
  return {
    change: change.change,
    name: change.name,
    ...(before === undefined ? {} : { before: ruleInWords(before) }),
    ...(after === undefined ? {} : { after: ruleInWords(after) }),
    ...(settings === undefined ? {} : { settings }),
    moves: Object.fromEntries(moves),
  };
}

function sparse(matrix: Rejudging['matrix']): RejudgeReport['matrix'] {
  const rows = OUTCOMES.map((was) => {
    const cells = OUTCOMES.filter((is) => matrix[was][is] > 0).map((is) => [is, matrix[was][is]] as const);
    return [was, Object.fromEntries(cells)] as const;
  });
  return Object.fromEntries(rows.filter(([, cells]) => Object.keys(cells).length > 0));
}

function suggested(rejudging: Rejudging): Pick<RejudgeReport, 'suggestions' | 'left'> {
  const { outputs, means } = rejudging.settings;
  const suggestions: RejudgeSuggestion[] = [];
  const left: { output: string; pattern: string; why: string }[] = [];
  for (const { plan, after } of outputs) {
    const { output } = plan;
    for (const { type, made, tried } of rejudging.sampling.of(output)) {
      // Suggesting knows no types: it is given the rules that hold for this one, and what it says is for this one.
      const rules = after.plan.spec.rules.filter(({ types }) => types?.includes(type) ?? true);
      const spec = { ...after.plan.spec, rules: rules.map(({ types: _, ...rule }) => rule) };
      const found = suggestRules(made, spec, { means });
      for (const suggestion of found.suggestions) {
        const others = effectOf(suggestion, tried, spec, means, found.suggestions);
        const rule = type === '' ? suggestion.rule : { ...suggestion.rule, types: type };
        suggestions.push({ ...suggestion, rule, output, tried: others });
      }
      left.push(...found.left.map(({ pattern, why }) => ({ output, pattern, why })));
    }
  }
  return { suggestions, left };
}
