// What differs between the sides, path by path, and which of it is different by nature: the time of the work itself, ids
// made up on the way. Everything else that differs is what an experiment is for, and is never proposed to be ignored.
import { compareWith } from '../compare/compare.ts';
import { generalise } from '../compare/generalise.ts';
import { compilePlan } from '../compare/plan.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { CompareSpec } from '../compare/spec.ts';
import type { DifferenceKind } from '../outcome.ts';
import { escaped } from './arrays.ts';
import type { Matched } from './matching.ts';
import { documentOf, eachScalar, quantile } from './sample.ts';

/** `work-time`: the moment of the work, on each side its own; `made-up`: a generated id. */
export type Nature = 'work-time' | 'made-up' | 'time' | 'counter' | 'rounding' | 'value';

export interface DifferingPath {
  /** As a rule writes it. */
  readonly path: string;
  readonly kinds: readonly DifferenceKind[];
  /** Pairs that have something at this path, on either side. */
  readonly pairs: number;
  /** Pairs that differ there. */
  readonly differing: number;
  readonly nature: Nature;
  /** Of numbers that are close: the largest distance, absolute and as a share of the larger. */
  readonly absolute?: number;
  readonly relative?: number;
}

export interface Differing {
  /** Pairs compared. */
  readonly pairs: number;
  /** Pairs without a difference that counts. */
  readonly agreeing: number;
  readonly paths: readonly DifferingPath[];
}

const PAIRS = 1_000;
const VALUES = 400;

export const WHOLE_VALUE: Omit<CompareSpec, 'rules'> = {
  output: 'default',
  format: { legacy: 'json', candidate: 'json' },
  select: {},
  compare: { value: true, key: false, headers: [] },
  pick: 'sequence',
  counts: 'compare',
  budgets: { differencesPerPair: 1_000, payloadBytes: 16 * 1024 * 1024, depth: 1_000 },
};

interface Noted {
  readonly kinds: Set<DifferenceKind>;
  differing: number;
  readonly values: Values[];
}

interface Values {
  readonly legacy?: string;
  readonly candidate?: string;
  readonly legacyAt: number;
  readonly candidateAt: number;
}

/** Compares the first events of each pair under these rules. */
export function differingPaths(
  matched: readonly Matched[],
  rules: readonly RuleSpec[],
  format: 'json' | 'text' | 'bytes' = 'json',
): Differing {
  const plan = compilePlan({ ...WHOLE_VALUE, format: { legacy: format, candidate: format }, rules });
  const noted = new Map<string, Noted>();
  const present = new Map<string, number>();
  let agreeing = 0;
  const looked = matched.slice(0, PAIRS);
  for (const { legacy, candidate } of looked) {
    const [one, other] = [legacy[0], candidate[0]];
    if (one === undefined || other === undefined) continue;
    const there = new Set<string>();
    for (const record of [one, other]) {
      eachScalar(documentOf(record), 'generalised', (place) => {
        there.add(place.map((name) => (name === '*' ? '/*' : `/${escaped(name)}`)).join(''));
      });
    }
    for (const path of there) present.set(path, (present.get(path) ?? 0) + 1);
    const compared = compareWith([one], [other], plan, '', false);
    if (compared.kind === 'match' || compared.kind === 'equivalent') agreeing++;
    if (compared.kind !== 'mismatch') continue;
    const here = new Set<string>();
    for (const { path, kind, rule, legacy: was, candidate: is } of compared.differences) {
      if (rule !== undefined) continue;
      const pattern = generalise(path);
      const note = noted.get(pattern) ?? { kinds: new Set(), differing: 0, values: [] };
      noted.set(pattern, note);
      note.kinds.add(kind);
      if (!here.has(pattern)) note.differing++;
      here.add(pattern);
      if (note.values.length < VALUES) {
        note.values.push({
          ...(was === undefined ? {} : { legacy: was }),
          ...(is === undefined ? {} : { candidate: is }),
          legacyAt: one.timestamp,
          candidateAt: other.timestamp,
        });
      }
    }
  }
  const paths = [...noted].map(([path, { kinds, differing, values }]): DifferingPath => {
    const nature = natureOf(values);
    return {
      path,
      kinds: [...kinds],
      pairs: Math.max(differing, present.get(path) ?? 0),
      differing,
      nature,
      ...(nature === 'rounding' ? distances(values) : {}),
    };
  });
  return { pairs: looked.length, agreeing, paths: paths.toSorted((a, b) => b.differing - a.differing) };
}

