// The full comparison of two documents under the rules: finds every difference, without recursion over the documents.
import { sameScalar } from '../json/equal.ts';
import { MemberFinder } from '../json/keys.ts';
import type { Pointer } from '../json/pointers.ts';
import { ARRAY, OBJECT, type Tape } from '../json/tape.ts';
import { asBetter, type Excuse, Findings } from './findings.ts';
import type { Judge } from './judge.ts';
import { kindOf } from './kind-of.ts';
import type { BijectionRule, IdMaps } from './kinds/bijection.ts';
import { lookWork, OutOfWork, QUESTION, rulesWork, scalarWork, spend, type Work } from './matching.ts';
import { compareOrdered } from './ordered.ts';
import { Place } from './place.ts';
import { References, type ThingPair } from './referring.ts';
import { RuleHashes } from './rule-hashes.ts';
import type { RuleState } from './rule-states.ts';
import type { UnorderedRule } from './rules.ts';
import { compareUnordered } from './unordered.ts';

/** Arrays without order inside arrays without order, each searched within the other's search. */
const MAX_NESTING = 100;

/** A difference that no rule excuses. */
const COUNTS = 'counts';
/** Why it is in doubt is in the findings. */
const STOPPED = 'stopped';

/** What is the same for every pair of a plan. */
export interface RuleBook {
  /** The rules of a place where none holds. */
  readonly plain: RuleState;
  readonly keys: ReadonlyMap<UnorderedRule, readonly Pointer[]>;
}

export class Differ implements Judge {
  readonly legacy: Tape;
  readonly candidate: Tape;
  readonly plain: RuleState;
  readonly findings: Findings;
  readonly work: Work;
  private hashes: readonly [legacy: RuleHashes, candidate: RuleHashes] | undefined;
  private strict: readonly [RuleHashes, RuleHashes] | undefined;
  private readonly book: RuleBook;
  private readonly outer: Differ | undefined;
  private readonly nesting: number;
  private readonly pending: Place[] = [];
  private readonly ids: IdMaps | undefined;
  private references: References | undefined;
  /** Two things asked about because references point at them: apart from their ids. */
  private asked: ThingPair | undefined;

  /**
   * `outer`: the comparison this one only answers a question of, same or not; it stops at the first difference. `ids`: where
   * rules rename ids.
   */
  constructor(
    legacy: Tape,
    candidate: Tape,
    book: RuleBook,
    findings: Findings,
    work: Work,
    outer?: Differ,
    ids?: IdMaps,
  ) {
    this.legacy = legacy;
    this.candidate = candidate;
    this.book = book;
    this.plain = book.plain;
    this.findings = findings;
    this.work = work;
    this.outer = outer;
    this.ids = ids;
    this.references = outer?.references;
    this.nesting = outer === undefined ? 0 : outer.nesting + 1;
  }

  get quiet(): boolean {
    return this.outer !== undefined;
  }

  /** Nodes; -1 where a side has nothing. */
  compare(legacy: number, candidate: number, state: RuleState): void {
    this.references ??= new References(this.legacy, legacy, this.candidate, candidate, state);
    this.visit(undefined, undefined, 0, legacy, candidate, state);
    while (this.pending.length > 0) {
      if (this.quiet && (this.findings.counting > 0 || this.findings.stopped !== undefined)) return;
      const place = this.pending.pop() as Place;
      const mark = this.pending.length;
      this.contents(place);
      if (this.pending.length - mark > 1) this.pending.push(...this.pending.splice(mark).reverse());
    }
  }

  same(legacy: number, candidate: number, state: RuleState): boolean {
    const scalars = (this.legacy.kind[legacy] as number) < ARRAY && (this.candidate.kind[candidate] as number) < ARRAY;
    if (scalars && !state.ignored) {
      spend(this.work, scalarWork(this.legacy, legacy) + scalarWork(this.candidate, candidate));
      if (state.bijection !== undefined) {
        const fits = this.ids?.fits(state.bijection, this.legacy, legacy, this.candidate, candidate);
        if (fits !== undefined) return fits;
      }
      return sameScalar(this.legacy, legacy, this.candidate, candidate)
        ? !this.isElsewhere(state, legacy, candidate)
        : this.excuse(state, legacy, candidate, false) !== undefined;
    }
    return this.ask(legacy, candidate, state);
  }

