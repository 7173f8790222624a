// Transforms: values of one side replaced by what an expression makes of them.

import type { Side } from '../../outcome.ts';
import { compileExpression } from '../expression/expression.ts';
import { Stopped } from '../expression/stopped.ts';
import { plainValue, treeOf, type Value } from '../expression/values.ts';
import type { RuleFault } from '../kinds/kind.ts';
import { PATTERN_FORM, parsePattern } from '../pattern.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { placesOf } from './places.ts';
import type { Rewriting } from './rewriting.ts';
import { pointerTo, treeText } from './tree.ts';

/**
 * On one side, the value at `path` is replaced by what the expression gives; where that is nothing, it is taken away. A
 * place that is not there is not made.
 */
export interface TransformRule extends RuleTerms {
  readonly kind: 'transform';
  readonly side: Side;
  readonly path: string;
  /** JSONata; `$` is the value, `$document` the whole document of that side as the rules before have left it. */
  readonly value: string;
}

/** Deeper results are refused. */
const DEEPEST = 500;

export function transformFaults({ path, value }: TransformRule): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  if (parsePattern(path) === undefined) {
    faults.push({ key: 'path', what: `${JSON.stringify(path)} is no path pattern`, allowed: PATTERN_FORM });
  }
  const compiled = compileExpression(value);
  if (compiled.kind === 'fault') {
    const { what, ...advice } = compiled.fault;
    faults.push({ key: 'value', what: `the expression cannot be used: ${what}`, ...advice });
  }
  return faults;
}

/** Only for rules without faults. */
export function transformRewriting(rule: TransformRule): Rewriting {
  const pattern = parsePattern(rule.path) ?? [];
  const compiled = compileExpression(rule.value);
  if (compiled.kind === 'fault') throw new TypeError(`not an expression: ${compiled.fault.what}`);
  return {
    rule,
    side: rule.side,
    apply: (draft, room, done) => {
      try {
        const whole = draft.root;
        let document: Value | undefined;
        const read = (): Value => (document ??= plainValue(whole));
        for (const place of placesOf(draft, pattern)) {
          const before = place.value();
          if (before === undefined) continue;
          const result = compiled.expression.evaluate(plainValue(before), read, room);
          const allowance = { bytes: room.bytes, depth: DEEPEST - place.names.length };
          // A document cannot be taken away: what would be compared instead?
          if (result === undefined && place.names.length === 0) return 'transform-failed';
          const after = result === undefined ? undefined : treeOf(result, allowance);
          room.bytes = allowance.bytes;
          const was = treeText(before);
          if (after === undefined || treeText(after) !== was) {
            done.push({ rule, path: pointerTo(place.names), value: was, moved: after === undefined });
          }
          place.replace(after);
        }
      } catch (error) {
        if (error instanceof Stopped) return error.reason;
        throw error;
      }
      return undefined;
    },
  };
}

/** Whether it reads more than the places it replaces. Only for rules without faults. */
export function readsDocument(rule: TransformRule): boolean {
  const compiled = compileExpression(rule.value);
  return compiled.kind === 'ok' && compiled.expression.usesDocument;
}
