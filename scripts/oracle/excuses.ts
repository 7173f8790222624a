// What rules say of two values that differ, one function for each kind, for the oracle.
import type { RuleSpec } from '@parallax/core';
import { asGood, close, written } from './exact.ts';
import { momentOf } from './instants.ts';
import type { Found } from './patterns.ts';
import { exact, type Value } from './value.ts';

type Of<K extends RuleSpec['kind']> = Extract<RuleSpec, { kind: K }>;
export type Excusing = 'nullish' | 'tolerance' | 'time' | 'text' | 'coerce' | 'better';
type Says<K extends Excusing> = (rule: Of<K>, legacy: Found, candidate: Found) => boolean;

/** Whether these two are the same, or the candidate's the better one. Missing is asked of, too. */
export const EXCUSES: { readonly [K in Excusing]: Says<K> } = {
  nullish: ({ same }, legacy, candidate) => {
    const [one, other] = [nothing(legacy), nothing(candidate)];
    return one !== undefined && other !== undefined && one !== other && same.includes(one) && same.includes(other);
  },
  tolerance: (rule, legacy, candidate) =>
    legacy?.kind === 'number' && candidate?.kind === 'number' && close(legacy.value, candidate.value, rule),
  time: ({ within = '0s' }, legacy, candidate) => {
    const [one, other] = [moment(legacy), moment(candidate)];
    if (one === undefined || other === undefined || one.sort !== other.sort) return false;
    const apart = one.nanos > other.nanos ? one.nanos - other.nanos : other.nanos - one.nanos;
    return apart <= duration(within);
  },
  text: (rule, legacy, candidate) => {
    if (legacy?.kind !== 'string' || candidate?.kind !== 'string') return false;
    const { matching } = rule;
    if (matching !== undefined) {
      const form = new RegExp(`^(?:${matching})$`, 'su');
      if (![legacy.text, candidate.text].every((text) => text.length <= 10_000 && form.test(text))) return false;
      if (rule.case === undefined && rule.space === undefined && rule.form === undefined) return true;
    }
    return folded(legacy.text, rule) === folded(candidate.text, rule);
  },
  coerce: ({ to }, legacy, candidate) => {
    const one = coerced(legacy, to);
    return one !== undefined && one === coerced(candidate, to);
  },
  better: ({ direction, noWorseThan }, legacy, candidate) =>
    legacy?.kind === 'number' &&
    candidate?.kind === 'number' &&
    asGood(legacy.value, candidate.value, direction, noWorseThan),
};

function nothing(value: Found): 'null' | 'missing' | 'empty' | undefined {
  if (value === undefined) return 'missing';
  if (value.kind === 'literal') return value.text === 'null' ? 'null' : undefined;
  const isEmpty =
    (value.kind === 'string' && value.text === '') ||
    (value.kind === 'array' && value.items.length === 0) ||
    (value.kind === 'object' && value.members.size === 0);
  return isEmpty ? 'empty' : undefined;
}

function moment(value: Found): ReturnType<typeof momentOf> {
  if (value?.kind === 'string') return momentOf(value.text);
  if (value?.kind !== 'number') return undefined;
  const text = written(value.value, 40);
  const found = text === undefined ? undefined : momentOf(text);
  return found?.sort === 'instant' ? found : undefined;
}

const UNITS = new Map(Object.entries({ ms: 1n, s: 1_000n, m: 60_000n, h: 3_600_000n, d: 86_400_000n }));

/** Nanoseconds. */
function duration(text: string): bigint {
  const unit = [...UNITS.keys()].filter((name) => text.endsWith(name)).sort((a, b) => b.length - a.length)[0] ?? '';
  const [whole = '', fraction = ''] = text.slice(0, -unit.length).split('.');
  return BigInt(whole + fraction.padEnd(6, '0')) * (UNITS.get(unit) ?? 0n);
}

/** Unicode's White_Space. */
const SPACES = new Set(
  '\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

function folded(text: string, { case: letters, space, form }: Of<'text'>): string {
  let result = form === undefined ? text : text.normalize(form);
  if (letters !== undefined) {
    // Letter by letter, so that no letter's neighbours matter; the dotless i has no other case.
    const fold = (letter: string): string => letter.toLowerCase().toUpperCase().toLowerCase();
    result = [...result].map((letter) => (letter === 'ı' ? letter : fold(letter))).join('');
    if (form !== undefined) result = result.normalize(form);
  }
  if (space === undefined) return result;
  const pieces: string[] = [];
  for (const letter of result) {
    if (!SPACES.has(letter)) pieces.push(letter);
    else if (space === 'trim') pieces.push(letter);
    else if (pieces.at(-1) !== ' ') pieces.push(' ');
  }
  let [from, to] = [0, pieces.length];
  while (from < to && SPACES.has(pieces[from] ?? '')) from++;
  while (to > from && SPACES.has(pieces[to - 1] ?? '')) to--;
  return pieces.slice(from, to).join('');
}

/** One text for each value of the type; undefined for what cannot be read as one. */
function coerced(value: Found, to: Of<'coerce'>['to']): string | undefined {
  if (value?.kind === 'number') {
    if (to === 'number') return numeral(value);
    const text = written(value.value, 400);
    return to === 'string' ? text : text === '1' ? 'true' : text === '0' ? 'false' : undefined;
  }
  if (value?.kind === 'literal') return value.text === 'null' || to === 'number' ? undefined : value.text;
  if (value?.kind !== 'string') return undefined;
  const { text } = value;
  if (to === 'string') return text;
  if (to === 'boolean')
    return new Map([
      ['true', 'true'],
      ['1', 'true'],
      ['false', 'false'],
      ['0', 'false'],
    ]).get(text);
  const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
  return isNumber ? numeral({ kind: 'number', value: exact(text) }) : undefined;
}

function numeral({ value: { negative, digits, power } }: Extract<Value, { kind: 'number' }>): string {
  return digits === '' ? '0' : `${negative} ${digits} ${power}`;
}