  /** `asked`: where the two are things that references point at. */
  private ask(legacy: number, candidate: number, state: RuleState, asked?: ThingPair): boolean {
    spend(this.work, QUESTION);
    if (this.nesting >= MAX_NESTING) throw new OutOfWork('too deep a search');
    const findings = new Findings(-1);
    const inner = new Differ(this.legacy, this.candidate, this.book, findings, this.work, this, this.ids?.trial());
    inner.asked = asked;
    inner.compare(legacy, candidate, state);
    if (findings.stopped !== undefined) throw new OutOfWork('stopped inside', findings.stopped);
    return findings.counting === 0;
  }

  ruleHashes(): readonly [RuleHashes, RuleHashes] {
    this.hashes ??= this.outer?.ruleHashes() ?? [new RuleHashes(this.legacy), new RuleHashes(this.candidate)];
    return this.hashes;
  }

  strictHashes(): readonly [RuleHashes, RuleHashes] {
    this.strict ??= this.outer?.strictHashes() ?? [new RuleHashes(this.legacy), new RuleHashes(this.candidate)];
    return this.strict;
  }

  element(place: Place, index: number, legacy: number, candidate: number): void {
    this.visit(place, undefined, index, legacy, candidate, place.state.element(index));
  }

  lone(place: Place, index: number, legacy: number, candidate: number): void {
    this.visit(place, undefined, index, legacy, candidate, place.state.element(index));
  }

  private contents(place: Place): void {
    const { legacy, candidate, state } = place;
    if (legacy < 0 || candidate < 0) this.loneContents(place);
    else if (this.legacy.kind[legacy] === OBJECT) this.members(place);
    else if (state.unordered !== undefined) {
      compareUnordered(this, place, this.book.keys.get(state.unordered), state.unordered);
    } else compareOrdered(this, place);
  }

  private members(place: Place): void {
    const a = this.legacy;
    const b = this.candidate;
    const { legacy, candidate, state } = place;
    const finder = new MemberFinder(b, candidate);
    const except = place.up === undefined ? this.asked : undefined;
    const end = a.next[legacy] as number;
    let shared = 0;
    for (let key = legacy + 1; key < end; key = a.next[key + 1] as number) {
      const value = finder.find(a, key);
      if (value >= 0) shared++;
      if (except?.legacy.key === key) continue;
      this.visit(place, a, key, key + 1, value, state.member(a, key));
    }
    if (shared === b.size[candidate]) return;
    const back = new MemberFinder(a, legacy);
    const last = b.next[candidate] as number;
    for (let key = candidate + 1; key < last; key = b.next[key + 1] as number) {
      if (back.find(b, key) < 0 && except?.candidate.key !== key)
        this.visit(place, b, key, -1, key + 1, state.member(b, key));
    }
  }

  /** A container of one side whose place is ignored, for what is included inside it. */
  private loneContents(place: Place): void {
    const onLegacy = place.legacy >= 0;
    const tape = onLegacy ? this.legacy : this.candidate;
    const container = onLegacy ? place.legacy : place.candidate;
    const isObject = tape.kind[container] === OBJECT;
    const end = tape.next[container] as number;
    let index = 0;
    for (let at = container + 1; at < end; index++) {
      const node = isObject ? at + 1 : at;
      const state = isObject ? place.state.member(tape, at) : place.state.element(index);
      this.visit(
        place,
        isObject ? tape : undefined,
        isObject ? at : index,
        onLegacy ? node : -1,
        onLegacy ? -1 : node,
        state,
      );
      at = tape.next[node] as number;
    }
  }

