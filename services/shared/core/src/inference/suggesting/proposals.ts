// Rules that could excuse what was observed at a path, the narrowest first. Whether one does is for comparing to say.
import { formatDuration } from '../../experiment/units.ts';
import { timeOf } from '../differing.ts';
import { quantile } from '../sample.ts';
import type { Observed, ObservedPath } from './observing.ts';
import { volatileForm } from './volatile.ts';

/** A rule as an experiment file has it. */
export type WrittenRule = Readonly<Record<string, unknown>>;

export interface Risk {
  readonly level: 'low' | 'medium' | 'high';
  /** What the rule would hide. */
  readonly text: string;
}

export interface Proposal {
  readonly rule: WrittenRule;
  /** What was seen, for people. */
  readonly reason: string;
  readonly risk: Risk;
  /** Paths it speaks of. */
  readonly patterns: readonly string[];
  /** Of both places, where the two sides have it elsewhere. */
  readonly examples?: readonly Observed[];
}

/** Of a magnitude: numbers that differ by more of it than this are not measured, they are made up. */
const MEASURED = 0.5;

/** A share is written only where it is clearly narrower for a usual value: an amount is easier to judge. */
const CLEARLY = 0.9;

export function proposals(path: ObservedPath): readonly Proposal[] {
  const { values } = path;
  const both = values.filter(({ legacy, candidate }) => legacy !== undefined && candidate !== undefined);
  const isWhole = both.length === values.length && both.length > 0;
  return [
    ...nullish(path),
    ...(isWhole
      ? [...coerced(path), ...times(path), ...spelling(path), ...renamed(path), ...texts(path), ...numbers(path)]
      : []),
    ...ignored(path),
  ];
}

/** More sorts of differences at one place are no noise of a known form. */
const MOST_SORTS = 3;
const MOST_TOGETHER = 16;

/**
 * Where differences of several sorts meet at one path (a number that is rounded, and null for a missing one): a rule for
 * each sort, which only together cover it. The narrowest first; none where one sort has no rule of its own, or was seen fewer
 * than `least` times.
 */
export function combinations(path: ObservedPath, least: number): readonly (readonly Proposal[])[] {
  const sorts = Map.groupBy(path.values, ({ legacy, candidate }) =>
    [natureOf(legacy), natureOf(candidate)].some((nature) => nature === 'nothing')
      ? 'nothing'
      : [natureOf(legacy), natureOf(candidate)].toSorted().join(),
  );
  if (sorts.size < 2 || sorts.size > MOST_SORTS) return [];
  if ([...sorts.values()].some(({ length }) => length < least)) return [];
  let found: readonly (readonly Proposal[])[] = [[]];
  for (const values of sorts.values()) {
    const own = proposals({ ...path, values }).filter(({ rule }) => !('ignore' in rule));
    found = found.flatMap((before) => own.map((one) => [...before, one])).slice(0, MOST_TOGETHER);
  }
  // Two rules of one kind at one place: the later would have the last word, not both.
  return found.filter((rules) => new Set(rules.map(({ rule }) => Object.keys(rule)[0])).size === rules.length);
}

function natureOf(text: string | undefined): string {
  if (NOTHING.has(text)) return 'nothing';
  return text !== undefined && timeOf(text) !== undefined && text.startsWith('"') ? 'time' : sortOf(text ?? '');
}

const NOTHING = new Map<string | undefined, string>([
  [undefined, 'missing'],
  ['null', 'null'],
  ['""', 'empty'],
  ['[]', 'empty'],
  ['{}', 'empty'],
]);

function nullish({ pattern, values }: ObservedPath): readonly Proposal[] {
  const sides = values.flatMap(({ legacy, candidate }) => [NOTHING.get(legacy), NOTHING.get(candidate)]);
  const same = [...new Set(sides)];
  if (same.length < 2 || same.some((word) => word === undefined)) return [];
  return [
    {
      rule: { nullish: { path: pattern, same: same.toSorted() } },
      reason: `one side has nothing there as ${same.join(', ')}, the other in another of these ways`,
      risk: { level: 'low', text: `that ${same.join(' and ')} are told apart by whoever reads them` },
      patterns: [pattern],
    },
  ];
}

