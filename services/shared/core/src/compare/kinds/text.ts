// Texts that are the same once case, white space or their Unicode form do not count, or that both fit a pattern.
import { stringOf } from '../../json/strings.ts';
import type { Tape } from '../../json/tape.ts';
import { linearRegex } from '../linear-regex.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { EMPTY_TEXT, type Judging, type RuleFault, sortOf, TEXTS } from './kind.ts';

/** At least one of the four. What is folded must come out equal; with `matching`, both whole texts must fit it as well. */
export interface TextRule extends RuleTerms {
  readonly kind: 'text';
  readonly path: string;
  /** Letters that differ in case alone are the same: full case folding, of no language in particular. */
  readonly case?: 'fold';
  /** `trim`: not at the ends; `collapse`: moreover, any run of white space is one space. */
  readonly space?: 'collapse' | 'trim';
  /** Unicode normalization: characters written in several ways are the same; NFKC also those that only look different. */
  readonly form?: 'NFC' | 'NFKC';
  /** Linear-time regular expression. Alone: any two texts that it matches whole are the same. */
  readonly matching?: string;
}

export function textFaults(rule: TextRule): readonly RuleFault[] {
  const { matching } = rule;
  const faults: RuleFault[] = [];
  const among = (key: 'case' | 'space' | 'form', allowed: readonly string[]): void => {
    const value = rule[key];
    if (value !== undefined && !allowed.includes(value))
      faults.push({ key, what: `${key} is ${JSON.stringify(value)}`, allowed: allowed.join(', ') });
  };
  among('case', ['fold']);
  among('space', ['collapse', 'trim']);
  among('form', ['NFC', 'NFKC']);
  if (matching !== undefined) {
    const read = linearRegex(matching);
    if (read.kind === 'wrong') faults.push({ key: 'matching', what: read.what, cure: read.cure });
  } else if (rule.case === undefined && rule.space === undefined && rule.form === undefined) {
    faults.push({ what: 'this says nothing of texts', allowed: 'one or more of case, space, form, matching' });
  }
  return faults;
}

export function textJudging(rule: TextRule): Judging {
  const { name, severity, matching } = rule;
  const read = matching === undefined ? undefined : linearRegex(matching);
  const fits = read?.kind === 'ok' ? read.regex.matches : undefined;
  const folds = rule.case !== undefined || rule.space !== undefined || rule.form !== undefined;
  const canonical = (tape: Tape, node: number): string | undefined => {
    const sort = sortOf(tape, node);
    if (sort !== TEXTS && sort !== EMPTY_TEXT) return undefined;
    const text = stringOf(tape, node);
    if (fits !== undefined && !fits(text)) return undefined;
    if (rule.form !== undefined && MARKS.test(text)) return undefined;
    return folds ? folded(text, rule) : '';
  };
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: TEXTS | EMPTY_TEXT,
    canonical,
    judge: (legacy, one, candidate, other) => {
      const left = canonical(legacy, one);
      return left !== undefined && left === canonical(candidate, other) ? 'equivalent' : undefined;
    },
  };
}

/** Putting marks in order takes the square of how many stand in a row; no writing has more than some 30. */
const MARKS = /\p{M}{100}/u;

function folded(text: string, { case: letters, space, form }: TextRule): string {
  let result = form === undefined ? text : text.normalize(form);
  // Folding can take a text out of its form.
  if (letters !== undefined) result = form === undefined ? foldCase(result) : foldCase(result).normalize(form);
  if (space === 'collapse') result = result.replace(/\p{White_Space}+/gu, ' ');
  return space === undefined ? result : trimmed(result);
}

/** All white space of Unicode is one code unit long. */
const SPACE = /\p{White_Space}/u;

/** Not by one regular expression: that looks for the end from every space there is. */
function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && SPACE.test(text.charAt(from))) from++;
  while (to > from && SPACE.test(text.charAt(to - 1))) to--;
  return text.slice(from, to);
}

/**
 * Unicode's full case folding by means of the two mappings there are: texts that fold alike are alike in lower and then
 * upper case. Only the dotless i is upper-cased to a letter that it does not fold to, so it stays.
 */
function foldCase(text: string): string {
  return text
    .split('ı')
    .map((part) => part.toLowerCase().toUpperCase())
    .join('ı');
}