  /** Compares two values; containers are put off. `keys` and `at` name them under `up`. */
  private visit(
    up: Place | undefined,
    keys: Tape | undefined,
    at: number,
    legacy: number,
    candidate: number,
    state: RuleState,
  ): void {
    if (this.quiet) spend(this.work, 1);
    if (state.skipped) return;
    const aKind = legacy < 0 ? -1 : (this.legacy.kind[legacy] as number);
    const bKind = candidate < 0 ? -1 : (this.candidate.kind[candidate] as number);
    if (aKind >= ARRAY && aKind === bKind) {
      this.pending.push(new Place(up, keys, at, legacy, candidate, state));
      return;
    }
    if (state.ignored) {
      if (aKind >= ARRAY) this.pending.push(new Place(up, keys, at, legacy, -1, state));
      if (bKind >= ARRAY) this.pending.push(new Place(up, keys, at, -1, candidate, state));
      return;
    }
    const areScalars = aKind >= 0 && aKind < ARRAY && bKind >= 0 && bKind < ARRAY;
    if (this.quiet && areScalars) spend(this.work, lookWork(this.legacy, legacy) + lookWork(this.candidate, candidate));
    const same = areScalars && sameScalar(this.legacy, legacy, this.candidate, candidate);
    const renamed = state.bijection === undefined ? undefined : this.renamed(state.bijection, legacy, candidate);
    if (same && renamed !== COUNTS) {
      // Nearly everywhere: without a closure.
      if (state.reference === undefined || this.orStop(() => this.isElsewhere(state, legacy, candidate)) !== true)
        return;
    }
    if (aKind < 0 && bKind < 0) return;
    const kind = kindOf(this.legacy, legacy, this.candidate, candidate);
    const mayMiss = keys !== undefined || up === undefined;
    const counts = same || renamed === COUNTS;
    const excused = counts ? undefined : (renamed ?? this.excuseOrStop(state, legacy, candidate, mayMiss));
    if (excused === STOPPED) return;
    const by = excused ?? this.findings.knownBy(state.known, kind);
    this.findings.add(
      { kind, up, keys, at, legacy, candidate, ...(by === undefined ? {} : { by }) },
      this.legacy,
      this.candidate,
    );
  }

  /** The rule under which two different values are the same. Elements are never missing: arrays have lengths. */
  private excuse(state: RuleState, legacy: number, candidate: number, mayMiss: boolean): Excuse | undefined {
    if (!mayMiss && (legacy < 0 || candidate < 0)) return undefined;
    for (const judging of state.judging) {
      const as = judging.judge(this.legacy, legacy, this.candidate, candidate);
      if (as !== undefined) return as === 'equivalent' ? judging : asBetter(judging, as);
    }
    const { reference } = state;
    if (reference === undefined || legacy < 0 || candidate < 0) return undefined;
    const pair = this.references?.thingsOf(reference, legacy, candidate);
    return pair !== undefined && this.isAlike(pair) ? reference : undefined;
  }

  /** As {@link excuse}; what is in doubt, by references or for the length of numbers, is neither the same nor a difference. */
  private excuseOrStop(
    state: RuleState,
    legacy: number,
    candidate: number,
    mayMiss: boolean,
  ): Excuse | typeof STOPPED | undefined {
    if (state.judging.length === 0) return undefined;
    if (this.quiet) spend(this.work, rulesWork(this.legacy, legacy) + rulesWork(this.candidate, candidate));
    return this.orStop(() => this.excuse(state, legacy, candidate, mayMiss));
  }

  private orStop<T>(answer: () => T): T | typeof STOPPED {
    try {
      return answer();
    } catch (error) {
      if (!(error instanceof OutOfWork)) throw error;
      this.findings.stopped ??= error.reason;
      return STOPPED;
    }
  }

  /** Whether two equal references point at different things. */
  private isElsewhere({ reference }: RuleState, legacy: number, candidate: number): boolean {
    if (reference === undefined) return false;
    const pair = this.references?.thingsOf(reference, legacy, candidate);
    return pair !== undefined && !this.isAlike(pair);
  }

  /** Whether things that references point at are the same, apart from their ids. */
  private isAlike(pair: ThingPair): boolean {
    for (let at: Differ | undefined = this; at !== undefined; at = at.outer) {
      if (at.asked?.name === pair.name) throw new OutOfWork('references in a circle', 'reference-cycle');
    }
    if (pair.stopped !== undefined) throw new OutOfWork('given up before', pair.stopped);
    try {
      pair.alike ??= this.ask(pair.legacy.object, pair.candidate.object, pair.legacy.state, pair);
      return pair.alike;
    } catch (error) {
      if (error instanceof OutOfWork) pair.stopped = error.reason;
      throw error;
    }
  }

  /** The rule where both are ids that agree with all before them; COUNTS where they do not, equal ones too. */
  private renamed(rule: BijectionRule, legacy: number, candidate: number): Excuse | typeof COUNTS | undefined {
    const agreed = this.ids?.agree(rule, this.legacy, legacy, this.candidate, candidate);
    return agreed === undefined ? undefined : agreed ? rule : COUNTS;
  }
}
