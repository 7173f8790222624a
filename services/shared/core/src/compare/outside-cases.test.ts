// The comparison on the cases of other projects, read where PARALLAX_CASES says; skipped with a line where it does not.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Comparison, Difference } from '../outcome.ts';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith } from './testing/plans.ts';

interface Case {
  readonly id: string;
  readonly name: string;
  readonly left?: unknown;
  readonly right?: unknown;
  readonly leftText?: string;
  readonly rightText?: string;
  readonly equal: boolean;
  readonly arrayMode: 'ordered' | 'unordered' | { readonly key: string | readonly string[] };
  readonly options?: Options;
  readonly changedPaths?: readonly string[];
}

interface Options {
  readonly numericTolerance?: { readonly abs?: number; readonly rel?: number };
  readonly tolerances?: readonly { readonly path: string; readonly abs: number }[];
  readonly arrays?: readonly { readonly path: string; readonly mode: 'unordered' }[];
  readonly keyedArrays?: readonly { readonly path: string; readonly key: string }[];
  readonly ignore?: readonly string[];
  readonly only?: readonly string[];
  readonly ignoreFields?: readonly string[];
  readonly nullAsMissing?: boolean;
  readonly nullAsEmptyString?: boolean;
  readonly extraFieldsOnRight?: 'allowed';
  readonly timestampToleranceMs?: number;
  readonly ignoreValuesMatching?: string;
  readonly caseInsensitiveNames?: boolean;
  readonly ignoreFieldPrefix?: string;
}

/** What no rule can say; the case that needs it is named in the test below. */
const NOT_EXPRESSIBLE: readonly (keyof Options)[] = ['ignoreFieldPrefix'];

const UUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
/** What the suite means by a name. */
const VALUES: Readonly<Record<string, string>> = { uuid: UUID };

/** Names that both sides have at their roots, written otherwise: a rule can name them, and nothing but them. */
function otherCase({ left, right }: Case): readonly (readonly [from: string, to: string])[] {
  const names = (value: unknown): readonly string[] => Object.keys(Object(value));
  return names(right).flatMap((from) => {
    const to = names(left).find((name) => name !== from && name.toLowerCase() === from.toLowerCase());
    return to === undefined ? [] : [[from, to] as const];
  });
}

const folder = process.env.PARALLAX_CASES;
const present = folder !== undefined && existsSync(join(folder, 'differences.jsonl'));
if (!present)
  process.stderr.write('skipped: the outside cases of comparing (PARALLAX_CASES names no folder that holds them)\n');

function load(file: string): readonly Case[] {
  if (folder === undefined || !present) return [];
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Case);
}

const all = load('differences.jsonl');
const disputed = load('differences-disputed.jsonl');
const expressible = (one: Case): boolean => !NOT_EXPRESSIBLE.some((option) => one.options?.[option] !== undefined);

/** Dotted names, which reach through arrays: `users.secret`. */
function dotted(path: string): string[] {
  const names = path === '' || path === '$' ? [] : path.split('.');
  let patterns = [''];
  for (const [i, name] of names.entries()) {
    patterns = patterns.flatMap((prefix) => (i === 0 ? [`/${name}`] : [`${prefix}/${name}`, `${prefix}/*/${name}`]));
  }
  return patterns;
}

function rulesOf(one: Case): RuleSpec[] {
  const { arrayMode, options = {} } = one;
  const rules: RuleSpec[] = [];
  const keyPointer = (key: string): string => (key.startsWith('/') ? key : `/${key}`);
  if (arrayMode === 'unordered') rules.push({ kind: 'unordered', name: 'unordered', path: '/**' });
  else if (typeof arrayMode === 'object' && options.keyedArrays === undefined) {
    const names = typeof arrayMode.key === 'string' ? [arrayMode.key] : arrayMode.key;
    rules.push({ kind: 'unordered', name: 'keyed', path: '/**', key: names.map((name) => `/${name}`) });
  }
  for (const { path, key } of options.keyedArrays ?? []) {
    // `$value`: the element is its own key.
    const pointers = key === '$value' ? [''] : [keyPointer(key)];
    for (const pattern of dotted(path)) rules.push({ kind: 'unordered', name: 'keyed', path: pattern, key: pointers });
  }
  for (const { path } of options.arrays ?? []) rules.push({ kind: 'unordered', name: 'unordered', path });
  if (options.numericTolerance !== undefined) {
    const { abs, rel } = options.numericTolerance;
    const limits = { ...(abs === undefined ? {} : { absolute: abs }), ...(rel === undefined ? {} : { relative: rel }) };
    rules.push({ kind: 'tolerance', name: 'tolerance', path: '/**', ...limits });
  }
  for (const { path, abs } of options.tolerances ?? [])
    rules.push({ kind: 'tolerance', name: 'tolerance', path: `${path}/**`, absolute: abs });
  if (options.ignore !== undefined) rules.push({ kind: 'ignore', name: 'ignore', paths: options.ignore });
  if (options.ignoreFields !== undefined) {
    rules.push({ kind: 'ignore', name: 'ignore', paths: options.ignoreFields.flatMap(dotted) });
  }
  if (options.only !== undefined) rules.push({ kind: 'include', name: 'only', paths: options.only });
  if (options.nullAsMissing) rules.push({ kind: 'nullish', name: 'nullish', path: '/**', same: ['null', 'missing'] });
  if (options.nullAsEmptyString) rules.push({ kind: 'nullish', name: 'nullish', path: '/**', same: ['null', 'empty'] });
  if (options.timestampToleranceMs !== undefined)
    rules.push({ kind: 'time', name: 'time', path: '/**', within: `${options.timestampToleranceMs}ms` });
  if (options.ignoreValuesMatching !== undefined) {
    const matching = VALUES[options.ignoreValuesMatching] ?? options.ignoreValuesMatching;
    rules.push({ kind: 'text', name: 'values', path: '/**', matching });
  }
  if (options.caseInsensitiveNames) {
    for (const [from, to] of otherCase(one))
      rules.push({ kind: 'rename', name: 'names', side: 'candidate', from: `/${from}`, to: `/${to}` });
  }
  if (options.extraFieldsOnRight === 'allowed') {
    const terms = { owner: 'suite', ticket: 'lenient', expires: '9999-12-31' };
    rules.push({ kind: 'known', name: 'more', kinds: ['added'], ...terms });
  }
  return rules;
}

