// Judges pairs as they were judged and as they would be, and keeps count of what moved, and of which change has moved it.

import { type FileEvent, type Grouping, type Judged, judgeEvents } from '../files/group.ts';
import type { Outcome } from '../outcome.ts';
import { noCounts, OUTCOMES } from '../verdict/judge.ts';
import { attribute, type Part, type Sets, setsOf } from './attribution.ts';
import { Bearing } from './bearing.ts';
import { MOVES, type Move, moveOf } from './move.ts';
import { Moved } from './moved.ts';
import type { RuleChange } from './rule-changes.ts';
import { Sampling } from './sampling.ts';
import type { RejudgedOutput, RejudgeSettings } from './settings.ts';

/** Times that pairs are judged again to attribute their moves; beyond it only those of kinds seen seldom. */
const MOST_WORK = 2_000_000;
/** Pairs of each kind that are attributed whatever was spent. */
const ALWAYS = 100;
/** Kinds told apart of each change. */
const KINDS_OF_CHANGE = 200;
const COMBINATIONS = 200;
/** With more changes only those are tried that can have a bearing on a pair, and no pair on which too many have. */
const FEW_CHANGES = 16;
const MOST_TRIED = 64;
/** Comparisons kept ready. */
const MOST_READY = 256;

/** What one change has to do with the pairs that moved one way. */
export interface PartCounts {
  readonly parts: Record<Part, number>;
  readonly moved: Moved;
}

/** Changes none of which is enough, but all of which are needed. */
export interface Combination {
  readonly move: Move;
  readonly changes: readonly RuleChange[];
  pairs: number;
  /** Id. */
  example: string;
}

export class Rejudging {
  readonly settings: RejudgeSettings;
  /** By outcome before, then after. */
  readonly matrix: Readonly<Record<Outcome, Record<Outcome, number>>>;
  readonly moved: Readonly<Record<Move, Moved>>;
  readonly sampling = new Sampling();
  /** Pairs that moved and whose changes were looked for. */
  attributed = 0;
  /** Of these, such as no single change is needed or enough for. */
  unattributed = 0;
  /** Ids of which one side alone has events. */
  readonly alone = { legacy: 0, candidate: 0 };
  /** Events that are of no pair. */
  readonly unusable = { 'no-id': 0, undecodable: 0 };
  readonly #parts = new Map<RuleChange, Map<Move, PartCounts>>();
  readonly #combinations = new Map<string, Combination>();
  readonly #sets: readonly Sets[];
  readonly #bearing: Bearing;
  readonly #unchanged = new Map<string, Grouping>();
  readonly #groupings = new Map<string, Map<ReadonlySet<RuleChange>, Grouping>>();
  readonly #attributedOf = new Map<string, number>();
  #work = 0;

  constructor(settings: RejudgeSettings) {
    this.settings = settings;
    this.#sets = setsOf(settings.changes);
    this.#bearing = new Bearing(settings.changes, [...settings.experiment.rules, ...settings.changed.rules]);
    this.matrix = Object.fromEntries(OUTCOMES.map((outcome) => [outcome, noCounts()])) as Record<
      Outcome,
      Record<Outcome, number>
    >;
    this.moved = Object.fromEntries(MOVES.map((move) => [move, new Moved(move)])) as Record<Move, Moved>;
  }

