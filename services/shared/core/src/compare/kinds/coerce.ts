// Values that are the same once both are read as one type: "1" and 1, "true" and true. Exact, never through a double.
import { canonicalNumber, decimal, numberText, plainNumber } from '../../json/numbers.ts';
import { stringOf } from '../../json/strings.ts';
import { FALSE, type Tape, TRUE } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { BOOLEANS, EMPTY_TEXT, type Judging, NUMBERS, type RuleFault, sortOf, TEXTS } from './kind.ts';

export type Coerced = 'number' | 'string' | 'boolean';
const COERCED: readonly Coerced[] = ['number', 'string', 'boolean'];

/**
 * Both values are read as `to`; what cannot be is only the same as itself. A number is read from a text that is a JSON
 * number; a string from a number (its shortest decimal without exponent) and from true and false; a boolean from the
 * texts true, false, 1 and 0 and from the numbers 1 and 0.
 */
export interface CoerceRule extends RuleTerms {
  readonly kind: 'coerce';
  readonly path: string;
  readonly to: Coerced;
}

const JSON_NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
/** Digits of the longest number written out as a string. */
const DIGITS = 400;
const TRUTHS: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['0', 'false'],
]);

export function coerceFaults({ to }: CoerceRule): readonly RuleFault[] {
  return COERCED.includes(to) ? [] : [{ key: 'to', what: `to is ${JSON.stringify(to)}`, allowed: COERCED.join(', ') }];
}

export function coerceJudging({ name, severity, to }: CoerceRule): Judging {
  const canonical = READ[to];
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS | TEXTS | (to === 'number' ? 0 : BOOLEANS) | (to === 'string' ? EMPTY_TEXT : 0),
    canonical,
    judge: (legacy, one, candidate, other) => {
      const left = canonical(legacy, one);
      return left !== undefined && left === canonical(candidate, other) ? 'equivalent' : undefined;
    },
  };
}

type Read = (tape: Tape, node: number) => string | undefined;
const READ: Readonly<Record<Coerced, Read>> = { number: asNumber, string: asString, boolean: asBoolean };

function asNumber(tape: Tape, node: number): string | undefined {
  const text = textOrNumber(tape, node);
  if (text === undefined || !JSON_NUMBER.test(text) || decimal(text) === undefined) return undefined;
  return canonicalNumber(text);
}

function asString(tape: Tape, node: number): string | undefined {
  switch (sortOf(tape, node)) {
    case NUMBERS:
      return plainNumber(numberText(tape, node), DIGITS);
    case BOOLEANS:
      return tape.kind[node] === TRUE ? 'true' : 'false';
    case TEXTS:
    case EMPTY_TEXT:
      return stringOf(tape, node);
    default:
      return undefined;
  }
}

function asBoolean(tape: Tape, node: number): string | undefined {
  if (node >= 0 && tape.kind[node] === TRUE) return 'true';
  if (node >= 0 && tape.kind[node] === FALSE) return 'false';
  const text = sortOf(tape, node) === NUMBERS ? plainNumber(numberText(tape, node), DIGITS) : textOrNumber(tape, node);
  return text === undefined ? undefined : TRUTHS.get(text);
}

function textOrNumber(tape: Tape, node: number): string | undefined {
  const sort = sortOf(tape, node);
  return sort === NUMBERS ? numberText(tape, node) : sort === TEXTS ? stringOf(tape, node) : undefined;
}