function judge(one: Case): Comparison {
  const left = one.leftText ?? JSON.stringify(one.left);
  const right = one.rightText ?? JSON.stringify(one.right);
  return compareTexts(
    left,
    right,
    planWith(rulesOf(one), { budgets: { differencesPerPair: 1000, payloadBytes: 1e6, depth: 10_000 } }),
  );
}

function agrees(comparison: Comparison): boolean | undefined {
  if (comparison.kind === 'inconclusive') return undefined;
  return comparison.kind !== 'mismatch';
}

/**
 * The places to hold against index-wise ones: an element that came or went moves all behind it, so it, and what differs
 * inside its neighbours, speaks of the whole array.
 */
function spoken(differences: readonly Difference[]): readonly string[] {
  const parent = (path: string): string => path.slice(0, path.lastIndexOf('/'));
  const shifted = differences
    .filter(({ path, kind }) => (kind === 'added' || kind === 'removed') && /\/[0-9]+$/.test(path))
    .map(({ path }) => parent(path));
  return differences.map(({ path }) => {
    const arrays = shifted.filter((array) => path.startsWith(`${array}/`));
    return arrays.reduce((shortest, array) => (array.length < shortest.length ? array : shortest), path);
  });
}

function related(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/** Each true place has a reported one equal to it, above or below it, and the other way round. */
function uncovered(one: Case, comparison: Comparison): readonly string[] {
  const truth = one.changedPaths ?? [];
  const counting =
    comparison.kind === 'mismatch' ? comparison.differences.filter(({ rule }) => rule === undefined) : [];
  const reported = spoken(counting);
  return [
    ...truth.filter((path) => !reported.some((other) => related(path, other))).map((path) => `unreported ${path}`),
    ...reported.filter((path) => !truth.some((other) => related(path, other))).map((path) => `untrue ${path}`),
  ];
}

describe.skipIf(!present)('outside cases', () => {
  const strict = all.filter(({ arrayMode, options }) => arrayMode === 'ordered' && options === undefined);
  const ruled = all.filter((one) => !strict.includes(one) && expressible(one));

  test('there are as many as the folder promises', () => {
    expect([all.length, disputed.length, strict.length, ruled.length]).toEqual([657, 45, 545, 111]);
  });

  test('every strict ordered pair is judged right', () => {
    expect(strict.filter((one) => agrees(judge(one)) !== one.equal).map(({ id }) => id)).toEqual([]);
  });

  test('identical documents match, and nothing else does', () => {
    expect(strict.filter((one) => (judge(one).kind === 'match') !== one.equal).map(({ id }) => id)).toEqual([]);
  });

  test('every strict ordered place is covered, and nothing else is reported', () => {
    const wrong = strict
      .filter(({ changedPaths }) => changedPaths !== undefined)
      .flatMap((one) => uncovered(one, judge(one)).map((what) => `${one.id}: ${what}`));
    expect(wrong).toEqual([]);
  });

  test('every pair under rules is judged right', () => {
    expect(ruled.filter((one) => agrees(judge(one)) !== one.equal).map(({ id }) => id)).toEqual([]);
  });

  test('their places, where known, are reported', () => {
    const known = ruled.filter(({ changedPaths }) => changedPaths !== undefined);
    expect(known.flatMap((one) => uncovered(one, judge(one)).map((what) => `${one.id}: ${what}`))).toEqual([]);
  });

  test('what rules cannot say is known by name', () => {
    expect(all.filter((one) => !expressible(one)).map(({ id }) => id)).toEqual(['jsondiffpatch-45']);
  });

  test('no disputed pair is silently wrong', () => {
    const answers = disputed.map((one) => [one.id, agrees(judge(one)), one.equal] as const);
    const against = answers.filter(([, agreed, equal]) => agreed !== undefined && agreed !== equal).map(([id]) => id);
    // Numbers are exact decimals: these two differ as decimals, though not as doubles.
    expect(against).toEqual(['d-jd-9', 'd-rfc8785-jcs-1']);
    const refused = answers.filter(([, agreed]) => agreed === undefined).map(([id]) => id);
    // Objects that name a member twice.
    expect(refused).toEqual(['d-hard-18', 'd-hard-19', 'd-hard-20', 'd-hard-21', 'd-hard-22']);
  });
});
