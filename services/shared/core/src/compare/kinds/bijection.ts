// Generated ids: equal up to a renaming that is consistent and one to one within the pair.
//
// Every id at a place of the rule takes part, equal ones too: once a was renamed to b, a must be b everywhere, and nothing
// else may be. What a hash or an alignment proposes is judged here all the same, so a blurred hash never makes a match.
import { canonicalNumber, numberText } from '../../json/numbers.ts';
import { stringOf } from '../../json/strings.ts';
import { ESCAPED, NUMBER, STRING, type Tape } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { EMPTY_TEXT, type Judging, NUMBERS, TEXTS } from './kind.ts';

/** Strings and numbers at these places, all of one mapping. */
export interface BijectionRule extends RuleTerms {
  readonly kind: 'bijection';
  readonly paths: readonly string[];
}

/** Says only what may be related: the judgement is that of {@link IdMaps}, which sees the whole pair. */
export function bijectionJudging({ name, severity }: BijectionRule): Judging {
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS | TEXTS | EMPTY_TEXT,
    judge: () => undefined,
  };
}

interface IdMap {
  readonly forth: Map<string, string>;
  readonly back: Map<string, string>;
}

/** The mappings of one pair, one for each rule. */
export class IdMaps {
  /** Identical documents take part too: the ids of one event bind those of the others. */
  readonly binding: boolean;
  private readonly outer: IdMaps | undefined;
  private readonly maps = new Map<BijectionRule, IdMap>();

  constructor(binding: boolean, outer?: IdMaps) {
    this.binding = binding;
    this.outer = outer;
  }

  /** Holds together with this, and is not written to it. */
  trial(): IdMaps {
    return new IdMaps(this.binding, this);
  }

  /** Writes the two ids down if they agree with what was written; undefined where these are no two ids of one type. */
  agree(rule: BijectionRule, legacy: Tape, one: number, candidate: Tape, other: number): boolean | undefined {
    return this.ask(rule, idOf(legacy, one), idOf(candidate, other), true);
  }

  /** The same without writing. */
  fits(rule: BijectionRule, legacy: Tape, one: number, candidate: Tape, other: number): boolean | undefined {
    return this.ask(rule, idOf(legacy, one), idOf(candidate, other), false);
  }

  private ask(
    rule: BijectionRule,
    one: string | undefined,
    other: string | undefined,
    write: boolean,
  ): boolean | undefined {
    if (one === undefined || other === undefined || one[0] !== other[0]) return undefined;
    const forth = this.find(rule, 'forth', one);
    const back = this.find(rule, 'back', other);
    if (forth !== undefined || back !== undefined) return forth === other && back === one;
    if (write) {
      let map = this.maps.get(rule);
      if (map === undefined) {
        map = { forth: new Map(), back: new Map() };
        this.maps.set(rule, map);
      }
      map.forth.set(one, other);
      map.back.set(other, one);
    }
    return true;
  }

  private find(rule: BijectionRule, way: 'forth' | 'back', id: string): string | undefined {
    for (let maps: IdMaps | undefined = this; maps !== undefined; maps = maps.outer) {
      const found = maps.maps.get(rule)?.[way].get(id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** One text per id, its type first; undefined for what is neither string nor number. */
export function idOf(tape: Tape, node: number): string | undefined {
  if (node < 0) return undefined;
  const kind = tape.kind[node];
  if (kind === NUMBER) return `n${canonicalNumber(numberText(tape, node))}`;
  return kind === STRING || kind === ESCAPED ? `s${stringOf(tape, node)}` : undefined;
}
