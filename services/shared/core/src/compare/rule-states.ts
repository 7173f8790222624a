// Which rules hold where: an automaton over path segments, made from the patterns of all rules, stepped along with the
// document so that no path is ever built or matched. States are made when first reached and shared by all pairs.
import type { Tape } from '../json/tape.ts';
import { Blur } from './blur.ts';
import type { BijectionRule } from './kinds/bijection.ts';
import { judgingOf } from './kinds/judging.ts';
import type { Judging } from './kinds/kind.ts';
import { type Known, readyKnown } from './kinds/known.ts';
import type { ReferenceRule } from './kinds/reference.ts';
import { NameTable } from './name-table.ts';
import { type PositionSet, Positions, type RulePattern } from './positions.ts';
import type { RuleTally } from './rule-tally.ts';
import type { RuleSpec, UnorderedRule } from './rules.ts';

const INDEX = /^(?:0|[1-9][0-9]*)$/;

/** Ignored or not, and by which rule: handed down to all that lies below. */
interface Verdict {
  readonly rule: number;
  readonly ignored: boolean;
}

/** The rules at one place of a document and below it. */
export class RuleState {
  /** Not compared at this place; something below may be. */
  readonly ignored: boolean;
  /** Nothing at this place or below is compared. */
  readonly skipped: boolean;
  /** No rule holds at this place or below. */
  readonly plain: boolean;
  /** A rule below names an element by its index: such arrays are compared by position. */
  readonly positional: boolean;
  /** Being the same is not transitive here or below, such as under a tolerance. */
  readonly lossy: boolean;
  readonly unordered: UnorderedRule | undefined;
  /** The rules that may call two different values here the same, the later in the file first. */
  readonly judging: readonly Judging[];
  /** The rules under which differences here are known, the later in the file first. */
  readonly known: readonly Known[];
  /** Ids here are renamed one to one. */
  readonly bijection: BijectionRule | undefined;
  readonly reference: ReferenceRule | undefined;
  /** Ids here or below are renamed one to one: equal values take part. */
  readonly mapsIds: boolean;
  /** Ids here or below are references: equal ones may point at different things. */
  readonly refers: boolean;
  /** Absent where none of those holds. */
  readonly blur: Blur | undefined;
  private readonly automaton: RuleStates;
  private readonly positions: PositionSet;
  private readonly inherited: Verdict;
  private readonly verdict: Verdict;
  /** Names that some rule speaks of here, and the states below them once they were reached. */
  private readonly names: NameTable;
  private readonly below: (RuleState | undefined)[];
  private otherwise: RuleState | undefined;

  constructor(automaton: RuleStates, positions: PositionSet, inherited: Verdict) {
    this.automaton = automaton;
    this.positions = positions;
    this.inherited = inherited;
    const pending = [...positions].filter((position) => !automaton.complete(position));
    const here = new Set<number>();
    for (const position of positions) if (automaton.complete(position)) here.add(automaton.ruleOf(position));
    let verdict = inherited;
    let unordered: UnorderedRule | undefined;
    let bijection: BijectionRule | undefined;
    let reference: ReferenceRule | undefined;
    const judging: number[] = [];
    for (const index of [...here].sort((one, other) => one - other)) {
      const rule = automaton.rules[index];
      if (rule?.kind === 'unordered') unordered = rule;
      else if (rule?.kind === 'ignore' || rule?.kind === 'include') {
        if (index >= verdict.rule) verdict = { rule: index, ignored: rule.kind === 'ignore' };
      } else if (automaton.judging[index] !== undefined) judging.push(index);
      if (rule?.kind === 'bijection') bijection = rule;
      if (rule?.kind === 'reference') reference = rule;
    }
    const mayInclude = pending.some(
      (position) =>
        automaton.ruleOf(position) > verdict.rule && automaton.rules[automaton.ruleOf(position)]?.kind === 'include',
    );
    this.verdict = verdict;
    this.ignored = verdict.ignored;
    this.skipped = verdict.ignored && !mayInclude;
    this.unordered = unordered;
    this.bijection = bijection;
    this.reference = reference;
    this.mapsIds =
      bijection !== undefined ||
      pending.some((position) => automaton.rules[automaton.ruleOf(position)]?.kind === 'bijection');
    this.refers =
      reference !== undefined ||
      pending.some((position) => automaton.rules[automaton.ruleOf(position)]?.kind === 'reference');
    this.judging = automaton.lastOfEachKind(judging);
    this.known = [...here].sort((one, other) => other - one).flatMap((index) => automaton.known[index] ?? []);
    this.blur = judging.length === 0 ? undefined : new Blur(this.judging);
    this.plain =
      !verdict.ignored &&
      pending.length === 0 &&
      judging.length === 0 &&
      unordered === undefined &&
      this.known.length === 0;
    this.lossy = automaton.isLossy(new Set([...judging, ...pending.map((position) => automaton.ruleOf(position))]));
    const names = new Set<string>();
    for (const position of pending) {
      const name = automaton.nameAt(position);
      if (name !== undefined) names.add(name);
    }
    this.names = new NameTable([...names]);
    this.below = [...names].map(() => undefined);
    this.positional = this.names.names.some((name) => INDEX.test(name));
  }

  /** The rules at a member, given the key node that names it. */
  member(tape: Tape, key: number): RuleState {
    if (this.plain || this.skipped) return this;
    return this.at(this.names.ofKey(tape, key));
  }

  /** The rules at an element. */
  element(index: number): RuleState {
    if (this.plain || this.skipped) return this;
    return this.at(this.positional ? this.names.of(String(index)) : -1);
  }