  /** Both sides have events; what they hold is not needed after the call. */
  pair(output: RejudgedOutput, id: string, legacy: readonly FileEvent[], candidate: readonly FileEvent[]): void {
    const after = judgeEvents(legacy, candidate, output.after);
    const before = this.#sets.length === 0 ? after : judgeEvents(legacy, candidate, output.before);
    this.matrix[before.outcome][after.outcome]++;
    if (after.outcome === 'mismatch' && !this.sampling.isFull(after.signature)) {
      const type = this.settings.isTyped ? typeOf(output, legacy, candidate) : '';
      this.sampling.add(output.plan.output, type, this.#shown(output, id), after.signature, legacy, candidate);
    }
    const move = before === after ? undefined : moveOf(before, after);
    if (move === undefined) return;
    const shown = this.#shown(output, id);
    this.moved[move].add(shown, output.plan.output, before, after);
    const judged = (grouping: Grouping): Judged => judgeEvents(legacy, candidate, grouping);
    const sets = this.#setsFor(output, before, after, judged);
    if (sets.length > MOST_TRIED || !this.#isToBeAttributed(move, before, after)) return;
    this.attributed++;
    const parts = attribute(move, before, after, sets, (made) => {
      this.#work++;
      return judged(this.#grouping(output, made));
    });
    this.#attribute(move, shown, output, before, after, parts);
  }

  /** Of a change, what it has to do with each way to move. */
  partsOf(change: RuleChange): ReadonlyMap<Move, PartCounts> {
    return this.#parts.get(change) ?? new Map();
  }

  /** The most frequent first. */
  combinations(): readonly Combination[] {
    return [...this.#combinations.values()].sort((a, b) => b.pairs - a.pairs);
  }

  #attribute(
    move: Move,
    id: string,
    output: RejudgedOutput,
    before: Judged,
    after: Judged,
    parts: ReadonlyMap<RuleChange, Part>,
  ): void {
    if (parts.size === 0) this.unattributed++;
    for (const [change, part] of parts) {
      const moves = this.#parts.get(change) ?? new Map<Move, PartCounts>();
      this.#parts.set(change, moves);
      const own = moves.get(move) ?? {
        parts: { alone: 0, either: 0, together: 0 },
        moved: new Moved(move, KINDS_OF_CHANGE),
      };
      moves.set(move, own);
      own.parts[part]++;
      own.moved.add(id, output.plan.output, before, after);
    }
    const needed = [...parts].filter(([, part]) => part === 'together').map(([change]) => change);
    if (needed.length < 2) return;
    const key = JSON.stringify([move, ...needed.map(({ name }) => name)]);
    const known = this.#combinations.get(key);
    if (known !== undefined) {
      known.pairs++;
      if (id < known.example) known.example = id;
    } else if (this.#combinations.size < COMBINATIONS) {
      this.#combinations.set(key, { move, changes: needed, pairs: 1, example: id });
    }
  }

  #setsFor(
    output: RejudgedOutput,
    before: Judged,
    after: Judged,
    judged: (grouping: Grouping) => Judged,
  ): readonly Sets[] {
    if (this.#sets.length <= FEW_CHANGES) return this.#sets;
    const { output: name } = output.plan;
    const unchanged = this.#unchanged.get(name) ?? output.unchanged();
    this.#unchanged.set(name, unchanged);
    const { differencesPerPair } = output.before.plan.spec.budgets;
    const hasBearing = this.#bearing.on([before, after, judged(unchanged)], differencesPerPair);
    return this.#sets.filter(({ change }) => hasBearing(change));
  }

  #isToBeAttributed(move: Move, before: Judged, after: Judged): boolean {
    if (this.#sets.length < 2 || this.#work < MOST_WORK) return true;
    const kind = `${move} ${before.signature ?? before.reason ?? ''} ${after.signature ?? after.reason ?? ''}`;
    const known = this.#attributedOf.get(kind) ?? 0;
    if (known < ALWAYS) this.#attributedOf.set(kind, known + 1);
    return known < ALWAYS;
  }

  #grouping(output: RejudgedOutput, made: ReadonlySet<RuleChange>): Grouping {
    const kept = this.#groupings.get(output.plan.output) ?? new Map<ReadonlySet<RuleChange>, Grouping>();
    this.#groupings.set(output.plan.output, kept);
    const grouping = kept.get(made) ?? output.with(made);
    if (kept.size >= MOST_READY && !kept.has(made)) kept.clear();
    kept.set(made, grouping);
    return grouping;
  }

  #shown(output: RejudgedOutput, id: string): string {
    return output.settings.maskId(id);
  }
}

/** As a pair is judged: legacy's, else the candidate's. */
function typeOf({ after }: RejudgedOutput, [one]: readonly FileEvent[], [other]: readonly FileEvent[]): string {
  const type = one === undefined ? '' : after.typeOf(one.content, 'legacy');
  return type === '' && other !== undefined ? after.typeOf(other.content, 'candidate') : type;
}
