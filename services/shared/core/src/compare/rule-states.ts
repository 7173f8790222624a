// Which rules hold where: an automaton over path segments, made from the patterns of all rules, stepped along with the
// document so that no path is ever built or matched. States are made when first reached and shared by all pairs.
import { hashName } from '../json/pointers.ts';
import { stringOf } from '../json/strings.ts';
import type { Tape } from '../json/tape.ts';
import type { Segment } from './pattern.ts';
import type { NullishRule, RuleSpec, ToleranceRule, UnorderedRule } from './rules.ts';

const INDEX = /^(?:0|[1-9][0-9]*)$/;

interface Pattern {
  /** Place of its rule in the list: the later wins. */
  readonly rule: number;
  readonly segments: readonly Segment[];
}

/** A pattern and how many of its segments have been matched. */
interface Item {
  readonly pattern: number;
  readonly at: number;
}

interface Named {
  readonly name: string;
  readonly hash: number;
  state: RuleState | undefined;
}

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
  /** Being the same is not transitive here or below: tolerances, nullish. */
  readonly lossy: boolean;
  readonly tolerance: ToleranceRule | undefined;
  readonly unordered: UnorderedRule | undefined;
  readonly nullish: NullishRule | undefined;
  private readonly automaton: RuleStates;
  private readonly items: readonly Item[];
  private readonly verdict: Verdict;
  private readonly named: readonly Named[];
  private otherwise: RuleState | undefined;

  constructor(automaton: RuleStates, items: readonly Item[], inherited: Verdict) {
    this.automaton = automaton;
    this.items = items;
    const pending = items.filter((item) => !automaton.complete(item));
    const here = [...new Set(items.filter((item) => automaton.complete(item)).map((item) => automaton.ruleOf(item)))];
    here.sort((one, other) => one - other);
    let verdict = inherited;
    let tolerance: ToleranceRule | undefined;
    let unordered: UnorderedRule | undefined;
    let nullish: NullishRule | undefined;
    for (const index of here) {
      const rule = automaton.rules[index];
      if (rule?.kind === 'tolerance') tolerance = rule;
      else if (rule?.kind === 'unordered') unordered = rule;
      else if (rule?.kind === 'nullish') nullish = rule;
      else if (rule !== undefined && index >= verdict.rule) verdict = { rule: index, ignored: rule.kind === 'ignore' };
    }
    const mayInclude = pending.some(
      (item) => automaton.ruleOf(item) > verdict.rule && automaton.rules[automaton.ruleOf(item)]?.kind === 'include',
    );
    this.verdict = verdict;
    this.ignored = verdict.ignored;
    this.skipped = verdict.ignored && !mayInclude;
    this.tolerance = tolerance;
    this.unordered = unordered;
    this.nullish = nullish;
    this.plain = !verdict.ignored && pending.length === 0 && !tolerance && !unordered && !nullish;
    this.lossy =
      tolerance !== undefined ||
      nullish !== undefined ||
      pending.some((item) => ['tolerance', 'nullish'].includes(automaton.rules[automaton.ruleOf(item)]?.kind ?? ''));
    const names = new Set<string>();
    for (const item of pending) {
      const segment = automaton.segment(item);
      if (segment?.kind === 'name') names.add(segment.name);
    }
    this.named = [...names].map((name) => ({ name, hash: hashName(name), state: undefined }));
    this.positional = this.named.some(({ name }) => INDEX.test(name));
  }

  /** The rules at a member, given the key node that names it. */
  member(tape: Tape, key: number): RuleState {
    if (this.plain || this.skipped) return this;
    const hash = tape.hash[key];
    for (const named of this.named) {
      if (named.hash === hash && named.name === stringOf(tape, key)) return this.at(named);
    }
    return this.other();
  }

  /** The rules at an element. */
  element(index: number): RuleState {
    if (this.plain || this.skipped) return this;
    if (this.positional) {
      const name = String(index);
      for (const named of this.named) if (named.name === name) return this.at(named);
    }
    return this.other();
  }

  /** As {@link member}, given the hash of an unescaped key and its bytes. */
  memberAt(hash: number, bytes: Uint8Array, start: number, end: number): RuleState {
    if (this.plain || this.skipped) return this;
    for (const named of this.named) {
      if (named.hash === hash && isAscii(named.name, bytes, start, end)) return this.at(named);
    }
    return this.other();
  }

  private at(named: Named): RuleState {
    named.state ??= this.automaton.step(this.items, named.name, this.verdict);
    return named.state;
  }

  private other(): RuleState {
    this.otherwise ??= this.automaton.step(this.items, undefined, this.verdict);
    return this.otherwise;
  }
}

export class RuleStates {
  readonly rules: readonly RuleSpec[];
  private readonly patterns: readonly Pattern[];
  private readonly states = new Map<string, RuleState>();

  /** `patterns`: of every rule but renames. */
  constructor(rules: readonly RuleSpec[], patterns: readonly Pattern[]) {
    this.rules = rules;
    this.patterns = patterns;
  }

  /** The rules at the root. Where the first of the ignoring rules includes, all else is ignored. */
  root(): RuleState {
    const first = this.rules.find((rule) => rule.kind === 'ignore' || rule.kind === 'include');
    const items = this.patterns.map((_, pattern) => ({ pattern, at: 0 }));
    return this.state(items, { rule: -1, ignored: first?.kind === 'include' });
  }

  /** The rules of nowhere: everything is compared as it is. */
  none(): RuleState {
    return this.state([], { rule: -1, ignored: false });
  }

  /** `name`: undefined for any that no pattern names. */
  step(items: readonly Item[], name: string | undefined, verdict: Verdict): RuleState {
    const next: Item[] = [];
    for (const item of items) {
      const segment = this.segment(item);
      if (segment?.kind === 'deep') next.push(item);
      else if (segment?.kind === 'any' || (segment?.kind === 'name' && segment.name === name)) {
        next.push({ pattern: item.pattern, at: item.at + 1 });
      }
    }
    return this.state(next, verdict);
  }

  complete(item: Item): boolean {
    return item.at === this.patterns[item.pattern]?.segments.length;
  }

  ruleOf(item: Item): number {
    return this.patterns[item.pattern]?.rule ?? -1;
  }

  segment(item: Item): Segment | undefined {
    return this.patterns[item.pattern]?.segments[item.at];
  }

  private state(start: readonly Item[], inherited: Verdict): RuleState {
    const items = new Map<string, Item>();
    for (let item of start) {
      // `**` may stand for no segment at all.
      for (;;) {
        items.set(`${item.pattern}.${item.at}`, item);
        if (this.segment(item)?.kind !== 'deep') break;
        item = { pattern: item.pattern, at: item.at + 1 };
      }
    }
    const key = `${[...items.keys()].sort().join(' ')} ${inherited.rule} ${inherited.ignored}`;
    let state = this.states.get(key);
    if (state === undefined) {
      state = new RuleState(this, [...items.values()], inherited);
      this.states.set(key, state);
    }
    return state;
  }
}

function isAscii(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