  /** The rules at a member or an element of this name. */
  named(name: string): RuleState {
    if (this.plain || this.skipped) return this;
    return this.at(this.names.of(name));
  }

  /** As {@link member}, given the hash of an unescaped key and its bytes. */
  memberAt(hash: number, bytes: Uint8Array, start: number, end: number): RuleState {
    if (this.plain || this.skipped) return this;
    return this.at(this.names.ofBytes(hash, bytes, start, end));
  }

  /** The rule under which this place is not compared; the first `include` where no rule speaks of it. */
  get ignoredBy(): RuleSpec | undefined {
    if (!this.ignored) return undefined;
    const { rules } = this.automaton;
    return rules[this.verdict.rule] ?? rules.find(({ kind }) => kind === 'include');
  }

  isMadeOf(positions: PositionSet, { rule, ignored }: Verdict): boolean {
    const { positions: own, inherited } = this;
    if (own.length !== positions.length || inherited.rule !== rule || inherited.ignored !== ignored) return false;
    return own.every((position, index) => position === positions[index]);
  }

  /** Forgets the states below: they are made anew when they are reached. */
  release(): void {
    this.below.fill(undefined);
    this.otherwise = undefined;
  }

  private at(index: number): RuleState {
    if (index < 0) {
      this.otherwise ??= this.automaton.step(this.positions, undefined, this.verdict);
      return this.otherwise;
    }
    let state = this.below[index];
    if (state === undefined) {
      state = this.automaton.step(this.positions, this.names.names[index], this.verdict);
      this.below[index] = state;
    }
    return state;
  }
}

/**
 * Positions in all states kept: some tens of megabytes. Patterns with several `**` can make more states than memory holds
 * (as many as their segments have subsets); then all are forgotten, and made anew as documents reach them.
 */
const MOST_POSITIONS = 1_000_000;

export class RuleStates {
  readonly rules: readonly RuleSpec[];
  /** By place in the list; absent: the rule judges no values. */
  readonly judging: readonly (Judging | undefined)[];
  readonly known: readonly (Known | undefined)[];
  private readonly tally: RuleTally | undefined;
  private readonly positions: Positions;
  private readonly most: number;
  /** By a hash of what makes a state. */
  private readonly states = new Map<number, RuleState[]>();
  private kept = 0;

  /** `patterns`: of every rule but renames. `most`: positions kept in states. `tally`: told of rules whose place is met. */
  constructor(rules: readonly RuleSpec[], patterns: readonly RulePattern[], most = MOST_POSITIONS, tally?: RuleTally) {
    this.tally = tally;
    this.rules = rules;
    this.judging = rules.map(judgingOf);
    this.known = rules.map((rule) => (rule.kind === 'known' ? readyKnown(rule) : undefined));
    this.positions = new Positions(patterns);
    this.most = most;
  }

  /** The rules at the root. Where the first of the ignoring rules includes, all else is ignored. */
  root(): RuleState {
    const first = this.rules.find((rule) => rule.kind === 'ignore' || rule.kind === 'include');
    return this.state(this.positions.start, { rule: -1, ignored: first?.kind === 'include' });
  }

  /** The rules of nowhere: everything is compared as it is. */
  none(): RuleState {
    return this.state(new Int32Array(0), { rule: -1, ignored: false });
  }

  /** `name`: undefined for any that no pattern names. */
  step(from: PositionSet, name: string | undefined, verdict: Verdict): RuleState {
    return this.state(this.positions.step(from, name), verdict);
  }

  /** States kept. */
  get size(): number {
    return [...this.states.values()].reduce((sum, states) => sum + states.length, 0);
  }

  /** Of rules that hold at one place, ascending: per kind the later wins, and the later is asked first. */
  lastOfEachKind(rules: readonly number[]): readonly Judging[] {
    const last = new Map(rules.map((index) => [this.rules[index]?.kind, index]));
    return [...last.values()].sort((one, other) => other - one).flatMap((index) => this.judging[index] ?? []);
  }

  /** Whether being the same under these rules may not be transitive: each may be, and not two of them together. */
  isLossy(rules: ReadonlySet<number>): boolean {
    let judging = 0;
    for (const index of rules) {
      const rule = this.judging[index];
      if (rule === undefined) continue;
      if (rule.canonical === undefined || ++judging > 1) return true;
    }
    return false;
  }

  complete(position: number): boolean {
    return this.positions.complete(position);
  }

  ruleOf(position: number): number {
    return this.positions.ruleOf(position);
  }

  nameAt(position: number): string | undefined {
    return this.positions.nameAt(position);
  }

  private state(positions: PositionSet, inherited: Verdict): RuleState {
    const hash = hashOf(positions, inherited);
    const alike = this.states.get(hash);
    const known = alike?.find((state) => state.isMadeOf(positions, inherited));
    if (known !== undefined) return known;
    const state = new RuleState(this, positions, inherited);
    for (const position of positions) {
      const rule = this.rules[this.ruleOf(position)];
      if (rule !== undefined && this.complete(position)) this.tally?.met.add(rule);
    }
    this.kept += positions.length + 1;
    if (this.kept > this.most) this.forget();
    const kept = this.states.get(hash);
    if (kept === undefined) this.states.set(hash, [state]);
    else kept.push(state);
    return state;
  }

  private forget(): void {
    for (const states of this.states.values()) for (const state of states) state.release();
    this.states.clear();
    this.kept = 0;
  }
}

function hashOf(positions: PositionSet, { rule, ignored }: Verdict): number {
  let hash = Math.imul(rule + 2, ignored ? 0x9e3779b1 : 0x85ebca6b);
  for (const position of positions) hash = Math.imul(hash ^ position, 0x01000193);
  return hash;
}
