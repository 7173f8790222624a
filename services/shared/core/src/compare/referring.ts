// What references point at: the things of a document by their ids.

import { stringOf } from '../json/strings.ts';
import { ARRAY, OBJECT, type Tape } from '../json/tape.ts';
import { idOf } from './kinds/bijection.ts';
import type { ReferenceRule } from './kinds/reference.ts';
import { parsePattern } from './pattern.ts';
import { type PositionSet, Positions } from './positions.ts';
import type { RuleState } from './rule-states.ts';

/** An object with an id. */
interface Thing {
  readonly object: number;
  /** The key node of its id. */
  readonly key: number;
  /** The rules at the object. */
  readonly state: RuleState;
}

class Things {
  private readonly tape: Tape;
  private readonly root: number;
  private readonly state: RuleState;
  private readonly byRule = new Map<ReferenceRule, ReadonlyMap<string, Thing | 'several'>>();

  constructor(tape: Tape, root: number, state: RuleState) {
    this.tape = tape;
    this.root = root;
    this.state = state;
  }

  /** The one thing with the id at this node; undefined where there is none, or more than one. */
  of(rule: ReferenceRule, node: number): Thing | undefined {
    const id = idOf(this.tape, node);
    if (id === undefined) return undefined;
    let things = this.byRule.get(rule);
    if (things === undefined) {
      things = this.collect(rule);
      this.byRule.set(rule, things);
    }
    const thing = things.get(id);
    return thing === 'several' ? undefined : thing;
  }

  /** Without recursion; only into what `to` may still lead to. */
  private collect(rule: ReferenceRule): ReadonlyMap<string, Thing | 'several'> {
    const { tape } = this;
    const things = new Map<string, Thing | 'several'>();
    const to = new Positions([{ rule: 0, segments: parsePattern(rule.to) ?? [] }]);
    const open: [node: number, reached: PositionSet, state: RuleState][] = [];
    if (this.root >= 0) open.push([this.root, to.start, this.state]);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const [node, reached, state] = next;
      const isObject = tape.kind[node] === OBJECT;
      if (!isObject && tape.kind[node] !== ARRAY) continue;
      const end = tape.next[node] as number;
      for (let at = node + 1, index = 0; at < end; index++) {
        const value = isObject ? at + 1 : at;
        const below = to.step(reached, isObject ? stringOf(tape, at) : String(index));
        if (below.length > 0) {
          const id = isObject && below.some((position) => to.complete(position)) ? idOf(tape, value) : undefined;
          if (id !== undefined) things.set(id, things.has(id) ? 'several' : { object: node, key: at, state });
          if ((tape.kind[value] as number) >= ARRAY) {
            open.push([value, below, isObject ? state.member(tape, at) : state.element(index)]);
          }
        }
        at = tape.next[value] as number;
      }
    }
    return things;
  }
}

/** What two references point at. */
export interface ThingPair {
  readonly name: string;
  readonly legacy: Thing;
  readonly candidate: Thing;
  /** Once it was asked. */
  alike?: boolean;
  /** Why it could not be told: asked again, it would cost the same for every reference that leads there. */
  stopped?: string;
}

/** The references between two documents. */
export class References {
  private readonly legacy: Things;
  private readonly candidate: Things;
  private readonly pairs = new Map<string, ThingPair>();

  /** The roots that are compared, and the rules there. */
  constructor(legacy: Tape, legacyRoot: number, candidate: Tape, candidateRoot: number, state: RuleState) {
    this.legacy = new Things(legacy, legacyRoot, state);
    this.candidate = new Things(candidate, candidateRoot, state);
  }

  /** undefined where either points at nothing or at several, and where the things are not compared: then nothing is known. */
  thingsOf(rule: ReferenceRule, one: number, other: number): ThingPair | undefined {
    const legacy = this.legacy.of(rule, one);
    const candidate = this.candidate.of(rule, other);
    if (legacy === undefined || candidate === undefined) return undefined;
    if (legacy.state !== candidate.state || legacy.state.ignored) return undefined;
    const name = `${legacy.key} ${candidate.key}`;
    let pair = this.pairs.get(name);
    if (pair === undefined) {
      pair = { name, legacy, candidate };
      this.pairs.set(name, pair);
    }
    return pair;
  }
}
