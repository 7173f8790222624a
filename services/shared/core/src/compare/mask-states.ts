// Which mask holds where: an automaton over path segments, stepped along with a document. Used for what differs only.
import type { Segment } from './pattern.ts';
import type { MaskPattern, PrivacyAction } from './privacy.ts';

const INDEX = /^(?:0|[1-9][0-9]*)$/;

/** A pattern and how many of its segments have been matched. */
interface Item {
  readonly pattern: number;
  readonly at: number;
}

/** Places that are no masks and bear on them. */
export interface MaskMarks {
  /** Strings that may hold a document packed: its masked places lie in the string itself. */
  readonly packed: readonly (readonly Segment[])[];
}

/** The entry of what is marked as packed. */
const PACKED = -2;

/** What is handed down to all that lies below: the entry that wins, and the latest that masks from above. */
interface Inherited {
  readonly entry: number;
  readonly action: PrivacyAction;
  /** -1 where no path masks an ancestor; the default does not hide names. */
  readonly masking: number;
}

/** What may be shown at one place of a document and below it. */
export class MaskState {
  readonly action: PrivacyAction;
  /** Nothing here or below is masked. */
  readonly isClear: boolean;
  /** All here and below is masked as one value. */
  readonly isWhole: boolean;
  /** The name under which this place is reached lies inside a masked value. */
  readonly hidesName: boolean;
  /** A string here may be a document, with what is masked below in it. */
  readonly isPacked: boolean;
  private readonly states: MaskStates;
  private readonly items: readonly Item[];
  private readonly below: Inherited;
  private readonly names: ReadonlySet<string>;
  private readonly known = new Map<string, MaskState>();

  constructor(states: MaskStates, items: readonly Item[], above: Inherited) {
    this.states = states;
    this.items = items;
    let { entry, action } = above;
    let masking = above.masking;
    let kept = -1;
    let isPacked = false;
    for (const item of items) {
      if (!states.isComplete(item)) continue;
      const own = states.entryOf(item);
      if (own === PACKED) {
        isPacked = true;
        continue;
      }
      if (own >= entry) {
        entry = own;
        action = states.actionOf(own);
      }
      if (states.actionOf(own) === 'keep') kept = Math.max(kept, own);
      else masking = Math.max(masking, own);
    }
    this.action = action;
    this.isPacked = isPacked;
    this.hidesName = action !== 'keep' && above.masking > kept;
    this.below = { entry, action, masking: action === 'keep' ? -1 : masking };
    const pending = items.filter((item) => !states.isComplete(item) && states.entryOf(item) > entry);
    const may = (keeps: boolean) =>
      pending.some((item) => (states.actionOf(states.entryOf(item)) === 'keep') === keeps);
    this.isClear = action === 'keep' && !may(false);
    // Another mask below has its way too where it is stricter: what is dropped leaves no hash behind.
    this.isWhole =
      action === 'drop'
        ? !may(true)
        : action === 'hmac' && !pending.some((item) => states.actionOf(states.entryOf(item)) !== 'hmac');
    const marks = items.filter((item) => !states.isComplete(item) && states.entryOf(item) === PACKED);
    const named = [...pending, ...marks]
      .map((item) => states.segment(item))
      .filter((segment) => segment?.kind === 'name');
    this.names = new Set(named.map((segment) => (segment?.kind === 'name' ? segment.name : '')));
  }

  member(name: string): MaskState {
    const key = this.names.has(name) ? `.${name}` : '';
    return this.reach(key, (segment) => segment === name);
  }

  /** An index in a pattern stands for every element: elements move, and one that has moved is shown elsewhere. */
  element(): MaskState {
    return this.reach('[', (segment) => INDEX.test(segment));
  }

  private reach(key: string, matches: (name: string) => boolean): MaskState {
    let state = this.known.get(key);
    if (state === undefined) {
      state = this.states.step(this.items, matches, this.below);
      this.known.set(key, state);
    }
    return state;
  }
}

export class MaskStates {
  readonly root: MaskState;
  private readonly patterns: readonly MaskPattern[];
  private readonly actions: readonly PrivacyAction[];
  private readonly states = new Map<string, MaskState>();

  constructor(
    patterns: readonly MaskPattern[],
    actions: readonly PrivacyAction[],
    others: PrivacyAction,
    marks: MaskMarks = { packed: [] },
  ) {
    this.patterns = [...patterns, ...marks.packed.map((segments) => ({ entry: PACKED, segments }))];
    this.actions = actions;
    const items = this.patterns.map((_, pattern) => ({ pattern, at: 0 }));
    this.root = this.state(items, { entry: -1, action: others, masking: -1 });
  }

  step(items: readonly Item[], matches: (name: string) => boolean, above: Inherited): MaskState {
    const next: Item[] = [];
    for (const item of items) {
      const segment = this.segment(item);
      if (segment?.kind === 'deep') next.push(item);
      else if (segment?.kind === 'any' || (segment?.kind === 'name' && matches(segment.name))) {
        next.push({ pattern: item.pattern, at: item.at + 1 });
      }
    }
    return this.state(next, above);
  }

  isComplete(item: Item): boolean {
    return item.at === this.patterns[item.pattern]?.segments.length;
  }

  entryOf(item: Item): number {
    return this.patterns[item.pattern]?.entry ?? -1;
  }

  actionOf(entry: number): PrivacyAction {
    return this.actions[entry] ?? 'keep';
  }

  segment(item: Item): Segment | undefined {
    return this.patterns[item.pattern]?.segments[item.at];
  }

  private state(start: readonly Item[], above: Inherited): MaskState {
    const items = new Map<string, Item>();
    for (let item of start) {
      // `**` may stand for no segment at all.
      for (;;) {
        items.set(`${item.pattern}.${item.at}`, item);
        if (this.segment(item)?.kind !== 'deep') break;
        item = { pattern: item.pattern, at: item.at + 1 };
      }
    }
    const key = `${[...items.keys()].sort().join(' ')} ${above.entry} ${above.action} ${above.masking}`;
    let state = this.states.get(key);
    if (state === undefined) {
      state = new MaskState(this, [...items.values()], above);
      this.states.set(key, state);
    }
    return state;
  }
}