/** Work is stamped when it is done; its event is written soon after. Clocks of the systems may be off a little. */
const BEFORE_MS = 15 * 60_000;
const AFTER_MS = 3 * 60_000;
/** Numbers closer than this are likely to be rounded or added up in another way. */
const ROUNDING_SHARE = 1e-6;
const ROUNDING = 0.011;

function natureOf(values: readonly Values[]): Nature {
  const both = values.filter(({ legacy, candidate }) => legacy !== undefined && candidate !== undefined);
  const sides = [
    values.flatMap(({ legacy, legacyAt }) => (legacy === undefined ? [] : [{ text: legacy, at: legacyAt }])),
    values.flatMap(({ candidate, candidateAt }) =>
      candidate === undefined ? [] : [{ text: candidate, at: candidateAt }],
    ),
  ].filter((side) => side.length > 0);
  const all = sides.flat();
  if (all.length === 0) return 'value';
  const times = all.map(({ text }) => timeOf(text));
  if (times.every((time) => time !== undefined)) {
    const isWork = all.every(({ text, at }) => {
      const ahead = (timeOf(text) ?? Number.NaN) - at;
      return ahead >= -BEFORE_MS && ahead <= AFTER_MS;
    });
    return isWork && new Set(all.map(({ text }) => text)).size > 1 ? 'work-time' : 'time';
  }
  const distinct = sides.map((side) => new Set(side.map(({ text }) => text)));
  const isUnique = sides.every((side, index) => (distinct[index]?.size ?? 0) >= 0.98 * side.length);
  const [one = new Set<string>(), other = new Set<string>()] = distinct;
  const isApart = ![...one].some((text) => other.has(text));
  if (isUnique && isApart && all.every(({ text }) => isGenerated(text))) return 'made-up';
  if (both.length === values.length && both.every((pair) => isClose(pair))) return 'rounding';
  if (isUnique && all.every(({ text }) => /^\d{1,15}$/.test(text)) && sides.every(isRising)) return 'counter';
  return 'value';
}

/** Epoch milliseconds of an ISO 8601 text, or of a number that can be one in seconds or milliseconds. */
export function timeOf(text: string): number | undefined {
  const bare = text.startsWith('"') ? text.slice(1, -1) : text;
  if (/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(bare)) {
    const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(bare) ? bare : `${bare}Z`;
    const time = Date.parse(zoned.replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1'));
    return Number.isNaN(time) ? undefined : time;
  }
  if (/^1\d{12}$/.test(bare)) return Number(bare);
  return /^1\d{9}(\.\d+)?$/.test(bare) ? Number(bare) * 1_000 : undefined;
}

/** UUIDs, ULIDs, hashes, traces: long, and of no words. */
function isGenerated(text: string): boolean {
  if (!text.startsWith('"')) return false;
  const bare = text.slice(1, -1);
  if (/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.test(bare)) return true;
  if (/^[0-9a-f]{16,}$/i.test(bare)) return true;
  return /^[0-9A-HJKMNP-TV-Z]{26}$/.test(bare);
}

function isClose({ legacy = '', candidate = '' }: Values): boolean {
  const { absolute, relative } = distance(legacy, candidate);
  return absolute <= ROUNDING || relative <= ROUNDING_SHARE;
}

function distance(legacy: string, candidate: string) {
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
  if (!number.test(legacy) || !number.test(candidate)) {
    return { absolute: Number.POSITIVE_INFINITY, relative: Number.POSITIVE_INFINITY };
  }
  const absolute = Math.abs(Number(legacy) - Number(candidate));
  // Of whole numbers one apart nothing was rounded.
  if (!/[.eE]/.test(legacy + candidate))
    return { absolute: Number.POSITIVE_INFINITY, relative: Number.POSITIVE_INFINITY };
  return { absolute, relative: absolute / Math.max(Math.abs(Number(legacy)), Math.abs(Number(candidate)), 1e-300) };
}

function distances(values: readonly Values[]): { readonly absolute: number; readonly relative: number } {
  const all = values.map(({ legacy = '', candidate = '' }) => distance(legacy, candidate));
  return {
    absolute: quantile(
      all.map(({ absolute }) => absolute),
      1,
    ),
    relative: quantile(
      all.map(({ relative }) => relative),
      1,
    ),
  };
}

function isRising(side: readonly { readonly text: string; readonly at: number }[]): boolean {
  const numbers = side.toSorted((a, b) => a.at - b.at).map(({ text }) => Number(text));
  return numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0));
}