function coerced({ pattern, values }: ObservedPath): readonly Proposal[] {
  const sorts = values.map(({ legacy = '', candidate = '' }) => [sortOf(legacy), sortOf(candidate)].toSorted().join());
  const [first] = sorts;
  const to = first === 'number,string' ? 'number' : first === 'boolean,string' ? 'boolean' : undefined;
  if (to === undefined || sorts.some((sort) => sort !== first)) return [];
  const reason = `a ${to} on one side, the same as text on the other`;
  const text = 'that a reader who minds the type would fail';
  const looks =
    to === 'number' ? 'that a name which looks like a number (1E2, 1.10) was calculated with' : '1 and 0 as well';
  return [
    // What is the same as text is so whatever it means; "1E2" and 100 are the same only if both are numbers.
    { rule: { coerce: { path: pattern, to: 'string' } }, reason, risk: { level: 'low', text }, patterns: [pattern] },
    {
      rule: { coerce: { path: pattern, to } },
      reason: `${reason}, written otherwise`,
      risk: { level: 'medium', text: `${text}, and ${looks}` },
      patterns: [pattern],
    },
  ];
}

/** Milliseconds a tolerance of times is rounded up to. */
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
  900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000,
];

function times({ pattern, values }: ObservedPath): readonly Proposal[] {
  let widest = 0;
  for (const { legacy = '', candidate = '' } of values) {
    const [one, other] = [timeOf(legacy), timeOf(candidate)];
    if (one === undefined || other === undefined) return [];
    widest = Math.max(widest, Math.abs(one - other));
  }
  const within = STEPS.find((step) => step >= widest);
  if (within === undefined) return [];
  const gap = formatDuration(Math.ceil(widest));
  return [
    {
      rule: { time: { path: pattern, within: formatDuration(within) } },
      reason: widest === 0 ? 'the same times, written in different ways' : `times at most ${gap} apart`,
      risk: {
        level: within <= 60_000 ? 'low' : within <= 3_600_000 ? 'medium' : 'high',
        text: `any time that is wrong by less than ${formatDuration(within)}`,
      },
      patterns: [pattern],
    },
  ];
}

function spelling({ pattern, values }: ObservedPath): readonly Proposal[] {
  const texts = textsOf(values);
  if (texts === undefined) return [];
  const all = (same: (one: string, other: string) => boolean) => texts.every(([one, other]) => same(one, other));
  const collapsed = (text: string) => text.trim().replace(/\s+/g, ' ');
  const propose = (body: Readonly<Record<string, string>>, reason: string, hides: string): Proposal => ({
    rule: { text: { path: pattern, ...body } },
    reason,
    risk: { level: 'low', text: hides },
    patterns: [pattern],
  });
  if (all((one, other) => one.trim() === other.trim())) {
    return [
      propose(
        { space: 'trim' },
        'texts that differ in the space around them',
        'space that was added or lost around the text',
      ),
    ];
  }
  if (all((one, other) => collapsed(one) === collapsed(other))) {
    return [propose({ space: 'collapse' }, 'texts that differ in white space', 'white space that was added or lost')];
  }
  if (all((one, other) => one.normalize('NFC') === other.normalize('NFC'))) {
    return [
      propose({ form: 'NFC' }, 'the same characters, composed in different ways', 'characters composed in another way'),
    ];
  }
  if (all((one, other) => one.toLowerCase() === other.toLowerCase())) {
    return [propose({ case: 'fold' }, 'texts that differ in upper and lower case', 'a case that was changed')];
  }
  return [];
}

