// What was changed between two lists of rules, and the lists between them: with some of the changes made and others not.
//
// Rules are matched by what they say, then by name, then by kind and place: an unnamed rule is called after its place in
// the list, which moves when a rule is put before it. Order is part of what rules say (later ones win), so a new order of
// rules that stayed is one change of its own.
import type { RuleSpec } from '../compare/rules.ts';

export interface RuleChange {
  /** `order`: rules that stayed stand in another order. `settings`: what is compared besides rules was changed. */
  readonly change: 'added' | 'removed' | 'changed' | 'order' | 'settings';
  /** Of the rule as it is now, or as it was where it was removed; tells it from the other changes. */
  readonly name: string;
  readonly before?: RuleSpec;
  readonly after?: RuleSpec;
  /** Keys of the file, of `settings`. */
  readonly settings?: readonly string[];
}

/** A rule of both lists, in the same words or not. */
interface Slot {
  readonly before: RuleSpec;
  readonly after: RuleSpec;
  /** Places in the lists. */
  readonly was: number;
  readonly is: number;
  readonly change: RuleChange | undefined;
}

export class RuleChanges {
  /** In the order of the changed list; what was removed comes last. */
  readonly all: readonly RuleChange[];
  readonly #slots: readonly Slot[];
  readonly #order: RuleChange | undefined;
  /** The rules added after a slot, the removed ones likewise; -1: before the first. */
  readonly #added: readonly { readonly rule: RuleSpec; readonly slot: number; readonly change: RuleChange }[];
  readonly #removed: readonly { readonly rule: RuleSpec; readonly slot: number; readonly change: RuleChange }[];

  constructor(before: readonly RuleSpec[], after: readonly RuleSpec[], settings: readonly string[] = []) {
    const partner = matched(before, after);
    const names = new Set<string>();
    const slots: Slot[] = [];
    for (const [was, is] of partner.entries()) {
      const [one, other] = [before[was], is === undefined ? undefined : after[is]];
      if (one === undefined || other === undefined || is === undefined) continue;
      const isSame = body(one) === body(other);
      const change: RuleChange | undefined = isSame
        ? undefined
        : { change: 'changed', name: free(other.name, names), before: one, after: other };
      slots.push({ before: one, after: other, was, is, change });
    }
    this.#slots = slots;
    const taken = new Set(slots.map(({ is }) => is));
    const nearest = (at: number, place: (slot: Slot) => number): number =>
      slots.reduce(
        (best, slot, index) =>
          place(slot) < at && (best < 0 || place(slot) > place(slots[best] as Slot)) ? index : best,
        -1,
      );
    this.#added = after.flatMap((rule, is) => {
      if (taken.has(is)) return [];
      const change = { change: 'added', name: free(rule.name, names), after: rule } as const;
      return [{ rule, slot: nearest(is, (slot) => slot.is), change }];
    });
    this.#removed = before.flatMap((rule, was) => {
      if (partner[was] !== undefined) return [];
      const change = { change: 'removed', name: free(rule.name, names), before: rule } as const;
      return [{ rule, slot: nearest(was, (slot) => slot.was), change }];
    });
    const isMoved = slots.some(({ is }, index) => index > 0 && is < (slots[index - 1] as Slot).is);
    this.#order = isMoved ? { change: 'order', name: free('order of the rules', names) } : undefined;
    const inList = [...slots.flatMap(({ is, change }) => (change === undefined ? [] : [{ is, change }]))];
    for (const { change, rule } of this.#added) inList.push({ is: after.indexOf(rule), change });
    this.all = [
      ...inList.sort((a, b) => a.is - b.is).map(({ change }) => change),
      ...this.#removed.map(({ change }) => change),
      ...(this.#order === undefined ? [] : [this.#order]),
      ...(settings.length === 0 ? [] : [{ change: 'settings', name: free('settings', names), settings } as const]),
    ];
  }

  /** The rules that say the same in both lists. */
  unchanged(): readonly RuleSpec[] {
    return this.#slots.flatMap(({ after, change }) => (change === undefined ? [after] : []));
  }

  /** The rules with these changes made and no others: all of them give the changed list, none the list before. */
  rules(made: ReadonlySet<RuleChange>): readonly RuleSpec[] {
    const isOrdered = this.#order !== undefined && made.has(this.#order);
    const order = this.#slots.map((_, index) => index);
    if (isOrdered) order.sort((a, b) => (this.#slots[a] as Slot).is - (this.#slots[b] as Slot).is);
    const rules: RuleSpec[] = [];
    for (const slot of [-1, ...order]) {
      const own = this.#slots[slot];
      if (own !== undefined) rules.push(own.change === undefined || made.has(own.change) ? own.after : own.before);
      for (const one of this.#removed) if (one.slot === slot && !made.has(one.change)) rules.push(one.rule);
      for (const one of this.#added) if (one.slot === slot && made.has(one.change)) rules.push(one.rule);
    }
    return rules;
  }
}

/** Of each rule before, the place of its partner in `after`. */
function matched(before: readonly RuleSpec[], after: readonly RuleSpec[]): readonly (number | undefined)[] {
  const partner: (number | undefined)[] = before.map(() => undefined);
  const free = new Set(after.keys());
  const match = (isPartner: (one: RuleSpec, other: RuleSpec) => boolean): void => {
    for (const [was, one] of before.entries()) {
      if (partner[was] !== undefined) continue;
      const found = [...free].find((is) => isPartner(one, after[is] as RuleSpec));
      if (found === undefined) continue;
      partner[was] = found;
      free.delete(found);
    }
  };
  const bodies = new Map([...before, ...after].map((rule) => [rule, body(rule)]));
  match((one, other) => bodies.get(one) === bodies.get(other) && one.name === other.name);
  match((one, other) => bodies.get(one) === bodies.get(other));
  match((one, other) => one.name === other.name && isNamed(one) && isNamed(other));
  match((one, other) => one.kind === other.kind && placesOf(one).some((place) => placesOf(other).includes(place)));
  return partner;
}

/** What it does: its name is for people. */
function body(rule: RuleSpec): string {
  const { name: _, ...rest } = rule;
  return JSON.stringify(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether the file names it; else it is called after its place. */
function isNamed({ name, kind }: RuleSpec): boolean {
  return !new RegExp(`^${kind}#\\d+$`).test(name);
}

function placesOf(rule: RuleSpec): readonly string[] {
  if ('paths' in rule) return rule.paths;
  if (rule.kind === 'rename') return [`${rule.side} ${rule.from}`];
  return 'path' in rule && rule.path !== undefined ? [rule.path] : [];
}

function free(name: string, taken: Set<string>): string {
  let own = name;
  for (let n = 2; taken.has(own); n++) own = `${name} (${n})`;
  taken.add(own);
  return own;
}