/** One id at several places of a document: that they stay one is worth keeping. */
function renamed({ pattern, values, shares }: ObservedPath): readonly Proposal[] {
  if (shares.size === 0) return [];
  const sides = values.flatMap(({ legacy = '', candidate = '' }) => [legacy, candidate]);
  if (!sides.every((text) => /^"[^"]/.test(text) || /^\d{3,}$/.test(text))) return [];
  const patterns = [...new Set([pattern, ...shares])].toSorted();
  return [
    {
      rule: { bijection: { paths: patterns } },
      reason: 'made-up ids, of which one stands at several places of a document',
      risk: { level: 'low', text: 'which id was chosen; not whether the same one stands at the same places' },
      patterns,
    },
  ];
}

function texts({ pattern, values }: ObservedPath): readonly Proposal[] {
  const pairs = textsOf(values);
  if (pairs === undefined) return [];
  const form = volatileForm(pairs.flat());
  if (form === undefined) return [];
  return [
    {
      rule: { text: { path: pattern, matching: form.regex } },
      reason: `made-up texts (${form.name}), none of which comes again`,
      risk: { level: 'medium', text: 'any other text of this form: a wrong id looks like a right one' },
      patterns: [pattern],
    },
  ];
}

function numbers({ pattern, values }: ObservedPath): readonly Proposal[] {
  const sizes: number[] = [];
  let [absolute, relative] = [0, 0];
  for (const { legacy = '', candidate = '' } of values) {
    if (sortOf(legacy) !== 'number' || sortOf(candidate) !== 'number') return [];
    const distance = Math.abs(Number(legacy) - Number(candidate));
    const size = Math.max(Math.abs(Number(legacy)), Math.abs(Number(candidate)));
    sizes.push(size);
    absolute = Math.max(absolute, distance);
    if (size > 0) relative = Math.max(relative, distance / size);
  }
  const usual = quantile(sizes, 0.5);
  if (!Number.isFinite(absolute) || absolute === 0 || usual === 0 || Math.min(absolute / usual, relative) > MEASURED)
    return [];
  const byShare = relative * usual < CLEARLY * absolute;
  const limit = roundedUp(byShare ? relative : absolute);
  const share = byShare ? limit : limit / usual;
  const words = byShare ? `${percentage(relative)} of their size` : Number(absolute.toPrecision(3));
  return [
    {
      rule: { tolerance: { path: pattern, [byShare ? 'relative' : 'absolute']: limit } },
      reason: `numbers at most ${words} apart`,
      risk: {
        level: share <= 1e-6 ? 'low' : share <= 0.01 ? 'medium' : 'high',
        text: `any error below ${byShare ? percentage(limit) : limit}, which is ${percentage(share)} of a usual value`,
      },
      patterns: [pattern],
    },
  ];
}

function ignored({ pattern }: ObservedPath): readonly Proposal[] {
  // No rule for the whole payload: it would hide everything.
  if (!pattern.startsWith('/')) return [];
  return [
    {
      rule: { ignore: pattern },
      reason: 'values of no form that a narrower rule would cover',
      risk: { level: 'high', text: 'everything there, also a value that is plainly wrong, or missing' },
      patterns: [pattern],
    },
  ];
}

/** Contents of JSON strings; undefined where one of them is none, or masked. */
function textsOf(values: readonly Observed[]): readonly (readonly [string, string])[] | undefined {
  const content = (text: string): string | undefined => {
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'string' && !value.startsWith('hmac:') ? value : undefined;
    } catch {
      return undefined;
    }
  };
  const found: (readonly [string, string])[] = [];
  for (const { legacy = '', candidate = '' } of values) {
    const [one, other] = [content(legacy), content(candidate)];
    if (one === undefined || other === undefined) return undefined;
    found.push([one, other]);
  }
  return found;
}

function sortOf(text: string): 'number' | 'string' | 'boolean' | 'other' {
  if (text.startsWith('"')) return 'string';
  if (text === 'true' || text === 'false') return 'boolean';
  return /^-?\d/.test(text) ? 'number' : 'other';
}

/** To two significant digits, so that what was seen is within it. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  const rounded = Number((Math.ceil(value / unit - 1e-9) * unit).toPrecision(2));
  return rounded >= value ? rounded : Number((rounded + unit).toPrecision(2));
}

function percentage(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
